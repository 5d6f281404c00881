import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  DeletePublicAccessBlockCommand as DeleteAccountBlockCommand,
  GetPublicAccessBlockCommand as GetAccountBlockCommand,
  PutPublicAccessBlockCommand as PutAccountBlockCommand,
} from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";
import { ALL_USERS, anonymous, canonicalId, createAclBucket } from "./acl/acl-fixture";

/** Source: S3 User Guide, "Blocking public access to your Amazon S3 storage". */
describe("S3 Block Public Access", () => {
  const sandbox = useSandbox();
  const Bucket = "blocked";
  const AccountId = "111111111111";
  let s3: S3Client;
  let vault: S3Client;
  let vaultId: string;

  before(async () => {
    s3 = sandbox().s3();
    vault = sandbox().s3("vault", { region: "eu-west-1" });
    vaultId = canonicalId(sandbox(), "vault");
    await createAclBucket(s3, Bucket);
    const put = (Key: string, more: object) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more }));
    await put("public", { ACL: "public-read" });
    await put("named", { GrantRead: `id=${vaultId}, uri="${ALL_USERS}"` });
    await put("by-policy", {});
  });

  const onBucket = (settings: PublicAccessBlockConfiguration) =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: settings }));
  const onAccount = (settings: PublicAccessBlockConfiguration) =>
    sandbox()
      .s3control()
      .send(new PutAccountBlockCommand({ AccountId, PublicAccessBlockConfiguration: settings }));
  const nothing = async () => {
    await onBucket({});
    await sandbox().s3control().send(new DeleteAccountBlockCommand({ AccountId }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  };
  const publicPolicy = (more: object = {}) =>
    s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: "*",
              Action: "s3:GetObject",
              Resource: `arn:aws:s3:::${Bucket}/by-policy`,
              ...more,
            },
          ],
        }),
      }),
    );
  const seenBy = async (client: S3Client): Promise<string[]> => {
    const seen: string[] = [];
    for (const Key of ["public", "named", "by-policy"]) {
      try {
        await client.send(new GetObjectCommand({ Bucket, Key }));
        seen.push(Key);
      } catch (error) {
        expect((error as Error).name).to.equal("AccessDenied");
      }
    }
    return seen;
  };

  it("of an account is put as a whole, read and deleted, by the account itself", async () => {
    const control = sandbox().s3control();
    const get = () => control.send(new GetAccountBlockCommand({ AccountId }));
    expect(await failureOf(get())).to.include({
      code: "NoSuchPublicAccessBlockConfiguration",
      status: 404,
      message: "The public access block configuration was not found",
    });
    await onAccount({ BlockPublicAcls: true, BlockPublicPolicy: true });
    await onAccount({ BlockPublicAcls: true });
    expect((await get()).PublicAccessBlockConfiguration).to.deep.equal({
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
    const foreign = sandbox().s3control("vault").send(new GetAccountBlockCommand({ AccountId }));
    expect(await failureOf(foreign)).to.include({ code: "AccessDenied", status: 403 });
    await nothing();
    expect(await failureOf(get())).to.include({ code: "NoSuchPublicAccessBlockConfiguration" });
  });

  it("is wholly on for a new bucket", async () => {
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await s3.send(new CreateBucketCommand({ Bucket: "new-one", CreateBucketConfiguration }));
    const got = await s3.send(new GetPublicAccessBlockCommand({ Bucket: "new-one" }));
    expect(Object.values(got.PublicAccessBlockConfiguration ?? {})).to.deep.equal([
      true,
      true,
      true,
      true,
    ]);
  });

  for (const [level, set] of [
    ["the bucket", onBucket],
    ["the account", onAccount],
  ] as const) {
    describe(`of ${level}`, () => {
      afterEach(nothing);

      it("BlockPublicAcls refuses to put a public ACL, and leaves those there are", async () => {
        await set({ BlockPublicAcls: true });
        const requests = {
          PutBucketAcl: new PutBucketAclCommand({ Bucket, ACL: "public-read" }),
          PutObjectAcl: new PutObjectAclCommand({
            Bucket,
            Key: "by-policy",
            ACL: "authenticated-read",
          }),
          PutObject: new PutObjectCommand({
            Bucket,
            Key: "never",
            Body: "x",
            GrantRead: `uri="${ALL_USERS}"`,
          }),
        };
        for (const [operation, command] of Object.entries(requests)) {
          const failure = await failureOf(s3.send(command as PutObjectCommand));
          expect(failure, operation).to.include({ code: "AccessDenied", status: 403 });
          expect(failure.message).to.match(
            new RegExp(
              `is not authorized to perform: s3:${operation} on resource: "arn:aws:s3:::blocked.*" because ` +
                "public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access\\.$",
            ),
          );
        }
        await s3.send(new PutBucketAclCommand({ Bucket, ACL: "private" }));
        expect(await anonymous(sandbox(), "GET", `/${Bucket}/public`)).to.equal("200");
      });

      it("IgnorePublicAcls takes public ACLs for nothing while it is on", async () => {
        await set({ IgnorePublicAcls: true });
        expect(await anonymous(sandbox(), "GET", `/${Bucket}/public`)).to.equal("403 AccessDenied");
        expect(await seenBy(vault)).to.deep.equal(["named"]);
        await s3.send(new PutObjectAclCommand({ Bucket, Key: "public", ACL: "public-read" }));
        await nothing();
        expect(await anonymous(sandbox(), "GET", `/${Bucket}/public`)).to.equal("200");
      });

      it("BlockPublicPolicy refuses to put a public policy", async () => {
        await set({ BlockPublicPolicy: true });
        const failure = await failureOf(publicPolicy());
        expect(failure).to.include({ code: "AccessDenied", status: 403 });
        expect(failure.message).to.contain("prevented by the BlockPublicPolicy setting");
        await publicPolicy({ Principal: { AWS: "222222222222" } });
        const { PolicyStatus } = await s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
        expect(PolicyStatus?.IsPublic).to.equal(false);
      });

      it("RestrictPublicBuckets keeps a bucket of a public policy to its own account, ACLs or not", async () => {
        await publicPolicy();
        expect(await seenBy(vault)).to.deep.equal(["public", "named", "by-policy"]);
        await set({ RestrictPublicBuckets: true });
        expect(await seenBy(vault)).to.deep.equal([]);
        expect(await anonymous(sandbox(), "GET", `/${Bucket}/public`)).to.equal("403 AccessDenied");
        expect(await seenBy(s3)).to.deep.equal(["public", "named", "by-policy"]);
        // A policy that is not public is not limited, and public ACLs are not what this setting is about.
        await publicPolicy({ Principal: { AWS: "222222222222" } });
        expect(await seenBy(vault)).to.deep.equal(["public", "named", "by-policy"]);
      });
    });
  }
});
