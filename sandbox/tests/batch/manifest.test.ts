import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { CreateJobRequest } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { BatchFixture, generator, reasons } from "./fixture";
import {
  allow,
  BATCH_ROLE,
  batchStatements,
  OPERATIONS_BUCKET,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
} from "../replication/fixture";

/** A fixture with one version to replicate, and what a job needs to say of a manifest of one's own. */
function withVersion() {
  const fixture = new BatchFixture();
  const version = fixture.put("a");
  fixture.rules(rule());
  return { fixture, row: `${SOURCE_BUCKET},a,${version.versionId}\n` };
}

function uploaded(
  fixture: BatchFixture,
  body: string | Buffer,
  extra: object = {},
): Partial<CreateJobRequest> & Required<Pick<CreateJobRequest, "Manifest">> {
  const { ETag } = fixture.call(SOURCE, "s3", "PutObject", {
    Bucket: OPERATIONS_BUCKET,
    Key: "m.csv",
    Body: Buffer.from(body),
    ...extra,
  });
  return {
    ManifestGenerator: undefined,
    Manifest: {
      Spec: {
        Format: "S3BatchOperations_CSV_20180820",
        Fields: ["Bucket", "Key", "VersionId"],
      },
      Location: { ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/m.csv`, ETag },
    },
  };
}

const key = (fixture: BatchFixture): string =>
  fixture.call(SOURCE, "kms", "CreateKey", {}).KeyMetadata.Arn as string;

describe("the rows of a manifest of one's own", () => {
  /** What the report says of each row, from the status on. */
  const outcome = (body: (row: string) => string, prepare?: (fixture: BatchFixture) => void) => {
    const { fixture, row } = withVersion();
    prepare?.(fixture);
    const job = fixture.run(uploaded(fixture, body(row)));
    expect(job.Status).to.equal("Complete");
    return fixture.reportRows(job.JobId ?? "").map((fields) => fields.slice(3));
  };

  it("take a header for an object", () => {
    const rows = outcome((row) => `Bucket,Key,VersionId\n${row}`);
    expect(rows).to.deep.include(["succeeded", "200", "", "success"]);
    expect(rows.map(([, , code]) => code)).to.include("SrcBucketNotFound");
  });

  it("are those of the version of the manifest that is named, in a folder as well", () => {
    const { fixture, row } = withVersion();
    const put = (Body: string) =>
      fixture.call(SOURCE, "s3", "PutObject", {
        Bucket: OPERATIONS_BUCKET,
        Key: "in/folders/m.csv",
        Body: Buffer.from(Body),
      });
    const { ETag, VersionId } = put(row);
    put(row.repeat(2));
    const ObjectArn = `arn:aws:s3:::${OPERATIONS_BUCKET}/in/folders/m.csv`;
    const Location = { ObjectArn, ETag, ObjectVersionId: VersionId };
    const request = uploaded(fixture, "");
    const job = fixture.run({ ...request, Manifest: { ...request.Manifest, Location } });
    expect(job.ProgressSummary?.NumberOfTasksSucceeded).to.equal(1);
  });

  it("may have empty lines between them", () => {
    expect(outcome((row) => `${row}\n${row}`).map(([status]) => status)).to.deep.equal([
      "succeeded",
      "succeeded",
    ]);
  });

  it("have their columns in the order of the fields, those to ignore too", () => {
    const { fixture, row } = withVersion();
    const [bucketText = "", key = "", versionId = ""] = row.trim().split(",");
    const request = uploaded(fixture, `${versionId},x,${key},${bucketText}\n`);
    const Fields = ["VersionId", "Ignore", "Key", "Bucket"] as const;
    const Spec = { Format: "S3BatchOperations_CSV_20180820" as const, Fields: [...Fields] };
    const job = fixture.run({ ...request, Manifest: { ...request.Manifest, Spec } });
    expect(fixture.reportRows(job.JobId ?? "")).to.deep.equal([
      [bucketText, key, versionId, "succeeded", "200", "", "success"],
    ]);
  });

  it("have a byte order mark in the name of their bucket", () => {
    const codes = outcome((row) => `\ufeff${row}${row}`).map(([, , code]) => code);
    expect(codes).to.have.members(["SrcBucketNotFound", ""]);
  });

  it("fail their task without a version id, as seen on AWS", () => {
    expect(outcome(() => `${SOURCE_BUCKET},a,\n`)).to.deep.equal([
      ["failed", "404", "SrcObjectNotFound", "Object versionID is invalid"],
    ]);
  });

  it("fail their task for a key or a version that is not there", () => {
    const code = (body: (row: string) => string) => outcome(body)[0]?.[2];
    expect(code((row) => row.replace(",a,", ",b,"))).to.equal("SrcKeyNotFound");
    expect(code(() => `${SOURCE_BUCKET},a,gone\n`)).to.equal("SrcVersionNotFound");
  });

  it("fail their task for a bucket of another Region: SrcBucketInvalidRegion", () => {
    const rows = outcome(
      (row) => row.replace(SOURCE_BUCKET, "acme-elsewhere"),
      (fixture) => fixture.bucket(VAULT, "acme-elsewhere"),
    );
    expect(rows[0]?.[2]).to.equal("SrcBucketInvalidRegion");
  });

  it("fail their task when every rule is disabled: SrcObjectNotEligible, and no status is set", () => {
    const { fixture, row } = withVersion();
    fixture.rules(rule({ Status: "Disabled" }));
    const job = fixture.run(uploaded(fixture, row));
    expect(fixture.reportRows(job.JobId ?? "")[0]?.slice(3)).to.deep.equal([
      "failed",
      "500",
      "SrcObjectNotEligible",
      "Object is not eligible for replication",
    ]);
    expect(fixture.current(SOURCE_BUCKET, "a").replicationStatus).to.equal(undefined);
  });

  it("fail their task when the configuration is gone: SrcBucketReplicationConfigMissing", () => {
    const { fixture, row } = withVersion();
    fixture.call(SOURCE, "s3", "DeleteBucketReplication", { Bucket: SOURCE_BUCKET });
    const job = fixture.run(uploaded(fixture, row));
    expect(fixture.reportRows(job.JobId ?? "")[0]?.[5]).to.equal(
      "SrcBucketReplicationConfigMissing",
    );
  });
});

describe("a manifest is not valid, and its job fails with InvalidManifestContent,", () => {
  const failure = (body: string | Buffer, fields = ["Bucket", "Key", "VersionId"]) => {
    const { fixture } = withVersion();
    const request = uploaded(fixture, body);
    const Spec = { ...request.Manifest.Spec, Fields: fields };
    const Manifest = { ...request.Manifest, Spec } as CreateJobRequest["Manifest"];
    const job = fixture.run({ ...request, Manifest });
    expect(job.Status).to.equal("Failed");
    expect(fixture.keys().some((name) => name.startsWith("reports/"))).to.equal(false);
    const [reason] = job.FailureReasons ?? [];
    expect(reason?.FailureCode).to.equal("InvalidManifestContent");
    return reason?.FailureReason;
  };

  it("for a row with too few or too many fields", () => {
    const whole = `${SOURCE_BUCKET},a,v\n`;
    for (const row of [
      `${SOURCE_BUCKET},a\n`,
      `${SOURCE_BUCKET},a,v,more\n`,
      `${whole}${SOURCE_BUCKET},a\n`,
    ]) {
      expect(failure(row)).to.equal("Unexpected number of task fields");
    }
  });

  it("for a key or a version id that is none", () => {
    expect(failure(`${SOURCE_BUCKET},%zz,null\n`)).to.equal("Invalid object key format");
    expect(failure(`${SOURCE_BUCKET},,null\n`)).to.equal("Invalid object key format");
    expect(failure(`${SOURCE_BUCKET},a,not one\n`)).to.equal("Invalid version ID format");
  });

  it("for a file that is not CSV or not UTF-8", () => {
    const text = "Manifest file is not properly formatted";
    expect(failure(`"${SOURCE_BUCKET},a,null\n`)).to.equal(text);
    expect(failure(Buffer.from([0xff, 0xfe, 0x2c, 0x61, 0x2c]))).to.equal(text);
  });

  it("for an inventory that is no CSV inventory, or lacks what names an object", () => {
    const inventory = (body: string) => {
      const { fixture } = withVersion();
      const request = uploaded(fixture, body);
      const Spec = { Format: "S3InventoryReport_CSV_20161130" as const };
      return reasons(fixture.run({ ...request, Manifest: { ...request.Manifest, Spec } }));
    };
    const files: object[] = [];
    const of = (value: object) => inventory(JSON.stringify({ files, ...value }));
    expect(inventory("no JSON")).to.deep.equal(["Invalid Manifest Content"]);
    for (const value of [
      { fileFormat: "Parquet", fileSchema: "message s3 {}" },
      { fileFormat: "CSV" },
      { fileFormat: "CSV", fileSchema: "Bucket, Key", files: {} },
    ]) {
      expect(of(value)).to.deep.equal(["Invalid Manifest Content"]);
    }
    expect(inventory("null")).to.deep.equal(["Invalid Manifest Content"]);
    expect(of({ fileFormat: "CSV", fileSchema: "Bucket, Size" })).to.deep.equal([
      "Required fields are missing in the schema: Key",
    ]);
    files.push({ key: "gone.csv.gz", size: 1, MD5checksum: "" });
    // Without s3:ListBucket the role is not told that the file is not there.
    expect(of({ fileFormat: "CSV", fileSchema: "Bucket, Key, VersionId" })).to.deep.equal([
      "Reading the manifest is forbidden: AccessDenied",
    ]);
  });
});

describe("the data files of an inventory", () => {
  const ran = (data: Buffer, checksum = createHash("md5").update(data).digest("hex")) => {
    const { fixture, row } = withVersion();
    const Body = data.length === 0 ? gzipSync(row) : data;
    const put = { Bucket: OPERATIONS_BUCKET, Key: "data.csv.gz", Body };
    fixture.call(SOURCE, "s3", "PutObject", put);
    const MD5checksum = data.length === 0 ? createHash("md5").update(Body).digest("hex") : checksum;
    const request = uploaded(
      fixture,
      JSON.stringify({
        fileFormat: "CSV",
        fileSchema: "Bucket, Key, VersionId",
        files: [{ key: "data.csv.gz", size: Body.length, MD5checksum }],
      }),
    );
    const Spec = { Format: "S3InventoryReport_CSV_20161130" as const };
    return fixture.run({ ...request, Manifest: { ...request.Manifest, Spec } });
  };

  it("are unpacked and worked through", () => {
    expect(ran(Buffer.alloc(0)).ProgressSummary?.NumberOfTasksSucceeded).to.equal(1);
  });

  it("have to be packed, and to have their checksum", () => {
    const text = "Manifest file is not properly formatted";
    expect(reasons(ran(Buffer.from("no gzip")))).to.deep.equal([text]);
    expect(reasons(ran(gzipSync("x"), "0".repeat(32)))).to.deep.equal([text]);
  });
});

describe("a manifest cannot be read", () => {
  const why = (fixture: BatchFixture, overrides: Partial<CreateJobRequest>) => {
    const job = fixture.run(overrides);
    expect(job.Status).to.equal("Failed");
    expect(job.TerminationDate).to.be.instanceOf(Date);
    return reasons(job);
  };
  const FORBIDDEN = "Reading the manifest is forbidden: AccessDenied";

  it("under an ETag that is none, or another one than it has", () => {
    const { fixture, row } = withVersion();
    const request = uploaded(fixture, row);
    const named = (ETag: string) => ({
      ...request,
      Manifest: {
        ...request.Manifest,
        Location: { ...request.Manifest?.Location, ETag },
      } as CreateJobRequest["Manifest"],
    });
    const md5 = "0".repeat(32);
    for (const none of ["latest", `x${md5}`, `${md5}x`, `${md5}-`, `${md5}-x`, "0".repeat(31)]) {
      expect(why(fixture, named(none)), none).to.deep.equal(["ETag format is invalid"]);
    }
    // Of an object uploaded in parts.
    expect(why(fixture, named(`${md5}-12`))[0]).to.match(/^Reading the manifest failed/);
    expect(why(fixture, named("0".repeat(32)))[0]).to.match(/^Reading the manifest failed/);
    // Without quotes it is the same ETag.
    const unquoted = request.Manifest?.Location?.ETag?.replaceAll('"', "") ?? "";
    expect(fixture.run(named(unquoted)).Status).to.equal("Complete");
  });

  it("under an ARN that names no object", () => {
    const { fixture, row } = withVersion();
    const request = uploaded(fixture, row);
    for (const ObjectArn of [`arn:aws:s3:::${OPERATIONS_BUCKET}`, "arn:aws:s3:::gone/m.csv"]) {
      const Location = { ETag: undefined, ...request.Manifest?.Location, ObjectArn };
      const Manifest = { ...request.Manifest, Location } as CreateJobRequest["Manifest"];
      expect(why(fixture, { ...request, Manifest })[0]).to.match(/^Reading the manifest/);
    }
  });

  it("when a KMS key encrypts it, even by a role that may decrypt", () => {
    const { fixture, row } = withVersion();
    fixture.rolePolicy(BATCH_ROLE, [...batchStatements(), allow("kms:*", "*")]);
    const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key(fixture) };
    expect(why(fixture, uploaded(fixture, row, sse))).to.deep.equal([FORBIDDEN]);
  });

  it("when its author's own key encrypts it", () => {
    const { fixture, row } = withVersion();
    const customerKey = Buffer.alloc(32, 1);
    fixture.allowCustomerKeys(SOURCE, OPERATIONS_BUCKET);
    const sse = {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: customerKey.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(customerKey).digest("base64"),
    };
    expect(why(fixture, uploaded(fixture, row, sse))).to.deep.equal([FORBIDDEN]);
  });
});

describe("a generated manifest under a KMS key", () => {
  const encrypted = (KeyId: string) =>
    generator(
      { EligibleForReplication: true },
      {
        ManifestOutputLocation: {
          Bucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
          ManifestFormat: "S3InventoryReport_CSV_20211130",
          ManifestEncryption: { SSEKMS: { KeyId } },
        },
      },
    );
  const kms = (...actions: string[]) => [...batchStatements(), allow(actions, "*")];

  it("needs kms:GenerateDataKey to be written and kms:Decrypt to be read back", () => {
    const { fixture } = withVersion();
    const keyArn = key(fixture);
    const run = () => fixture.run({ ManifestGenerator: encrypted(keyArn) });
    expect(reasons(run())).to.deep.equal([
      "Error occurred when preparing manifest: Failed to write manifest",
    ]);
    fixture.rolePolicy(BATCH_ROLE, kms("kms:GenerateDataKey"));
    expect(reasons(run())).to.deep.equal(["Reading the manifest is forbidden: AccessDenied"]);
    fixture.rolePolicy(BATCH_ROLE, kms("kms:GenerateDataKey", "kms:Decrypt"));
    const job = run();
    expect(job.Status).to.equal("Complete");
    const arn = job.GeneratedManifestDescriptor?.Location?.ObjectArn ?? "";
    const manifest = fixture.current(OPERATIONS_BUCKET, arn.slice(arn.indexOf("/") + 1));
    expect(manifest.encryption).to.include({ algorithm: "aws:kms", kmsKeyArn: keyArn });
    expect(job.GeneratedManifestDescriptor?.Location?.ETag).to.equal(manifest.etag);
  });
});

describe("what DescribeJob shows", () => {
  it("comes with the state it belongs to", () => {
    const { fixture } = withVersion();
    const jobId = fixture.create({ ConfirmationRequired: true });
    const shown = () => {
      const job = fixture.describe(jobId);
      return [
        job.Status,
        job.ProgressSummary?.TotalNumberOfTasks,
        job.GeneratedManifestDescriptor !== undefined,
        job.SuspendedCause,
        job.TerminationDate !== undefined,
        job.FailureReasons,
      ];
    };
    expect(shown()).to.deep.equal(["New", 0, false, undefined, false, undefined]);
    fixture.clock.advance(5000);
    expect(shown()).to.deep.equal(["Preparing", 0, false, undefined, false, undefined]);
    fixture.clock.advance(5000);
    const waiting = "AWAITING_CONFIRMATION";
    expect(shown()).to.deep.equal(["Suspended", 1, true, waiting, false, undefined]);
    fixture.update(jobId, "Cancelled");
    expect(shown()).to.deep.equal(["Cancelled", 1, true, waiting, true, undefined]);
    expect(fixture.keys().some((name) => name.startsWith("reports/"))).to.equal(false);
  });
});
