import type { S3Client } from "@aws-sdk/client-s3";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";

import { expectAwsError } from "../../expect-aws-error";
import type { TestSandbox } from "../../helpers/sandbox";
import { startTestSandbox } from "../../helpers/sandbox";

describe("S3 buckets", () => {
  let sandbox: TestSandbox;
  let source: S3Client;
  let vault: S3Client;

  before(async () => {
    sandbox = await startTestSandbox();
    source = sandbox.s3("source");
    vault = sandbox.s3("vault");
  });
  after(() => sandbox.close());

  const create = (client: S3Client, name: string, region = "eu-west-1") =>
    client.send(
      new CreateBucketCommand({
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" },
      }),
    );

  it("makes a bucket with ACLs off, public access blocked, SSE-S3 and no versioning", async () => {
    const made = await create(source, "defaults");
    expect(made.Location).to.equal("http://defaults.s3.amazonaws.com/");
    const Bucket = "defaults";
    const encryption = await source.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration).to.deep.equal({
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
          BucketKeyEnabled: false,
          BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
        },
      ],
    });
    const access = await source.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(access.PublicAccessBlockConfiguration).to.deep.equal({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    const ownership = await source.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(ownership.OwnershipControls?.Rules).to.deep.equal([
      { ObjectOwnership: "BucketOwnerEnforced" },
    ]);
    expect((await source.send(new GetBucketVersioningCommand({ Bucket }))).Status).to.equal(
      undefined,
    );
    const acl = await source.send(new GetBucketAclCommand({ Bucket }));
    expect(acl.Grants?.map((grant) => grant.Permission)).to.deep.equal(["FULL_CONTROL"]);
    expect(acl.Grants?.[0]?.Grantee?.ID).to.equal(acl.Owner?.ID);
  });

  it("turns versioning on with Object Lock", async () => {
    const Bucket = "locked-from-birth";
    await source.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    expect((await source.send(new GetBucketVersioningCommand({ Bucket }))).Status).to.equal(
      "Enabled",
    );
    const lock = await source.send(new GetObjectLockConfigurationCommand({ Bucket }));
    expect(lock.ObjectLockConfiguration).to.deep.equal({ ObjectLockEnabled: "Enabled" });
  });

  it("keeps names apart over all accounts", async () => {
    await create(source, "taken");
    await expectAwsError(create(source, "taken"), {
      name: "BucketAlreadyOwnedByYou",
      status: 409,
      message: "Your previous request to create the named bucket succeeded and you already own it.",
    });
    await expectAwsError(create(vault, "taken", "eu-central-1"), {
      name: "BucketAlreadyExists",
      status: 409,
      message:
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    });
  });

  it("lets an owner repeat CreateBucket in us-east-1 alone", async () => {
    const global = sandbox.s3("source", { region: "us-east-1" });
    const made = await global.send(new CreateBucketCommand({ Bucket: "global-bucket" }));
    expect(made.Location).to.equal("/global-bucket");
    await global.send(new CreateBucketCommand({ Bucket: "global-bucket" }));
    const location = await global.send(new GetBucketLocationCommand({ Bucket: "global-bucket" }));
    expect(location.LocationConstraint).to.equal(undefined);
  });

  const badNames = ["AB-upper", "two..dots", "192.168.5.4", "-dash", "xn--name", "name-s3alias"];
  for (const Bucket of badNames) {
    it(`refuses the name ${Bucket}`, async () => {
      await expectAwsError(create(source, Bucket), {
        name: "InvalidBucketName",
        status: 400,
        message: "The specified bucket is not valid.",
      });
    });
  }

  for (const constraint of ["eu-central-1", "us-east-1", "mars-north-1"]) {
    it(`refuses the location ${constraint} at the endpoint of eu-west-1`, async () => {
      await expectAwsError(create(source, "elsewhere", constraint), {
        name: "IllegalLocationConstraintException",
        status: 400,
        message: `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      });
    });
  }

  it("answers the Region of a bucket, and lists with paging, prefix and Region", async () => {
    for (const name of ["page-a", "page-b", "page-c"]) await create(source, name);
    const head = await source.send(new HeadBucketCommand({ Bucket: "page-a" }));
    expect(head).to.include({ BucketRegion: "eu-west-1", BucketArn: "arn:aws:s3:::page-a" });
    const first = await source.send(new ListBucketsCommand({ Prefix: "page-", MaxBuckets: 2 }));
    expect(first.Buckets?.map((bucket) => [bucket.Name, bucket.BucketRegion])).to.deep.equal([
      ["page-a", "eu-west-1"],
      ["page-b", "eu-west-1"],
    ]);
    const next = await source.send(
      new ListBucketsCommand({ Prefix: "page-", ContinuationToken: first.ContinuationToken }),
    );
    expect(next.Buckets?.map((bucket) => bucket.Name)).to.deep.equal(["page-c"]);
    expect(next.ContinuationToken).to.equal(undefined);
    const elsewhere = await source.send(
      new ListBucketsCommand({ Prefix: "page-", BucketRegion: "eu-central-1" }),
    );
    expect(elsewhere.Buckets ?? []).to.deep.equal([]);
    const others = await vault.send(new ListBucketsCommand({}));
    expect((others.Buckets ?? []).map((bucket) => bucket.Name)).not.to.include("page-a");
  });

  it("answers GetBucketLocation with the Region", async () => {
    await create(source, "located");
    const location = await source.send(new GetBucketLocationCommand({ Bucket: "located" }));
    expect(location.LocationConstraint).to.equal("eu-west-1");
  });

  it("deletes an empty bucket, and knows it no more", async () => {
    await create(source, "short-lived");
    await source.send(new DeleteBucketCommand({ Bucket: "short-lived" }));
    await expectAwsError(source.send(new DeleteBucketCommand({ Bucket: "short-lived" })), {
      name: "NoSuchBucket",
      status: 404,
      message: "The specified bucket does not exist",
    });
  });

  it("sends a request for a bucket of another Region away", async () => {
    await create(source, "regional");
    const elsewhere = sandbox.s3("source", { region: "eu-central-1" });
    await expectAwsError(elsewhere.send(new GetBucketVersioningCommand({ Bucket: "regional" })), {
      name: "PermanentRedirect",
      status: 301,
    });
  });

  it("holds requests to the expected owner of a bucket", async () => {
    await create(source, "expected");
    const Bucket = "expected";
    await source.send(
      new GetBucketVersioningCommand({ Bucket, ExpectedBucketOwner: "111111111111" }),
    );
    await expectAwsError(
      source.send(new GetBucketVersioningCommand({ Bucket, ExpectedBucketOwner: "222222222222" })),
      { name: "AccessDenied", status: 403, message: "Access Denied" },
    );
  });

  it("says nothing about the reason of a refusal to another account", async () => {
    await create(source, "private-matter");
    const foreign = sandbox.s3("vault", { region: "eu-west-1" });
    await expectAwsError(
      foreign.send(new GetBucketVersioningCommand({ Bucket: "private-matter" })),
      {
        name: "AccessDenied",
        status: 403,
        message: "Access Denied",
      },
    );
  });

  it("keeps a bucket that has versions or delete markers", async () => {
    const Bucket = "full";
    const refusal = (message: string) => ({ name: "BucketNotEmpty", status: 409, message });
    await create(source, Bucket);
    await source.send(new PutObjectCommand({ Bucket, Key: "key", Body: "body" }));
    await expectAwsError(
      source.send(new DeleteBucketCommand({ Bucket })),
      refusal("The bucket you tried to delete is not empty"),
    );
    await source.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    const marker = await source.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
    await source.send(new DeleteObjectCommand({ Bucket, Key: "key", VersionId: "null" }));
    await expectAwsError(
      source.send(new DeleteBucketCommand({ Bucket })),
      refusal(
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
      ),
    );
    await source.send(new DeleteObjectCommand({ Bucket, Key: "key", VersionId: marker.VersionId }));
    await source.send(new DeleteBucketCommand({ Bucket }));
  });

  it("names principal, action and resource when it refuses someone of the owner's account", async () => {
    await create(source, "guarded");
    const { iam } = sandbox.world;
    const user = iam.addUser({ accountId: "111111111111", name: "nobody", path: "/" });
    const nobody = sandbox.s3("source", { credentials: iam.createAccessKey(user) });
    await expectAwsError(nobody.send(new GetBucketVersioningCommand({ Bucket: "guarded" })), {
      name: "AccessDenied",
      status: 403,
      message:
        'User: arn:aws:iam::111111111111:user/nobody is not authorized to perform: s3:GetBucketVersioning on resource: "arn:aws:s3:::guarded" because no identity-based policy allows the s3:GetBucketVersioning action',
    });
    await expectAwsError(nobody.send(new ListBucketsCommand({})), {
      name: "AccessDenied",
      status: 403,
      message:
        "User: arn:aws:iam::111111111111:user/nobody is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action",
    });
  });

  describe("in an account's regional namespace", () => {
    const create = (Bucket: string, BucketNamespace?: "account-regional" | "global") =>
      source.send(
        new CreateBucketCommand({
          Bucket,
          BucketNamespace,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );

    it("makes a bucket whose name ends in account, Region and -an", async () => {
      const { BucketArn } = await create("own-111111111111-eu-west-1-an", "account-regional");
      expect(BucketArn).to.equal("arn:aws:s3:::own-111111111111-eu-west-1-an");
    });

    const wrong: [string, string, "account-regional" | "global" | undefined][] = [
      ["of another account", "own-222222222222-eu-west-1-an", "account-regional"],
      ["of another Region", "own-111111111111-eu-north-1-an", "account-regional"],
      ["without a prefix", "-111111111111-eu-west-1-an", "account-regional"],
      ["without the suffix", "own-records", "account-regional"],
      ["that was asked for in the global one", "other-111111111111-eu-west-1-an", "global"],
      ["that was not asked for there", "other-111111111111-eu-west-1-an", undefined],
    ];
    for (const [what, name, namespace] of wrong) {
      it(`refuses a name ${what}`, () =>
        expectAwsError(create(name, namespace), { name: "InvalidBucketName", status: 400 }));
    }
  });
});
