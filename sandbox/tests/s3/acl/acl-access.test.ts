import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  UploadPartCommand,
  type ObjectCannedACL,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandbox } from "../../helpers/sandbox";
import { failureOf } from "../../helpers/aws-failure";
import {
  ALL_USERS,
  anonymous,
  AUTHENTICATED_USERS,
  canonicalId,
  createAclBucket,
} from "./acl-fixture";

/** The table of the S3 User Guide, "Mapping of ACL permissions and access policy permissions". */
describe("S3 access control lists let in", () => {
  const sandbox = useSandbox();
  const Bucket = "opened";
  let owner: S3Client;
  let vault: S3Client;
  let source: string;
  let vaultId: string;
  let count = 0;

  before(async () => {
    owner = sandbox().s3();
    vault = sandbox().s3("vault", { region: "eu-west-1" });
    source = canonicalId(sandbox(), "source");
    vaultId = canonicalId(sandbox(), "vault");
    await createAclBucket(owner, Bucket);
  });

  /** A client of a new user with this policy, or with none. */
  async function userOf(account: string, policy?: object): Promise<S3Client> {
    const iam = sandbox().iam(account);
    const UserName = `user-${++count}`;
    await iam.send(new CreateUserCommand({ UserName }));
    if (policy !== undefined) {
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [policy] });
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    return sandbox().s3(account, { region: "eu-west-1", credentials });
  }

  const put = (client: S3Client, Key: string, more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more }));
  const get = (client: S3Client, Key: string) => client.send(new GetObjectCommand({ Bucket, Key }));
  const grant = (grants: object) =>
    owner.send(new PutBucketAclCommand({ Bucket, GrantFullControl: `id=${source}`, ...grants }));
  const outcome = async (request: Promise<unknown>): Promise<string> => {
    try {
      await request;
      return "allowed";
    } catch (error) {
      return (error as Error).name;
    }
  };

  /** Which requests on the bucket another account may make. */
  async function bucketRights(client: S3Client): Promise<string[]> {
    await put(owner, "existing");
    const missing = await failureOf(get(client, "missing"));
    const requests: Record<string, () => Promise<unknown>> = {
      list: () => client.send(new ListObjectsV2Command({ Bucket })),
      "list versions": () => client.send(new ListObjectVersionsCommand({ Bucket })),
      "list uploads": () => client.send(new ListMultipartUploadsCommand({ Bucket })),
      put: () => put(client, "new"),
      overwrite: () => put(client, "existing"),
      "delete its own": () => client.send(new DeleteObjectCommand({ Bucket, Key: "new" })),
      "read the ACL": () => client.send(new GetBucketAclCommand({ Bucket })),
      "write the ACL": () =>
        client.send(
          new PutBucketAclCommand({
            Bucket,
            GrantFullControl: `id=${source}`,
            GrantWriteACP: `id=${vaultId}`,
          }),
        ),
    };
    const allowed: string[] = [];
    for (const [name, request] of Object.entries(requests)) {
      if ((await outcome(request())) === "allowed") allowed.push(name);
    }
    expect(missing, "an object that is not there").to.include({
      code: allowed.includes("list") ? "NoSuchKey" : "AccessDenied",
    });
    return allowed;
  }

  const LISTS = ["list", "list versions", "list uploads"];
  const WRITES = ["put", "overwrite", "delete its own"];
  const ON_BUCKET: readonly [string, readonly string[]][] = [
    ["GrantRead", LISTS],
    ["GrantWrite", WRITES],
    ["GrantReadACP", ["read the ACL"]],
    ["GrantWriteACP", ["write the ACL"]],
  ];
  for (const [header, rights] of ON_BUCKET) {
    it(`another account by ${header} on a bucket to: ${rights.join(", ")}`, async () => {
      await grant({ [header]: `id=${vaultId}` });
      expect(await bucketRights(vault)).to.deep.equal(rights);
    });
  }

  it("another account by FULL_CONTROL on a bucket to all of these", async () => {
    await owner.send(
      new PutBucketAclCommand({ Bucket, GrantFullControl: `id=${source}, id=${vaultId}` }),
    );
    const all = [...LISTS, ...WRITES, "read the ACL", "write the ACL"];
    expect(await bucketRights(vault)).to.deep.equal(all);
  });

  it("another account by WRITE to upload in parts, and to list and abort what it began itself", async () => {
    await grant({ GrantWrite: `id=${vaultId}` });
    const begin = async (client: S3Client) => {
      const upload = { Bucket, Key: "parts" };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
      return { ...upload, UploadId };
    };
    const theirs = await begin(vault);
    await vault.send(new UploadPartCommand({ ...theirs, PartNumber: 1, Body: "x" }));
    expect((await vault.send(new ListPartsCommand(theirs))).Owner?.ID).to.equal(vaultId);
    await vault.send(new AbortMultipartUploadCommand(theirs));
    const ours = await begin(owner);
    expect(await outcome(vault.send(new ListPartsCommand(ours)))).to.equal("AccessDenied");
    expect(await outcome(vault.send(new AbortMultipartUploadCommand(ours)))).to.equal(
      "AccessDenied",
    );
  });

  const ON_OBJECT: readonly [object: () => object, rights: readonly string[]][] = [
    [() => ({ GrantRead: `id=${vaultId}` }), ["read"]],
    [() => ({ GrantReadACP: `id=${vaultId}` }), ["read the ACL"]],
    [() => ({ GrantWriteACP: `id=${vaultId}` }), ["write the ACL"]],
    [() => ({ GrantFullControl: `id=${vaultId}` }), ["read", "read the ACL", "write the ACL"]],
    [() => ({ GrantWrite: `id=${vaultId}` }), []],
  ];
  it("another account to read an object and its ACL, and to write its ACL, each by its grant", async () => {
    await grant({});
    for (const [acl, rights] of ON_OBJECT) {
      await put(owner, "granted", { Tagging: "a=b" });
      await owner.send(new PutObjectAclCommand({ Bucket, Key: "granted", ...acl() }));
      const Key = "granted";
      const allowed: string[] = [];
      const requests: Record<string, () => Promise<unknown>> = {
        read: () => get(vault, Key),
        "read the ACL": () => vault.send(new GetObjectAclCommand({ Bucket, Key })),
        "read the tags": () => vault.send(new GetObjectTaggingCommand({ Bucket, Key })),
        "write the ACL": () => vault.send(new PutObjectAclCommand({ Bucket, Key, ACL: "private" })),
      };
      for (const [name, request] of Object.entries(requests)) {
        if ((await outcome(request())) === "allowed") allowed.push(name);
      }
      expect(allowed, JSON.stringify(acl())).to.deep.equal(rights);
    }
  });

  it("everyone by AllUsers, every account by AuthenticatedUsers; an account's users by their policies", async () => {
    await grant({});
    await put(owner, "public", { ACL: "public-read" });
    await put(owner, "authenticated", { ACL: "authenticated-read" });
    await put(owner, "named", { GrantRead: `id=${vaultId}` });
    await put(owner, "private");
    const withPolicy = await userOf("vault", {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: "*",
    });
    const withNone = await userOf("vault");
    const seenBy = async (client: S3Client) => {
      const seen: string[] = [];
      for (const key of ["public", "authenticated", "named", "private"]) {
        if ((await outcome(get(client, key))) === "allowed") seen.push(key);
      }
      return seen;
    };
    expect(await anonymous(sandbox(), "GET", `/${Bucket}/public`)).to.equal("200");
    expect(await anonymous(sandbox(), "GET", `/${Bucket}/authenticated`)).to.equal(
      "403 AccessDenied",
    );
    expect(await seenBy(withPolicy)).to.deep.equal(["public", "authenticated", "named"]);
    expect(await seenBy(withNone)).to.deep.equal([]);
    // In the owner's own account a grant to everyone stands alone; one to accounts only delegates.
    expect(await seenBy(await userOf("source"))).to.deep.equal(["public"]);
  });

  it("nobody whom a policy denies", async () => {
    await put(owner, "denied", { ACL: "public-read" });
    await owner.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:GetObject",
              Resource: `arn:aws:s3:::${Bucket}/denied`,
            },
          ],
        }),
      }),
    );
    expect(await outcome(get(vault, "denied"))).to.equal("AccessDenied");
    expect(await anonymous(sandbox(), "GET", `/${Bucket}/denied`)).to.equal("403 AccessDenied");
  });

  describe("and who writes owns", () => {
    const ownerOf = async (client: S3Client, Key: string): Promise<string | undefined> =>
      (await client.send(new GetObjectAclCommand({ Bucket, Key }))).Owner?.ID;
    const setOwnership = (
      ObjectOwnership: "ObjectWriter" | "BucketOwnerPreferred" | "BucketOwnerEnforced",
    ) =>
      owner.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership }] },
        }),
      );

    before(() => grant({ GrantWrite: `id=${vaultId}` }));

    it("under ObjectWriter, so that the bucket's owner cannot read but delete", async () => {
      await put(vault, "theirs");
      expect(await outcome(get(owner, "theirs"))).to.equal("AccessDenied");
      expect(
        await outcome(owner.send(new GetObjectAclCommand({ Bucket, Key: "theirs" }))),
      ).to.equal("AccessDenied");
      expect(await outcome(get(vault, "theirs"))).to.equal("allowed");
      const { Contents } = await owner.send(
        new ListObjectsV2Command({ Bucket, Prefix: "theirs", FetchOwner: true }),
      );
      expect(Contents?.[0]?.Owner?.ID).to.equal(vaultId);
      await owner.send(new DeleteObjectCommand({ Bucket, Key: "theirs" }));
      expect(await failureOf(get(owner, "theirs"))).to.include({ code: "NoSuchKey" });
    });

    it("with a policy of the bucket's owner that cannot open what is not his", async () => {
      await put(vault, "theirs");
      await owner.send(
        new PutBucketPolicyCommand({
          Bucket,
          Policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: "*",
                Action: "s3:GetObject",
                Resource: `arn:aws:s3:::${Bucket}/*`,
              },
            ],
          }),
        }),
      );
      await put(owner, "ours");
      expect(await anonymous(sandbox(), "GET", `/${Bucket}/ours`)).to.equal("200");
      expect(await anonymous(sandbox(), "GET", `/${Bucket}/theirs`)).to.equal("403 AccessDenied");
      expect(await outcome(get(owner, "theirs"))).to.equal("AccessDenied");
    });

    for (const [acl, rights] of [
      ["bucket-owner-read", ["read"]],
      ["bucket-owner-full-control", ["read", "read the ACL"]],
    ] as const) {
      it(`and ${acl} lets the bucket's owner ${rights.join(" and ")}`, async () => {
        await put(vault, "shared", { ACL: acl satisfies ObjectCannedACL });
        expect(await ownerOf(vault, "shared")).to.equal(vaultId);
        const allowed: string[] = [];
        if ((await outcome(get(owner, "shared"))) === "allowed") allowed.push("read");
        if ((await outcome(ownerOf(owner, "shared"))) === "allowed") allowed.push("read the ACL");
        expect(allowed).to.deep.equal(rights);
      });
    }

    it("but for BucketOwnerPreferred with full control for the bucket's owner", async () => {
      await setOwnership("BucketOwnerPreferred");
      await put(vault, "given", { ACL: "bucket-owner-full-control" });
      await put(vault, "kept");
      expect(await ownerOf(owner, "given")).to.equal(source);
      expect(await ownerOf(vault, "kept")).to.equal(vaultId);
    });

    it("and for BucketOwnerEnforced, where all is the bucket's owner's at once", async () => {
      await grant({});
      await setOwnership("BucketOwnerEnforced");
      expect(await ownerOf(owner, "kept")).to.equal(source);
      expect(await outcome(get(owner, "kept"))).to.equal("allowed");
      await setOwnership("ObjectWriter");
      expect(await outcome(get(owner, "kept"))).to.equal("AccessDenied");
    });

    it("also without a signature", async () => {
      await grant({ GrantWrite: `uri="${ALL_USERS}"` });
      const target = `/${Bucket}/nobodys`;
      expect(await anonymous(sandbox(), "PUT", target, { "content-length": "0" })).to.equal("200");
      expect(await outcome(get(owner, "nobodys"))).to.equal("AccessDenied");
      expect(await anonymous(sandbox(), "GET", target)).to.equal("200");
      const shared = { "content-length": "0", "x-amz-acl": "bucket-owner-full-control" };
      expect(await anonymous(sandbox(), "PUT", target, shared)).to.equal("200");
      expect(await ownerOf(owner, "nobodys")).to.equal("65a011a29cdf8ec533ec3d1ccaae921c");
    });

    it("without any right to what others own", async () => {
      await grant({ GrantWrite: `uri="${AUTHENTICATED_USERS}"` });
      await put(owner, "ours");
      const remove = vault.send(new DeleteObjectCommand({ Bucket, Key: "ours" }));
      expect(await outcome(remove)).to.equal("AccessDenied");
    });
  });
});
