import {
  CopyObjectCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  UploadPartCommand,
  type BucketCannedACL,
  type GetObjectAclOutput,
  type ObjectCannedACL,
  type PutBucketAclRequest,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";
import { send } from "../../helpers/signed-request";
import {
  ALL_USERS,
  AUTHENTICATED_USERS,
  canonicalId,
  createAclBucket,
  LOG_DELIVERY,
} from "./acl-fixture";

/** Errors and the form of lists as recorded from AWS in LocalStack's snapshots of `test_s3`. */
describe("S3 access control lists", () => {
  const sandbox = useSandbox();
  const Bucket = "listed";
  let s3: S3Client;
  let source: string;
  let vault: string;

  before(async () => {
    s3 = sandbox().s3();
    source = canonicalId(sandbox(), "source");
    vault = canonicalId(sandbox(), "vault");
    await createAclBucket(s3, Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  });

  /** Each grant as `READ AllUsers`, `FULL_CONTROL source`. */
  function shown({ Grants }: Pick<GetObjectAclOutput, "Grants">): string[] {
    const names: Record<string, string> = {
      [source]: "source",
      [vault]: "vault",
      [ALL_USERS]: "AllUsers",
      [AUTHENTICATED_USERS]: "AuthenticatedUsers",
      [LOG_DELIVERY]: "LogDelivery",
      "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c": "EC2",
    };
    return (Grants ?? []).map(({ Grantee, Permission }) => {
      const id = Grantee?.Type === "Group" ? Grantee.URI : Grantee?.ID;
      return `${Permission} ${names[id ?? ""]}`;
    });
  }
  const bucketAcl = async () => shown(await s3.send(new GetBucketAclCommand({ Bucket })));
  const objectAcl = async (Key = "k", VersionId?: string) =>
    shown(await s3.send(new GetObjectAclCommand({ Bucket, Key, VersionId })));
  const putBucket = (acl: Omit<PutBucketAclRequest, "Bucket">) =>
    s3.send(new PutBucketAclCommand({ Bucket, ...acl }));

  const OWNER = "FULL_CONTROL source";
  const CANNED: Readonly<Record<string, readonly string[]>> = {
    private: [],
    "public-read": ["READ AllUsers"],
    "public-read-write": ["READ AllUsers", "WRITE AllUsers"],
    "authenticated-read": ["READ AuthenticatedUsers"],
    "aws-exec-read": ["READ EC2"],
    "bucket-owner-read": [],
    "bucket-owner-full-control": [],
    "log-delivery-write": ["WRITE LogDelivery", "READ_ACP LogDelivery"],
  };
  for (const [canned, grants] of Object.entries(CANNED)) {
    it(`${canned} is the owner's full control and: ${grants.join(", ") || "nothing"}`, async () => {
      await putBucket({ ACL: canned as BucketCannedACL });
      expect(await bucketAcl()).to.deep.equal([OWNER, ...grants]);
      const ACL = canned as ObjectCannedACL;
      await s3.send(new PutObjectAclCommand({ Bucket, Key: "k", ACL }));
      expect(await objectAcl()).to.deep.equal([OWNER, ...grants]);
    });
  }

  it("grants in headers and in a body are the whole list", async () => {
    await putBucket({
      GrantRead: `uri="${LOG_DELIVERY}", id=${vault}`,
      GrantWriteACP: `id="${source}"`,
    });
    expect(await bucketAcl()).to.deep.equal(["READ LogDelivery", "READ vault", "WRITE_ACP source"]);
    await s3.send(
      new PutObjectAclCommand({
        Bucket,
        Key: "k",
        AccessControlPolicy: {
          Owner: { ID: source },
          Grants: [{ Grantee: { Type: "Group", URI: LOG_DELIVERY }, Permission: "WRITE" }],
        },
      }),
    );
    expect(await objectAcl()).to.deep.equal(["WRITE LogDelivery"]);
    await putBucket({ AccessControlPolicy: { Owner: { ID: source }, Grants: [] } });
    expect(await bucketAcl()).to.deep.equal([]);
  });

  it("come with new objects and buckets, each by its own way; a copy takes none along", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "put", Body: "x", ACL: "public-read" }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/put` }));
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: "granting-copy",
        CopySource: `${Bucket}/put`,
        GrantReadACP: `id=${vault}`,
      }),
    );
    const upload = { Bucket, Key: "parts" };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...upload, ACL: "authenticated-read" }),
    );
    const part = await s3.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "part" }),
    );
    await s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    expect(await objectAcl("put")).to.deep.equal([OWNER, "READ AllUsers"]);
    expect(await objectAcl("copy")).to.deep.equal([OWNER]);
    expect(await objectAcl("granting-copy")).to.deep.equal(["READ_ACP vault"]);
    expect(await objectAcl("parts")).to.deep.equal([OWNER, "READ AuthenticatedUsers"]);

    await createAclBucket(s3, "made-for-logs", { ACL: "log-delivery-write" as BucketCannedACL });
    const made = await s3.send(new GetBucketAclCommand({ Bucket: "made-for-logs" }));
    expect(shown(made)).to.deep.equal([OWNER, ...(CANNED["log-delivery-write"] ?? [])]);
  });

  it("each version has its own", async () => {
    await s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    const put = async () =>
      (await s3.send(new PutObjectCommand({ Bucket, Key: "versions", Body: "x" }))).VersionId;
    const [older, newer] = [await put(), await put()];
    await s3.send(
      new PutObjectAclCommand({ Bucket, Key: "versions", VersionId: older, ACL: "public-read" }),
    );
    expect(await objectAcl("versions", older)).to.deep.equal([OWNER, "READ AllUsers"]);
    expect(await objectAcl("versions", newer)).to.deep.equal([OWNER]);
  });

  it("what is malformed is refused before it is asked whether the bucket has ACLs", async () => {
    const enforced = "enforced";
    await createAclBucket(s3, enforced, { ownership: "BucketOwnerEnforced" });
    await s3.send(new PutObjectCommand({ Bucket: enforced, Key: "k", Body: "x" }));
    const schema =
      "The XML you provided was not well-formed or did not validate against our published schema";
    const policy = (grant: object, ownerId: string | undefined = source) => ({
      AccessControlPolicy: { Owner: { ID: ownerId }, Grants: [grant] },
    });
    const group = { Type: "Group", URI: ALL_USERS };
    const cases: [object, string, string, [string, string]?][] = [
      [{ ACL: "fake-acl" }, "InvalidArgument", "", ["x-amz-acl", "fake-acl"]],
      [
        { GrantWrite: 'uri="http://acs.amazonaws.com/groups/s3/FakeGroup"' },
        "InvalidArgument",
        "Invalid group uri",
        ["uri", "http://acs.amazonaws.com/groups/s3/FakeGroup"],
      ],
      [
        { GrantWrite: 'fakekey="1234"' },
        "InvalidArgument",
        "Argument format not recognized",
        ["x-amz-grant-write", 'fakekey="1234"'],
      ],
      [{ GrantWrite: 'id="wrong-id"' }, "InvalidArgument", "Invalid id", ["id", "wrong-id"]],
      [
        { GrantWrite: 'emailAddress="a@example.com"' },
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
      ],
      [{ AccessControlPolicy: { Grants: [] } }, "MalformedACLError", schema],
      [{ AccessControlPolicy: {} }, "MalformedACLError", schema],
      [policy({ Grantee: group, Permission: "WRONG" }), "MalformedACLError", schema],
      [
        policy({ Grantee: { ...group, Type: "Bad" }, Permission: "READ" }),
        "MalformedACLError",
        schema,
      ],
      [
        policy({ Grantee: group, Permission: "READ" }, "wrong-id"),
        "InvalidArgument",
        "Invalid id",
        ["CanonicalUser/ID", "wrong-id"],
      ],
      [
        policy({ Grantee: { Type: "Group", URI: "fake" }, Permission: "READ" }),
        "InvalidArgument",
        "Invalid group uri",
        ["Group/URI", "fake"],
      ],
      [
        policy({ Grantee: { Type: "CanonicalUser", ID: "wrong-id" }, Permission: "READ" }),
        "InvalidArgument",
        "Invalid id",
        ["CanonicalUser/ID", "wrong-id"],
      ],
      [{}, "MissingSecurityHeader", "Your request was missing a required header"],
      [
        { ACL: "private", GrantRead: `uri="${LOG_DELIVERY}"` },
        "InvalidRequest",
        "Specifying both Canned ACLs and Header Grants is not allowed",
      ],
      [
        { ACL: "private", ...policy({ Grantee: group, Permission: "READ" }) },
        "UnexpectedContent",
        "This request does not support content",
      ],
      [{ ACL: "private" }, "AccessControlListNotSupported", "The bucket does not allow ACLs"],
    ];
    for (const [acl, code, message, argument] of cases) {
      const failures = [
        await failureOf(s3.send(new PutBucketAclCommand({ Bucket: enforced, ...acl }))),
        await failureOf(s3.send(new PutObjectAclCommand({ Bucket: enforced, Key: "k", ...acl }))),
      ];
      for (const failure of failures) {
        expect(failure, JSON.stringify(acl)).to.include({ code });
        if (message !== "") expect(failure).to.include({ message });
        if (argument !== undefined) {
          const [ArgumentName, ArgumentValue] = argument;
          expect(failure.error).to.include({ ArgumentName, ArgumentValue });
        }
      }
    }
  });

  it("a body that is no ACL, or no XML, is malformed as an ACL", async () => {
    for (const body of ["<AccessControlPolicy><Owner>", "<Other/>", "text"]) {
      const { statusCode, code } = await send(
        sandbox(),
        { method: "PUT", target: `/${Bucket}?acl=`, body },
        { service: "s3" },
      );
      expect([statusCode, code], body).to.deep.equal([400, "MalformedACLError"]);
    }
  });

  it("have at most 100 grants, and do not give the object away", async () => {
    const grants = (count: number) => ({
      Owner: { ID: source },
      Grants: Array.from({ length: count }, () => ({
        Grantee: { Type: "CanonicalUser" as const, ID: vault },
        Permission: "READ" as const,
      })),
    });
    await putBucket({ AccessControlPolicy: grants(100) });
    expect(await failureOf(putBucket({ AccessControlPolicy: grants(101) }))).to.include({
      code: "MalformedACLError",
    });
    const given = { AccessControlPolicy: { ...grants(1), Owner: { ID: vault } } };
    expect(await failureOf(putBucket(given))).to.include({ code: "AccessDenied", status: 403 });
  });

  it("stand against enforcing the owner until what they grant is taken back; then sleep", async () => {
    const ownership = (ObjectOwnership: "BucketOwnerEnforced" | "ObjectWriter") =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership }] },
        }),
      );
    await s3.send(new PutObjectCommand({ Bucket, Key: "sleeping", Body: "x", ACL: "public-read" }));
    await putBucket({ ACL: "log-delivery-write" as BucketCannedACL });
    expect(await failureOf(ownership("BucketOwnerEnforced"))).to.include({
      code: "InvalidBucketAclWithObjectOwnership",
      status: 400,
      message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    });
    await putBucket({ ACL: "private" });
    await ownership("BucketOwnerEnforced");
    expect(await objectAcl("sleeping")).to.deep.equal([OWNER]);
    await ownership("ObjectWriter");
    expect(await objectAcl("sleeping")).to.deep.equal([OWNER, "READ AllUsers"]);
  });

  it("a new bucket has none where its owner is enforced, and no public one ever", async () => {
    const create = (ACL: BucketCannedACL, ObjectOwnership?: "ObjectWriter") =>
      s3.send(
        new CreateBucketCommand({
          Bucket: "never-made",
          ACL,
          ObjectOwnership,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
    expect(await failureOf(create("public-read"))).to.include({
      code: "InvalidBucketAclWithObjectOwnership",
    });
    expect(await failureOf(create("public-read", "ObjectWriter"))).to.include({
      code: "InvalidBucketAclWithBlockPublicAccessError",
    });
    expect(await failureOf(create("fake" as BucketCannedACL))).to.include({
      code: "InvalidArgument",
    });
  });
});
