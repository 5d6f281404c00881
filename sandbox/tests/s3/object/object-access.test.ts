import { createHash } from "node:crypto";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, DisableKeyCommand } from "@aws-sdk/client-kms";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

interface Statement {
  readonly Effect?: "Allow" | "Deny";
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}

describe("S3 objects: access, encryption, ACLs", () => {
  const sandbox = useSandbox();
  const Bucket = "access-bucket";
  const objects = `arn:aws:s3:::${Bucket}/*`;
  let admin: S3Client;
  let count = 0;

  before(async () => {
    admin = sandbox().s3("source");
    await admin.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await admin.send(new PutObjectCommand({ Bucket, Key: "k", Body: "body", Tagging: "team=red" }));
  });

  /** A client of a new user with these statements. */
  async function userWith(...statements: Statement[]): Promise<S3Client> {
    const iam = sandbox().iam("source");
    const UserName = `user-${++count}`;
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: "inline",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
        }),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    if (AccessKey?.AccessKeyId === undefined || AccessKey.SecretAccessKey === undefined) {
      throw new Error("The user has no access key.");
    }
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
    return sandbox().s3("source", { credentials: { accessKeyId, secretAccessKey } });
  }

  it("hides whether an object is missing from who may not list the bucket", async () => {
    const reader = await userWith({ Action: "s3:GetObject", Resource: objects });
    const failure = await failureOf(reader.send(new GetObjectCommand({ Bucket, Key: "none" })));
    expect(failure).to.include({ code: "AccessDenied", status: 403 });
    expect(failure.message).to.contain("is not authorized to perform: s3:ListBucket on resource");
    const head = await failureOf(reader.send(new HeadObjectCommand({ Bucket, Key: "none" })));
    expect(head.status).to.equal(403);
    const lister = await userWith(
      { Action: "s3:GetObject", Resource: objects },
      { Action: "s3:ListBucket", Resource: `arn:aws:s3:::${Bucket}` },
    );
    expect(await failureOf(lister.send(new GetObjectCommand({ Bucket, Key: "none" })))).to.include({
      code: "NoSuchKey",
      status: 404,
    });
  });

  it("asks for another action when a version is named", async () => {
    const reader = await userWith({ Action: "s3:GetObject", Resource: objects });
    await reader.send(new GetObjectCommand({ Bucket, Key: "k" }));
    const failure = await failureOf(
      reader.send(new GetObjectCommand({ Bucket, Key: "k", VersionId: "null" })),
    );
    expect(failure.message).to.contain("s3:GetObjectVersion");
  });

  it("asks for the rights to what comes with an upload", async () => {
    const writer = await userWith({ Action: "s3:PutObject", Resource: objects });
    await writer.send(new PutObjectCommand({ Bucket, Key: "own", Body: "x" }));
    const tagged = new PutObjectCommand({ Bucket, Key: "own", Body: "x", Tagging: "a=1" });
    expect((await failureOf(writer.send(tagged))).message).to.contain("s3:PutObjectTagging");
  });

  it("lets policies ask for tags, prefixes and storage classes", async () => {
    const user = await userWith(
      {
        Action: "s3:GetObject",
        Resource: objects,
        Condition: { StringEquals: { "s3:ExistingObjectTag/team": "red" } },
      },
      {
        Action: "s3:ListBucket",
        Resource: `arn:aws:s3:::${Bucket}`,
        Condition: { StringLike: { "s3:prefix": "home/*" } },
      },
      {
        Action: "s3:PutObject",
        Resource: objects,
        Condition: { StringEquals: { "s3:x-amz-storage-class": "GLACIER_IR" } },
      },
    );
    await admin.send(new PutObjectCommand({ Bucket, Key: "blue", Body: "x", Tagging: "team=b" }));
    await user.send(new GetObjectCommand({ Bucket, Key: "k" }));
    const untagged = user.send(new GetObjectCommand({ Bucket, Key: "blue" }));
    expect(await failureOf(untagged)).to.include({ code: "AccessDenied" });
    await user.send(new ListObjectsV2Command({ Bucket, Prefix: "home/me" }));
    for (const Prefix of ["other/", undefined]) {
      const listing = user.send(new ListObjectsV2Command({ Bucket, Prefix }));
      expect(await failureOf(listing)).to.include({ code: "AccessDenied" });
    }
    const put = (StorageClass?: "GLACIER_IR") =>
      user.send(new PutObjectCommand({ Bucket, Key: "class", Body: "x", StorageClass }));
    await put("GLACIER_IR");
    expect(await failureOf(put())).to.include({ code: "AccessDenied" });
  });

  it("refuses single keys of DeleteObjects", async () => {
    const user = await userWith({ Action: "s3:DeleteObject", Resource: `${objects}mine` });
    const answer = await user.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: "a-mine" }, { Key: "theirs" }] },
      }),
    );
    expect(answer.Deleted).to.deep.equal([{ Key: "a-mine" }]);
    expect(answer.Errors?.[0]).to.include({ Key: "theirs", Code: "AccessDenied" });
  });

  it("copies only what the caller may read", async () => {
    const user = await userWith({ Action: "s3:PutObject", Resource: objects });
    const copy = new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/k` });
    const failure = await failureOf(user.send(copy));
    expect(failure.message).to.contain("s3:GetObject");
  });

  it("is refused to another account without a word on why", async () => {
    const stranger = sandbox().s3("vault", { region: "eu-west-1" });
    const failure = await failureOf(stranger.send(new GetObjectCommand({ Bucket, Key: "k" })));
    expect(failure).to.include({ code: "AccessDenied", status: 403, message: "Access Denied" });
  });

  describe("SSE-KMS", () => {
    const key = async (): Promise<string> => {
      const { KeyMetadata } = await sandbox().kms("source").send(new CreateKeyCommand({}));
      if (KeyMetadata?.Arn === undefined) throw new Error("The key has no ARN.");
      return KeyMetadata.Arn;
    };

    it("uses the key of the request for who may use it", async () => {
      const arn = await key();
      const encrypted = {
        Bucket,
        Key: "kms",
        Body: "secret",
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: arn,
      } as const;
      const put = await admin.send(new PutObjectCommand(encrypted));
      expect(put).to.include({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: arn });
      expect(put.ETag).to.not.contain(createHash("md5").update("secret").digest("hex"));
      const user = await userWith({
        Action: ["s3:PutObject", "s3:GetObject"],
        Resource: objects,
      });
      expect(await failureOf(user.send(new PutObjectCommand(encrypted)))).to.include({
        code: "AccessDenied",
        status: 403,
      });
      const read = new GetObjectCommand({ Bucket, Key: "kms" });
      expect(await failureOf(user.send(read))).to.include({ code: "AccessDenied" });
      const head = await user.send(new HeadObjectCommand({ Bucket, Key: "kms" }));
      expect(head.SSEKMSKeyId).to.equal(arn);
      const withChecksums = { Bucket, Key: "kms", ChecksumMode: "ENABLED" } as const;
      expect(await failureOf(user.send(new HeadObjectCommand(withChecksums)))).to.include({
        status: 403,
      });
      expect((await admin.send(new HeadObjectCommand(withChecksums))).ChecksumType).to.equal(
        "FULL_OBJECT",
      );
    });

    it("gives KMS the object or, with a bucket key, the bucket as encryption context", async () => {
      const arn = await key();
      const viaBucketKey = await userWith(
        { Action: ["s3:PutObject", "s3:GetObject"], Resource: objects },
        {
          Action: ["kms:GenerateDataKey", "kms:Decrypt"],
          Resource: arn,
          Condition: {
            StringEquals: {
              "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${Bucket}`,
              "kms:ViaService": "s3.eu-west-1.amazonaws.com",
            },
          },
        },
      );
      const put = (BucketKeyEnabled: boolean) =>
        viaBucketKey.send(
          new PutObjectCommand({
            Bucket,
            Key: "context",
            Body: "x",
            ServerSideEncryption: "aws:kms",
            SSEKMSKeyId: arn,
            BucketKeyEnabled,
          }),
        );
      expect(await failureOf(put(false))).to.include({ code: "AccessDenied" });
      expect((await put(true)).BucketKeyEnabled).to.equal(true);
      await viaBucketKey.send(new GetObjectCommand({ Bucket, Key: "context" }));
    });

    it("comes from the bucket's default, and fails with its key", async () => {
      const arn = await key();
      const name = "kms-bucket";
      await admin.send(
        new CreateBucketCommand({
          Bucket: name,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
      await admin.send(
        new PutBucketEncryptionCommand({
          Bucket: name,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: {
                  SSEAlgorithm: "aws:kms",
                  KMSMasterKeyID: arn,
                },
                BucketKeyEnabled: true,
              },
            ],
          },
        }),
      );
      const put = await admin.send(new PutObjectCommand({ Bucket: name, Key: "k", Body: "x" }));
      expect(put).to.include({ SSEKMSKeyId: arn, BucketKeyEnabled: true });
      await sandbox()
        .kms("source")
        .send(new DisableKeyCommand({ KeyId: arn }));
      const read = new GetObjectCommand({ Bucket: name, Key: "k" });
      expect(await failureOf(admin.send(read))).to.include({ code: "KMS.DisabledException" });
    });

    it("makes the account's own key where none is named, and wants the header beside a key", async () => {
      const put = await admin.send(
        new PutObjectCommand({ Bucket, Key: "own", Body: "x", ServerSideEncryption: "aws:kms" }),
      );
      expect(put.SSEKMSKeyId).to.match(/^arn:aws:kms:eu-west-1:111111111111:key\//);
      const refused = new PutObjectCommand({ Bucket, Key: "k2", Body: "x", SSEKMSKeyId: "a" });
      expect(await failureOf(admin.send(refused))).to.include({
        code: "InvalidArgument",
        message:
          "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      });
    });
  });

  describe("SSE-C", () => {
    const keyOf = (fill: string) => {
      const bytes = Buffer.alloc(32, fill);
      return {
        SSECustomerAlgorithm: "AES256",
        SSECustomerKey: bytes.toString("base64"),
        SSECustomerKeyMD5: createHash("md5").update(bytes).digest("base64"),
      };
    };

    it("reads only with the key of the writer", async () => {
      const name = "customer-key-bucket";
      await admin.send(
        new CreateBucketCommand({
          Bucket: name,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
      await admin.send(
        new PutBucketEncryptionCommand({
          Bucket: name,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
                BlockedEncryptionTypes: { EncryptionType: ["NONE"] },
              },
            ],
          },
        }),
      );
      const target = { Bucket: name, Key: "ssec" };
      const put = await admin.send(
        new PutObjectCommand({ ...target, Body: "secret", ...keyOf("a") }),
      );
      expect(put.SSECustomerKeyMD5).to.equal(keyOf("a").SSECustomerKeyMD5);
      const got = await admin.send(new GetObjectCommand({ ...target, ...keyOf("a") }));
      expect(await got.Body?.transformToString()).to.equal("secret");
      expect(await failureOf(admin.send(new GetObjectCommand(target)))).to.include({
        code: "InvalidRequest",
        status: 400,
        message:
          "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
      });
      const other = new GetObjectCommand({ ...target, ...keyOf("b") });
      expect(await failureOf(admin.send(other))).to.include({ code: "AccessDenied", status: 403 });
      const plain = new GetObjectCommand({ Bucket, Key: "k", ...keyOf("a") });
      expect(await failureOf(admin.send(plain))).to.include({
        code: "InvalidRequest",
        message: "The encryption parameters are not applicable to this object.",
      });
    });
  });

  describe("ACLs", () => {
    it("are refused where the bucket owner owns all, but for the owner's full control", async () => {
      const put = (ACL: "private" | "public-read" | "bucket-owner-full-control") =>
        admin.send(new PutObjectCommand({ Bucket, Key: "acl", Body: "x", ACL }));
      await put("bucket-owner-full-control");
      const refused = {
        code: "AccessControlListNotSupported",
        status: 400,
        message: "The bucket does not allow ACLs",
      };
      expect(await failureOf(put("public-read"))).to.include(refused);
      const command = new PutObjectAclCommand({ Bucket, Key: "acl", ACL: "private" });
      expect(await failureOf(admin.send(command))).to.include(refused);
      const acl = await admin.send(new GetObjectAclCommand({ Bucket, Key: "acl" }));
      expect(acl.Grants).to.have.length(1);
      expect(acl.Grants?.[0]?.Permission).to.equal("FULL_CONTROL");
      expect(acl.Grants?.[0]?.Grantee?.ID).to.equal(acl.Owner?.ID);
    });
  });
});
