import type { CreateJobRequest } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { BatchFixture, errorOf, generator } from "./fixture";
import { BATCH_ROLE, rule, SOURCE, VAULT } from "../replication/fixture";

const REPORT_BUCKET = "arn:aws:s3:::acme-operations";

describe("CreateJob checks its members", () => {
  const refused = (overrides: Partial<CreateJobRequest>) => {
    const fixture = new BatchFixture();
    const error = errorOf(() => fixture.create(overrides));
    expect(error.statusCode).to.equal(400);
    return `${error.code}: ${error.message}`;
  };
  const filter = (value: object) => ({ ManifestGenerator: generator(value) });

  const cases: readonly [string, Partial<CreateJobRequest>, RegExp][] = [
    ["an empty description", { Description: "" }, /'description'.*greater than or equal to 1/],
    ["a long description", { Description: "x".repeat(257) }, /'description'.*equal to 256/],
    ["a long token", { ClientRequestToken: "x".repeat(65) }, /'clientRequestToken'/],
    ["no token", { ClientRequestToken: undefined }, /'clientRequestToken'.*must not be null/],
    ["a negative priority", { Priority: -1 }, /'priority'/],
    ["a priority above 31 bits", { Priority: 2_147_483_648 }, /'priority'/],
    ["a role that is no ARN", { RoleArn: "batch" }, /'roleArn'.*pattern/],
    [
      "a tag of another alphabet",
      { Tags: [{ Key: "a;b", Value: "1" }] },
      /'tags.member.key'.*pattern/,
    ],
    ["a long tag value", { Tags: [{ Key: "a", Value: "x".repeat(257) }] }, /'tags.member.value'/],
    [
      "an enabled report without a place",
      { Report: { Enabled: true } },
      /Bucket must be specified/,
    ],
    [
      "an empty report prefix",
      {
        Report: {
          Enabled: true,
          Bucket: REPORT_BUCKET,
          Format: "Report_CSV_20180820",
          ReportScope: "AllTasks",
          Prefix: "",
        },
      },
      /'report.prefix'/,
    ],
    ["PENDING as a status", filter({ ObjectReplicationStatuses: ["PENDING"] }), /enum value set/],
    [
      "two prefixes",
      filter({ KeyNameConstraint: { MatchAnyPrefix: ["a", "b"] } }),
      /matchAnyPrefix/,
    ],
    [
      "two encryptions",
      filter({ MatchAnyObjectEncryption: [{ SSES3: {} }, { SSEC: {} }] }),
      /matchAnyObjectEncryption/,
    ],
    ["an unknown class", filter({ MatchAnyStorageClass: ["OUTPOSTS"] }), /matchAnyStorageClass/],
    [
      "no manifest at all",
      { ManifestGenerator: undefined },
      /Exactly one of Manifest and Manifest/,
    ],
    [
      "a kept manifest without a place",
      { ManifestGenerator: generator({}, { ManifestOutputLocation: undefined }) },
      /ManifestOutputLocation must be specified/,
    ],
    [
      "a manifest without version ids",
      {
        ManifestGenerator: undefined,
        Manifest: {
          Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key"] },
          Location: { ObjectArn: "arn:aws:s3:::acme-operations/m.csv", ETag: "e" },
        },
      },
      /must include VersionId/,
    ],
    ["no operation", { Operation: {} }, /Exactly one operation/],
    [
      "a generator that is none",
      { ManifestGenerator: {} as CreateJobRequest["ManifestGenerator"] },
      /'manifestGenerator'.*exactly one of: \[S3JobManifestGenerator\]/,
    ],
    [
      "an encryption that is none",
      filter({ MatchAnyObjectEncryption: [{}] }),
      /'.*matchAnyObjectEncryption.member'.*exactly one of: \[SSES3, SSEKMS, DSSEKMS, SSEC, NOTSSE\]/,
    ],
    [
      "a key that is no ARN",
      filter({ MatchAnyObjectEncryption: [{ SSEKMS: { KmsKeyArn: "alias/records-are-mine" } }] }),
      /kmsKeyArn'.*pattern/,
    ],
    [
      "SSE-KMS for the manifest without a key",
      {
        ManifestGenerator: generator(
          {},
          {
            ManifestOutputLocation: {
              Bucket: REPORT_BUCKET,
              ManifestFormat: "S3InventoryReport_CSV_20211130",
              ManifestEncryption: { SSEKMS: {} },
            },
          },
        ),
      },
      /sSEKMS.keyId'.*must not be null/,
    ],
    ["a tag without a value", { Tags: [{ Key: "a", Value: undefined }] }, /member.value'.*null/],
    [
      "a manifest whose columns are named twice",
      {
        ManifestGenerator: undefined,
        Manifest: {
          Spec: {
            Format: "S3BatchOperations_CSV_20180820",
            Fields: ["Bucket", "Key", "Key", "VersionId"],
          },
          Location: { ObjectArn: "arn:aws:s3:::acme-operations/m.csv", ETag: "e" },
        },
      },
      /name each column once/,
    ],
  ];
  for (const [name, overrides, expected] of cases) {
    it(`and refuses ${name}`, () => {
      expect(refused(overrides))
        .to.match(expected)
        .and.match(/^BadRequestException/);
    });
  }

  const report = (overrides: object): Partial<CreateJobRequest> => ({
    Report: {
      Enabled: true,
      Bucket: REPORT_BUCKET,
      Format: "Report_CSV_20180820",
      ReportScope: "AllTasks",
      ...overrides,
    },
  });
  const manifest = (spec: object, location: object = {}): Partial<CreateJobRequest> => ({
    ManifestGenerator: undefined,
    Manifest: {
      Spec: {
        Format: "S3BatchOperations_CSV_20180820",
        Fields: ["Bucket", "Key", "VersionId"],
        ...spec,
      },
      Location: { ObjectArn: "arn:aws:s3:::acme-operations/m.csv", ETag: "e", ...location },
    },
  });
  const encrypted = (member: "SSEKMS" | "DSSEKMS") => (KmsKeyArn: string) =>
    filter({ MatchAnyObjectEncryption: [{ [member]: { KmsKeyArn } }] });
  const kmsKeyArns = {
    taken: [
      "arn:aws:kms:eu-west-1:111111111111:key/0-aZ",
      "arn:aws-us-gov1Z:kms:us-gov-west-1:111111111111:key/a",
    ],
    refused: [
      "xarn:aws:kms:eu-west-1:111111111111:key/a",
      "arn:aws!:kms:eu-west-1:111111111111:key/a",
      "arn:aws:kms::111111111111:key/aaaaaaaaaaa",
      "arn:aws:kms:EU:111111111111:key/aaaaaaaaa",
      "arn:aws:kms:eu-west-1:1111111111111:key/a",
      "arn:aws:kms:eu-west-1:11111111111x:key/a",
      "arn:aws:kms:eu-west-1:111111111111:key/",
      "arn:aws:kms:eu-west-1:111111111111:key/a ",
    ],
  };
  const s3Arns = {
    taken: [REPORT_BUCKET, "arn:aws-cn:s3:::acme-operations"],
    refused: ["xarn:aws:s3:::a", "arn::s3:::a", "arn:aws:s3-outposts:::a", "acme-operations"],
  };
  const accountIds = {
    taken: [SOURCE.accountId],
    refused: ["x11111111111", `x${SOURCE.accountId}`, `${SOURCE.accountId}1`, "1", ""],
  };
  const texts: readonly (readonly [
    string,
    (text: string) => Partial<CreateJobRequest>,
    { readonly taken: readonly string[]; readonly refused: readonly string[] },
  ])[] = [
    [
      "roleArn",
      (RoleArn) => ({ RoleArn }),
      {
        taken: [BATCH_ROLE],
        refused: [
          `x${BATCH_ROLE}`,
          BATCH_ROLE.replace("arn:aws:", "arn::"),
          BATCH_ROLE.replace(SOURCE.accountId, "1"),
          BATCH_ROLE.replace(SOURCE.accountId, "x11111111111"),
          BATCH_ROLE.replace(":role/", ":user/"),
        ],
      },
    ],
    ["report.bucket", (Bucket) => report({ Bucket }), s3Arns],
    [
      "report.expectedBucketOwner",
      (ExpectedBucketOwner) => report({ ExpectedBucketOwner }),
      accountIds,
    ],
    ["manifest.location.objectArn", (ObjectArn) => manifest({}, { ObjectArn }), s3Arns],
    ["kmsKeyArn", encrypted("SSEKMS"), kmsKeyArns],
    ["kmsKeyArn", encrypted("DSSEKMS"), kmsKeyArns],
    [
      "tags.member.key",
      (Key) => ({ Tags: [{ Key, Value: "" }] }),
      { taken: ["a", "\u00e4 _.:/=+-@1"], refused: ["a;", ";a", ""] },
    ],
  ];
  for (const [member, overridesOf, { taken, refused: bad }] of texts) {
    it(`and takes and refuses values of ${member} by their pattern`, () => {
      for (const text of taken) {
        expect(new BatchFixture().create(overridesOf(text)), text).to.match(/^[0-9a-f-]{36}$/);
      }
      for (const text of bad) expect(refused(overridesOf(text)), text).to.include(member);
    });
  }

  const others: readonly (readonly [string, Partial<CreateJobRequest>, RegExp])[] = [
    ["no operation member", { Operation: undefined }, /'operation'.*must not be null/],
    ["no report", { Report: undefined }, /'report'.*must not be null/],
    ["a report of no format", report({ Format: undefined }), /Format must be specified/],
    ["a report of no scope", report({ ReportScope: undefined }), /ReportScope must be specified/],
    [
      "two operations",
      { Operation: { S3ReplicateObject: {}, S3DeleteObjectTagging: {} } },
      /Exactly one operation/,
    ],
    [
      "a manifest and a generator",
      { ...manifest({}), ManifestGenerator: generator({}) },
      /Exactly one of Manifest and Manifest/,
    ],
    ["a column that is none", manifest({ Fields: ["Bucket", "Key", "Size"] }), /spec.fields/],
    [
      "columns of an inventory report",
      manifest({ Format: "S3InventoryReport_CSV_20161130" }),
      /Fields must not be specified/,
    ],
    [
      "a manifest that is not described",
      { ...manifest({}), Manifest: {} as CreateJobRequest["Manifest"] },
      /'manifest.spec'.*null.*'manifest.location'.*null/,
    ],
    [
      "an empty prefix of keys",
      filter({ KeyNameConstraint: { MatchAnyPrefix: [""] } }),
      /matchAnyPrefix/,
    ],
    [
      "two suffixes",
      filter({ KeyNameConstraint: { MatchAnySuffix: ["a", "b"] } }),
      /matchAnySuffix/,
    ],
    [
      "two parts of keys",
      filter({ KeyNameConstraint: { MatchAnySubstring: ["a", "b"] } }),
      /matchAnySubstring/,
    ],
    ["a negative size", filter({ ObjectSizeLessThanBytes: -1 }), /objectSizeLessThanBytes/],
  ];
  for (const [name, overrides, expected] of others) {
    it(`and refuses ${name}`, () => {
      expect(refused(overrides)).to.match(expected);
    });
  }

  /** Over HTTP most of these are malformed XML; the words are those of the model. */
  const source = (overrides: object) => ({ ManifestGenerator: generator({}, overrides) });
  const output = (overrides: object) =>
    source({
      ManifestOutputLocation: {
        Bucket: REPORT_BUCKET,
        ManifestFormat: "S3InventoryReport_CSV_20211130",
        ...overrides,
      },
    });
  const path = "manifestGenerator.s3JobManifestGenerator";
  const needed: readonly (readonly [string, Partial<CreateJobRequest>])[] = [
    ["priority", { Priority: undefined }],
    ["roleArn", { RoleArn: undefined }],
    ["report.enabled", report({ Enabled: undefined })],
    ["manifest.spec.format", manifest({ Format: undefined })],
    ["manifest.location.objectArn", manifest({}, { ObjectArn: undefined })],
    ["manifest.location.eTag", manifest({}, { ETag: undefined })],
    [`${path}.sourceBucket`, source({ SourceBucket: undefined })],
    [`${path}.enableManifestOutput`, source({ EnableManifestOutput: undefined })],
    [`${path}.manifestOutputLocation.bucket`, output({ Bucket: undefined })],
    [`${path}.manifestOutputLocation.manifestFormat`, output({ ManifestFormat: undefined })],
    ["tags.member.key", { Tags: [{ Key: undefined, Value: "a" }] }],
  ];
  for (const [member, overrides] of needed) {
    it(`and wants ${member}`, () => {
      expect(refused(overrides))
        .to.include("1 validation error detected")
        .and.include(`at '${member}' failed to satisfy constraint: Member must not be null`);
    });
  }

  it("and asks a manifest for nothing that an operation needs where there is none", () => {
    const nothing = { ...manifest({ Fields: ["Bucket", "Key"] }), Operation: {} };
    expect(refused(nothing)).to.equal(
      "BadRequestException: Exactly one operation must be specified",
    );
  });

  const accepted: readonly (readonly [string, Partial<CreateJobRequest>])[] = [
    ["a generator without a filter", source({ Filter: undefined })],
    [
      "no place for a manifest that is not kept",
      {
        ManifestGenerator: generator(
          {},
          { EnableManifestOutput: false, ManifestOutputLocation: undefined },
        ),
      },
    ],
    [
      "columns to ignore, twice",
      manifest({
        Fields: ["Bucket", "Ignore", "Key", "Ignore", "VersionId"],
      }),
    ],
    [
      "an inventory report without columns",
      manifest({
        Format: "S3InventoryReport_CSV_20161130",
        Fields: undefined,
      }),
    ],
    [
      "an operation beside one that is undefined",
      {
        Operation: { S3ReplicateObject: {}, S3DeleteObjectTagging: undefined },
      },
    ],
  ];
  for (const [name, overrides] of accepted) {
    it(`and takes ${name}`, () => {
      expect(new BatchFixture().create(overrides)).to.match(/^[0-9a-f-]{36}$/);
    });
  }

  it("and names all that is wrong at once", () => {
    expect(refused({ Description: "", Priority: -1, RoleArn: "x" })).to.match(
      /3 validation errors detected: .*'description'.*'priority'.*'roleArn'/,
    );
  });

  it("and names all that does not go together at once", () => {
    const nothing = { ManifestGenerator: undefined, Operation: {}, Report: { Enabled: true } };
    expect(refused(nothing)).to.match(
      /Exactly one of Manifest.*; Exactly one operation.*; Bucket /,
    );
  });

  it("and takes values at the limits", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const jobId = fixture.create({
      Description: "x".repeat(256),
      ClientRequestToken: "x".repeat(64),
      Priority: 2_147_483_647,
      Tags: Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: "" })),
    });
    expect(jobId).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(fixture.control("GetJobTagging", { JobId: jobId }).Tags).to.have.length(50);
  });

  it("and answers operations that it does not carry out by name", () => {
    const fixture = new BatchFixture();
    const lambda = { LambdaInvoke: { FunctionArn: "arn:aws:lambda:eu-west-1:1:function:f" } };
    const error = errorOf(() => fixture.create({ Operation: lambda }));
    expect(error).to.include({ code: "NotImplemented", statusCode: 501 });
    expect(error.message).to.match(/LambdaInvoke/);
  });

  it("and refuses a role of another account, more than 50 tags, another account's id", () => {
    const fixture = new BatchFixture();
    const foreign = BATCH_ROLE.replace(SOURCE.accountId, VAULT.accountId);
    expect(errorOf(() => fixture.create({ RoleArn: foreign })).message).to.match(/Cross-account/);
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
    // CreateJob's model has no TooManyTagsException; PutJobTagging's has.
    expect(errorOf(() => fixture.create({ Tags })).code).to.equal("BadRequestException");
    const jobId = fixture.create();
    const tagging = () => fixture.control("PutJobTagging", { JobId: jobId, Tags });
    expect(errorOf(tagging).code).to.equal("TooManyTagsException");
    const input = { ...fixture.request(), AccountId: VAULT.accountId };
    expect(errorOf(() => fixture.call(SOURCE, "s3control", "CreateJob", input))).to.include({
      code: "AccessDenied",
      statusCode: 403,
    });
  });
});

describe("the client request token", () => {
  it("gives the same job for the same request and an error for another", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const token = { ClientRequestToken: "intended-job" };
    const jobId = fixture.create(token);
    expect(fixture.create(token)).to.equal(jobId);
    expect(errorOf(() => fixture.create({ ...token, Priority: 11 }))).to.include({
      code: "IdempotencyException",
      statusCode: 400,
    });
    expect(fixture.control("ListJobs", {}).Jobs).to.have.length(1);
    fixture.settle();
    expect(fixture.create(token), "also when the job has ended").to.equal(jobId);
  });
});
