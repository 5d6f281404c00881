import { CreateJobCommand, type CreateJobRequest } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { SOURCE } from "../replication/fixture";
import { generator } from "./fixture";

/**
 * The limits of CreateJob's members through the AWS SDK, at their edges.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html and the pages of its members
 */
type Overrides = Partial<CreateJobRequest>;

const S3_ARN = "arn:aws:s3:::";
const ROLE_ARN = `arn:aws:iam::${SOURCE.accountId}:role/`;
const KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/";
const filled = (start: string) => (length: number) => start.padEnd(length, "a").slice(0, length);
const any = filled("");

const output = (overrides: object) =>
  generator(
    {},
    {
      ManifestOutputLocation: {
        Bucket: "arn:aws:s3:::acme-operations",
        ManifestFormat: "S3InventoryReport_CSV_20211130",
        ...overrides,
      },
    },
  );
const report = (overrides: object): Overrides => ({ Report: { Enabled: false, ...overrides } });
const location = (overrides: object): Overrides => ({
  ManifestGenerator: undefined,
  Manifest: {
    Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key", "VersionId"] },
    Location: { ObjectArn: "arn:aws:s3:::acme-operations/m.csv", ETag: "e", ...overrides },
  },
});
const spec = (overrides: object): Overrides => ({
  ManifestGenerator: undefined,
  Manifest: {
    Spec: { Format: "S3BatchOperations_CSV_20180820", ...overrides } as never,
    Location: { ObjectArn: "arn:aws:s3:::acme-operations/m.csv", ETag: "e" },
  },
});
const source = (overrides: object): Overrides => ({ ManifestGenerator: generator({}, overrides) });
const filter = (value: object): Overrides => ({ ManifestGenerator: generator(value) });
const keys = (name: string) => (text: string) => filter({ KeyNameConstraint: { [name]: [text] } });
const encryption = (value: object) => filter({ MatchAnyObjectEncryption: [value] });

const GENERATOR = "manifestGenerator.s3JobManifestGenerator";
const OUTPUT = `${GENERATOR}.manifestOutputLocation`;
const FILTER = `${GENERATOR}.filter`;

describe("CreateJob's limits", () => {
  const sandbox = useSandboxWithManualClock();
  let count = 0;

  /** Undefined when the job was made, else why it was not. */
  const refusal = async (overrides: Overrides): Promise<string | undefined> => {
    const request: CreateJobRequest = {
      AccountId: SOURCE.accountId,
      ConfirmationRequired: true,
      Operation: { S3ReplicateObject: {} },
      Report: { Enabled: false },
      ClientRequestToken: `token-${++count}`,
      Priority: 1,
      RoleArn: `${ROLE_ARN}batch`,
      ManifestGenerator: generator({}),
      ...overrides,
    };
    try {
      await sandbox().s3control("source").send(new CreateJobCommand(request));
      return undefined;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  };

  const lengths: readonly (readonly [
    path: string,
    minimum: number,
    maximum: number,
    overridesOf: (text: string) => Overrides,
    textOf?: (length: number) => string,
  ])[] = [
    ["clientRequestToken", 1, 64, (ClientRequestToken) => ({ ClientRequestToken })],
    ["description", 1, 256, (Description) => ({ Description })],
    ["roleArn", 1, 2048, (RoleArn) => ({ RoleArn }), filled(ROLE_ARN)],
    ["report.bucket", 1, 128, (Bucket) => report({ Bucket }), filled(S3_ARN)],
    ["report.prefix", 1, 512, (Prefix) => report({ Prefix })],
    [
      "manifest.location.objectArn",
      1,
      2000,
      (ObjectArn) => location({ ObjectArn }),
      filled(`${S3_ARN}acme-operations/`),
    ],
    ["manifest.location.eTag", 1, 1024, (ETag) => location({ ETag })],
    [
      "manifest.location.objectVersionId",
      1,
      2000,
      (ObjectVersionId) => location({ ObjectVersionId }),
    ],
    [
      `${GENERATOR}.sourceBucket`,
      1,
      128,
      (SourceBucket) => source({ SourceBucket }),
      filled(S3_ARN),
    ],
    [
      `${OUTPUT}.bucket`,
      1,
      128,
      (Bucket) => ({ ManifestGenerator: output({ Bucket }) }),
      filled(S3_ARN),
    ],
    [
      `${OUTPUT}.manifestPrefix`,
      1,
      512,
      (ManifestPrefix) => ({ ManifestGenerator: output({ ManifestPrefix }) }),
    ],
    [
      `${OUTPUT}.manifestEncryption.sSEKMS.keyId`,
      1,
      2000,
      (KeyId) => ({ ManifestGenerator: output({ ManifestEncryption: { SSEKMS: { KeyId } } }) }),
    ],
    [`${FILTER}.keyNameConstraint.matchAnyPrefix`, 1, 1024, keys("MatchAnyPrefix")],
    [`${FILTER}.keyNameConstraint.matchAnySuffix`, 1, 1024, keys("MatchAnySuffix")],
    [`${FILTER}.keyNameConstraint.matchAnySubstring`, 1, 1024, keys("MatchAnySubstring")],
    [
      `${FILTER}.matchAnyObjectEncryption.member.kmsKeyArn`,
      20,
      2048,
      (KmsKeyArn) => encryption({ SSEKMS: { KmsKeyArn } }),
      filled(KEY_ARN),
    ],
    ["tags.member.key", 1, 128, (Key) => ({ Tags: [{ Key, Value: "" }] })],
    ["tags.member.value", 0, 256, (Value) => ({ Tags: [{ Key: "a", Value }] })],
  ];
  for (const [path, minimum, maximum, overridesOf, textOf = any] of lengths) {
    it(`hold ${path} to ${minimum} to ${maximum} characters`, async () => {
      const least = await refusal(overridesOf(textOf(minimum)));
      // The shortest text of an ARN is none that a pattern takes.
      if (textOf === any) expect(least).to.equal(undefined);
      else
        expect(least)
          .to.match(/regular expression/)
          .and.not.match(/length greater/);
      expect(await refusal(overridesOf(textOf(maximum)))).to.equal(undefined);
      if (minimum > 0) {
        expect(await refusal(overridesOf(textOf(minimum - 1)))).to.include(
          `at '${path}' failed to satisfy constraint: Member must have length greater than or equal to ${minimum}`,
        );
      }
      expect(await refusal(overridesOf(textOf(maximum + 1)))).to.include(
        `at '${path}' failed to satisfy constraint: Member must have length less than or equal to ${maximum}`,
      );
    });
  }

  const refused: readonly (readonly [string, Overrides])[] = [
    [`${GENERATOR}.sourceBucket`, source({ SourceBucket: "acme" })],
    [`${GENERATOR}.expectedBucketOwner`, source({ ExpectedBucketOwner: "1" })],
    [`${OUTPUT}.bucket`, { ManifestGenerator: output({ Bucket: "acme" }) }],
    [`${OUTPUT}.manifestFormat`, { ManifestGenerator: output({ ManifestFormat: "CSV" }) }],
    [
      `${OUTPUT}.expectedManifestBucketOwner`,
      { ManifestGenerator: output({ ExpectedManifestBucketOwner: "1" }) },
    ],
    ["report.format", report({ Format: "CSV" })],
    ["report.reportScope", report({ ReportScope: "None" })],
    ["manifest.spec.format", spec({ Format: "CSV" })],
    [
      `${FILTER}.keyNameConstraint.matchAnyPrefix`,
      filter({ KeyNameConstraint: { MatchAnyPrefix: ["a", "b"] } }),
    ],
    [`${FILTER}.objectSizeGreaterThanBytes`, filter({ ObjectSizeGreaterThanBytes: -1 })],
    [`${FILTER}.objectSizeGreaterThanBytes`, filter({ ObjectSizeGreaterThanBytes: 2 ** 53 })],
    [`${FILTER}.objectSizeLessThanBytes`, filter({ ObjectSizeLessThanBytes: 2 ** 53 })],
    ["tags.member.value", { Tags: [{ Key: "a", Value: "a;" }] }],
    ["tags.member.value", { Tags: [{ Key: "a", Value: ";a" }] }],
  ];
  for (const [path, overrides] of refused) {
    it(`refuse a value of ${path}: ${JSON.stringify(overrides).slice(-60)}`, async () => {
      expect(await refusal(overrides))
        .to.include("1 validation error detected")
        .and.include(`at '${path}'`);
    });
  }

  const taken: readonly (readonly [string, Overrides])[] = [
    ["the lowest priority", { Priority: 0 }],
    ["a report without more, when it is not wanted", report({})],
    ["no size at all", filter({ ObjectSizeGreaterThanBytes: 0, ObjectSizeLessThanBytes: 0 })],
    [
      "every status",
      filter({ ObjectReplicationStatuses: ["COMPLETED", "FAILED", "REPLICA", "NONE"] }),
    ],
    ["a report of all tasks", report({ ReportScope: "AllTasks", Format: "Report_CSV_20180820" })],
    ["a report of failed tasks", report({ ReportScope: "FailedTasksOnly" })],
    ["an inventory", spec({ Format: "S3InventoryReport_CSV_20161130" })],
    ["an encryption: SSE-S3", encryption({ SSES3: {} })],
    ["an encryption: SSE-KMS of any key", encryption({ SSEKMS: {} })],
    ["an encryption: DSSE-KMS of any key", encryption({ DSSEKMS: {} })],
    ["an encryption: SSE-C", encryption({ SSEC: {} })],
    ["an encryption: none", encryption({ NOTSSE: {} })],
    ["owners that are expected", source({ ExpectedBucketOwner: SOURCE.accountId })],
    [
      "an owner of the manifest's bucket",
      { ManifestGenerator: output({ ExpectedManifestBucketOwner: SOURCE.accountId }) },
    ],
  ];
  for (const [name, overrides] of taken) {
    it(`take ${name}`, async () => {
      expect(await refusal(overrides)).to.equal(undefined);
    });
  }

  it("want all of an enabled report", async () => {
    expect(await refusal(report({ Enabled: true }))).to.equal(
      "BadRequestException: " +
        ["Bucket", "Format", "ReportScope"]
          .map((member) => `${member} must be specified in the Report when it is enabled`)
          .join("; "),
    );
  });
});
