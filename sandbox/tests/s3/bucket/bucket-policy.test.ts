import type { S3Client } from "@aws-sdk/client-s3";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";

import type { TestSandbox } from "../../helpers/sandbox";
import { startTestSandbox } from "../../helpers/sandbox";
import { expectAwsError } from "../../expect-aws-error";

describe("S3 bucket policy", () => {
  let sandbox: TestSandbox;
  let s3: S3Client;
  let foreign: S3Client;
  const Bucket = "policed";
  const arn = `arn:aws:s3:::${Bucket}`;

  before(async () => {
    sandbox = await startTestSandbox();
    s3 = sandbox.s3("source");
    foreign = sandbox.s3("vault", { region: "eu-west-1" });
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });
  after(() => sandbox.close());

  const put = (policy: string | object) =>
    s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: typeof policy === "string" ? policy : JSON.stringify(policy),
      }),
    );
  const statement = (changes: object = {}) => ({
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::222222222222:root" },
    Action: "s3:GetBucketVersioning",
    Resource: arn,
    ...changes,
  });
  const document = (...statements: object[]) => ({
    Version: "2012-10-17",
    Statement: statements,
  });

  it("is kept without white space, and is gone after a delete, twice", async () => {
    const policy = document(statement());
    await put(JSON.stringify(policy, null, 2));
    const got = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(got.Policy).to.equal(JSON.stringify(policy));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expectAwsError(s3.send(new GetBucketPolicyCommand({ Bucket })), {
      name: "NoSuchBucketPolicy",
      status: 404,
      message: "The bucket policy does not exist",
    });
  });

  it("lets another account in, and out again", async () => {
    await put(document(statement()));
    await foreign.send(new GetBucketVersioningCommand({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expectAwsError(foreign.send(new GetBucketVersioningCommand({ Bucket })), {
      name: "AccessDenied",
      status: 403,
      message: "Access Denied",
    });
  });

  it("names the policy that denies to the owner's account", async () => {
    await put(document(statement({ Effect: "Deny", Principal: "*" })));
    const error = await expectAwsError(s3.send(new GetBucketVersioningCommand({ Bucket })), {
      name: "AccessDenied",
      status: 403,
    });
    expect(error.message).to.match(
      /^User: arn:aws:iam::111111111111:user\/\S+ is not authorized to perform: s3:GetBucketVersioning on resource: "arn:aws:s3:::policed" with an explicit deny in a resource-based policy$/,
    );
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  });

  it("never lets another account at the policy itself", async () => {
    await put(document(statement({ Action: ["s3:GetBucketPolicy", "s3:PutBucketPolicy"] })));
    await expectAwsError(foreign.send(new GetBucketPolicyCommand({ Bucket })), {
      name: "MethodNotAllowed",
      status: 405,
      message: "The specified method is not allowed against this resource.",
    });
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  });

  const refused: { what: string; policy: string | object; message: string }[] = [
    {
      what: "no JSON",
      policy: "random",
      message: "Policies must be valid JSON and the first byte must be '{'",
    },
    { what: "an empty object", policy: "{}", message: "Missing required field Statement" },
    {
      what: "another bucket",
      policy: document(statement({ Resource: "arn:aws:s3:::other" })),
      message: "Policy has invalid resource",
    },
    {
      what: "a bucket whose name only begins alike",
      policy: document(statement({ Resource: `${arn}-2/*` })),
      message: "Policy has invalid resource",
    },
    {
      what: "an action on objects with the bucket alone",
      policy: document(statement({ Action: "s3:GetObject" })),
      message: "Action does not apply to any resource(s) in statement",
    },
    {
      what: "an action on the bucket with objects alone",
      policy: document(
        statement({ Resource: `${arn}/*`, Action: ["s3:GetObject", "s3:ListBucket"] }),
      ),
      message: "Action does not apply to any resource(s) in statement",
    },
    {
      what: "an unknown action",
      policy: document(statement({ Action: "s3:ReplicateEverything" })),
      message: "Policy has invalid action",
    },
    {
      what: "a role that does not exist",
      policy: document(statement({ Principal: { AWS: "arn:aws:iam::222222222222:role/nobody" } })),
      message: "Invalid principal in policy",
    },
    {
      what: "no principal",
      policy: document(statement({ Principal: undefined })),
      message: "Missing required field Principal",
    },
  ];
  for (const { what, policy, message } of refused) {
    it(`refuses ${what}`, async () => {
      await expectAwsError(put(policy), { name: "MalformedPolicy", status: 400, message });
    });
  }

  it("takes the statements of a replication vault", async () => {
    await put(
      document(
        statement({
          Action: [
            "s3:ReplicateObject",
            "s3:ReplicateDelete",
            "s3:ReplicateTags",
            "s3:ObjectOwnerOverrideToBucketOwner",
          ],
          Resource: `${arn}/*`,
        }),
        statement({ Action: ["s3:List*", "s3:GetBucketVersioning", "s3:PutBucketVersioning"] }),
        statement({
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      ),
    );
    const status = await s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(status.PolicyStatus?.IsPublic).to.equal(false);
  });

  it("may be public only where public access is not blocked", async () => {
    const open = document(statement({ Principal: "*" }));
    const error = await expectAwsError(put(open), { name: "AccessDenied", status: 403 });
    expect(error.message).to.match(
      /^User: \S+ is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::policed" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access\.$/,
    );
    const setAccess = (RestrictPublicBuckets: boolean) =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: { RestrictPublicBuckets },
        }),
      );
    await setAccess(false);
    await put(open);
    const status = await s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(status.PolicyStatus?.IsPublic).to.equal(true);
    await foreign.send(new GetBucketVersioningCommand({ Bucket }));
    await setAccess(true);
    await expectAwsError(foreign.send(new GetBucketVersioningCommand({ Bucket })), {
      name: "AccessDenied",
      status: 403,
      message: "Access Denied",
    });
    await s3.send(new GetBucketVersioningCommand({ Bucket }));
  });
});
