import type { ObjectLockConfiguration, S3Client } from "@aws-sdk/client-s3";
import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";

import type { TestSandbox } from "../../helpers/sandbox";
import { startTestSandbox } from "../../helpers/sandbox";
import { expectAwsError } from "../../expect-aws-error";

const MALFORMED_XML =
  "The XML you provided was not well-formed or did not validate against our published schema";

describe("S3 bucket versioning and Object Lock configuration", () => {
  let sandbox: TestSandbox;
  let s3: S3Client;

  before(async () => {
    sandbox = await startTestSandbox();
    s3 = sandbox.s3("source");
  });
  after(() => sandbox.close());

  const create = async (Bucket: string, isLocked = false): Promise<string> => {
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: isLocked,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    return Bucket;
  };
  const setVersioning = (Bucket: string, Status: "Enabled" | "Suspended") =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const setLock = (Bucket: string, configuration: ObjectLockConfiguration) =>
    s3.send(
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: configuration }),
    );
  const lockOf = async (Bucket: string) =>
    (await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration;

  it("versioning is enabled and suspended at will without a lock", async () => {
    const Bucket = await create("versioned");
    for (const status of ["Enabled", "Suspended", "Enabled"] as const) {
      await setVersioning(Bucket, status);
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).to.equal(status);
    }
  });

  it("tells of MFA delete only where a put has named it", async () => {
    const Bucket = await create("mfa-told");
    await setVersioning(Bucket, "Enabled");
    const plain = await s3.send(new GetBucketVersioningCommand({ Bucket }));
    expect(plain.MFADelete).to.equal(undefined);
    const VersioningConfiguration = { Status: "Enabled", MFADelete: "Disabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const named = await s3.send(new GetBucketVersioningCommand({ Bucket }));
    expect(named).to.include(VersioningConfiguration);
  });

  it("versioning without a status is refused", async () => {
    const Bucket = await create("no-status");
    await expectAwsError(
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })),
      {
        name: "IllegalVersioningConfigurationException",
        status: 400,
        message: "The Versioning element must be specified",
      },
    );
  });

  it("MFA delete is refused by name", async () => {
    const Bucket = await create("mfa-named");
    await expectAwsError(
      s3.send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: "Enabled", MFADelete: "Enabled" },
        }),
      ),
      { name: "NotImplemented", status: 501 },
    );
  });

  it("a lock needs versioning that is enabled", async () => {
    const Bucket = await create("lock-needs-versioning");
    const expected = {
      name: "InvalidBucketState",
      status: 409,
      message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    };
    await expectAwsError(setLock(Bucket, { ObjectLockEnabled: "Enabled" }), expected);
    await setVersioning(Bucket, "Suspended");
    await expectAwsError(setLock(Bucket, { ObjectLockEnabled: "Enabled" }), expected);
    await setVersioning(Bucket, "Enabled");
    await expectAwsError(s3.send(new GetObjectLockConfigurationCommand({ Bucket })), {
      name: "ObjectLockConfigurationNotFoundError",
      status: 404,
      message: "Object Lock configuration does not exist for this bucket",
    });
    await setLock(Bucket, { ObjectLockEnabled: "Enabled" });
    expect(await lockOf(Bucket)).to.deep.equal({ ObjectLockEnabled: "Enabled" });
  });

  it("a lock keeps versioning on", async () => {
    const Bucket = await create("lock-keeps-versioning", true);
    await expectAwsError(setVersioning(Bucket, "Suspended"), {
      name: "InvalidBucketState",
      status: 409,
      message:
        "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    });
    await setVersioning(Bucket, "Enabled");
  });

  it("the default retention is kept, and taken away by a configuration without rule", async () => {
    const Bucket = await create("default-retention", true);
    for (const retention of [
      { Mode: "GOVERNANCE" as const, Days: 1 },
      { Mode: "COMPLIANCE" as const, Years: 100 },
      { Mode: "COMPLIANCE" as const, Days: 36_500 },
    ]) {
      const configuration = {
        ObjectLockEnabled: "Enabled" as const,
        Rule: { DefaultRetention: retention },
      };
      await setLock(Bucket, configuration);
      expect(await lockOf(Bucket)).to.deep.equal(configuration);
    }
    await setLock(Bucket, { ObjectLockEnabled: "Enabled" });
    expect(await lockOf(Bucket)).to.deep.equal({ ObjectLockEnabled: "Enabled" });
  });

  const withRetention = (retention: object): ObjectLockConfiguration =>
    ({ ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: retention } }) as const;
  const refused: {
    what: string;
    configuration: ObjectLockConfiguration;
    name?: string;
    message?: string;
  }[] = [
    { what: "no ObjectLockEnabled", configuration: withoutEnabled() },
    { what: "nothing at all", configuration: {} },
    { what: "an empty rule", configuration: { ObjectLockEnabled: "Enabled", Rule: {} } },
    { what: "an empty default retention", configuration: withRetention({}) },
    { what: "no period", configuration: withRetention({ Mode: "GOVERNANCE" }) },
    {
      what: "days and years",
      configuration: withRetention({ Mode: "GOVERNANCE", Days: 1, Years: 1 }),
    },
    { what: "an unknown mode", configuration: withRetention({ Mode: "BOTH", Days: 1 }) },
    {
      what: "zero days",
      configuration: withRetention({ Mode: "GOVERNANCE", Days: 0 }),
      name: "InvalidArgument",
      message: "Default retention period must be a positive integer value",
    },
    {
      what: "one day more than a hundred years",
      configuration: withRetention({ Mode: "GOVERNANCE", Days: 36_501 }),
      name: "InvalidArgument",
      message: "Default retention period too large.",
    },
    {
      what: "one year more than a hundred",
      configuration: withRetention({ Mode: "GOVERNANCE", Years: 101 }),
      name: "InvalidArgument",
      message: "Default retention period too large.",
    },
    {
      what: "an event hold, which is not served",
      configuration: withRetention({ Mode: "GOVERNANCE", DefaultEventHold: { Days: 1 } }),
      name: "NotImplemented",
    },
  ];
  it("a malformed configuration changes nothing", async () => {
    const Bucket = await create("malformed-locks", true);
    const before = withRetention({ Mode: "GOVERNANCE", Days: 7 });
    await setLock(Bucket, before);
    for (const { configuration, name, message } of refused) {
      await expectAwsError(setLock(Bucket, configuration), {
        name: name ?? "MalformedXML",
        status: name === "NotImplemented" ? 501 : 400,
        ...(name === undefined ? { message: MALFORMED_XML } : message ? { message } : {}),
      });
    }
    expect(await lockOf(Bucket)).to.deep.equal(before);
  });
});

function withoutEnabled(): ObjectLockConfiguration {
  return { Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } } };
}
