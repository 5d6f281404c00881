import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { S3ComputeObjectChecksumOperation } from "@aws-sdk/client-s3-control";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { allowCustomerKeys, customerKey } from "../helpers/customer-keys";
import { allow, OPERATIONS_BUCKET } from "../replication/fixture";
import { useJobsThroughSdk } from "./jobs-through-sdk";

const STORED = "acme-stored";
/** Of which everybody knows the checksums. */
const CHECK = "123456789";

const compute = (rest: S3ComputeObjectChecksumOperation = {}) => ({
  S3ComputeObjectChecksum: rest,
});

interface Result {
  readonly checksum_base64: string;
  readonly etag: string;
  readonly checksumAlgorithm: string;
  readonly checksumType: string;
  readonly checksum_hex: string;
}

describe("S3ComputeObjectChecksum", () => {
  const jobs = useJobsThroughSdk();
  let role = "";

  before(async () => {
    await jobs().bucket(STORED);
    await allowCustomerKeys(jobs().sandbox.s3("source"), STORED);
    role = await jobs().role(
      allow(["s3:GetObject", "s3:GetObjectVersion"], `arn:aws:s3:::${STORED}/*`),
    );
  });

  it("writes the checksum of each object in the report, as AWS's example row does", async () => {
    await jobs().put(STORED, "check", { Body: CHECK });
    const operation = compute({ ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
    const { job, rows } = await jobs().run(operation, role, [[STORED, "check"]]);
    expect(job.Status).to.equal("Complete");
    const etag = createHash("md5").update(CHECK).digest("hex");
    expect(rows).to.deep.equal([
      [
        STORED,
        "check",
        "",
        "succeeded",
        "200",
        "",
        `{"checksum_base64":"y/Q5Jg\\u003d\\u003d","etag":"${etag}","checksumAlgorithm":"CRC32",` +
          '"checksumType":"FULL_OBJECT","checksum_hex":"CBF43926"}',
      ],
    ]);
  });

  // Check values: the catalogue of parametrised CRC algorithms; of hashes, Node's own.
  for (const [algorithm, hex] of [
    ["CRC32C", "E3069283"],
    ["CRC64NVME", "AE8B14860A799888"],
    ...(["MD5", "SHA1", "SHA256", "SHA512"] as const).map(
      (name) => [name, createHash(name).update(CHECK).digest("hex").toUpperCase()] as const,
    ),
  ] as const) {
    it(`computes ${algorithm} of an archived object, without restoring it`, async () => {
      const id = await jobs().put(STORED, "ice", { Body: CHECK, StorageClass: "DEEP_ARCHIVE" });
      const rows = [[STORED, "ice", id]];
      const operation = compute({ ChecksumAlgorithm: algorithm });
      const result = JSON.parse(
        (await jobs().run(operation, role, rows)).rows[0]?.[6] ?? "",
      ) as Result;
      expect(result).to.include({
        checksumAlgorithm: algorithm,
        checksumType: "FULL_OBJECT",
        checksum_hex: hex,
        checksum_base64: Buffer.from(hex, "hex").toString("base64"),
      });
    });
  }

  it("computes a composite one of the parts of an upload, as S3 did when it was completed", async () => {
    const s3 = jobs().sandbox.s3("source");
    const target = { Bucket: STORED, Key: "parts" };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: "SHA256" }),
    );
    const bodies = [Buffer.alloc(5 * 2 ** 20, 1), Buffer.from("the rest")];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const part = { ...target, UploadId, PartNumber, Body, ChecksumAlgorithm: "SHA256" as const };
      const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand(part));
      Parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    const completed = await s3.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );
    const resultOf = async (operation: S3ComputeObjectChecksumOperation) => {
      const { rows } = await jobs().run(compute(operation), role, [[STORED, "parts"]]);
      return JSON.parse(rows[0]?.[6] ?? "") as Result;
    };
    const composite = await resultOf({ ChecksumAlgorithm: "SHA256", ChecksumType: "COMPOSITE" });
    expect(composite.checksum_base64).to.equal(completed.ChecksumSHA256);
    expect(composite.checksum_base64).to.match(/-2$/);
    const whole = await resultOf({ ChecksumAlgorithm: "SHA256" });
    expect(whole.checksum_hex).to.equal(
      createHash("sha256").update(Buffer.concat(bodies)).digest("hex").toUpperCase(),
    );
    const etag = await resultOf({ ChecksumAlgorithm: "MD5", ChecksumType: "COMPOSITE" });
    expect(etag.checksum_hex.toLowerCase()).to.equal(etag.etag);
  });

  it("fails tasks in the words of AWS's example rows, with the status among the details", async () => {
    await jobs().put(STORED, "secret", customerKey("k"));
    await jobs().put(STORED, "gone");
    const { VersionId: marker = "" } = await jobs()
      .sandbox.s3("source")
      .send(new DeleteObjectCommand({ Bucket: STORED, Key: "gone" }));
    const poor = await jobs().role();
    const rowsOf = async (roleArn: string, ...rows: string[][]) =>
      (await jobs().run(compute(), roleArn, rows)).rows;
    const failures = [
      ...(await rowsOf(role, [STORED, "secret"], [STORED, "missing"], [STORED, "gone"])),
      ...(await rowsOf(role, [STORED, "gone", marker])),
      ...(await rowsOf(poor, [STORED, "check"])),
    ];
    for (const row of failures) {
      expect(row.slice(3, 6)).to.deep.equal(["failed", "200", "PermanentFailure"]);
    }
    const details = failures.map((row) => {
      const text = /^error details: (.*)$/.exec(row[6] ?? "")?.[1] ?? "";
      const { failureMessage = "", errorCode } = JSON.parse(text) as Record<string, string>;
      return `${errorCode} ${failureMessage.replace(/^Task [0-9a-f-]{36} /, "")}`;
    });
    expect(details).to.deep.equal([
      "400 SSE-C encryption type is not supported for this operation",
      "404 Key not found",
      "404 Key not found",
      "405 The specified method is not allowed against this resource",
      "403 Access Denied",
    ]);
  });

  it("needs kms:Decrypt where a KMS key encrypts", async () => {
    const { KeyMetadata } = await jobs().sandbox.kms("source").send(new CreateKeyCommand({}));
    const key = KeyMetadata?.Arn ?? "";
    await jobs().put(STORED, "kms", {
      Body: CHECK,
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: key,
    });
    const decrypting = await jobs().role(
      allow("s3:GetObject", `arn:aws:s3:::${STORED}/*`),
      allow("kms:Decrypt", key),
    );
    const rows = [[STORED, "kms"]];
    expect((await jobs().run(compute(), role, rows)).rows[0]?.[3]).to.equal("failed");
    const { rows: report } = await jobs().run(compute(), decrypting, rows);
    expect(report[0]?.[6]).to.contain('"checksum_hex":"AE8B14860A799888"');
  });

  it("asks for the owner of the report's bucket, and fails when it is another", async () => {
    const Manifest = await jobs().manifest([[STORED, "check"]]);
    const Report = {
      Enabled: true,
      Bucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
      Format: "Report_CSV_20180820" as const,
      ReportScope: "AllTasks" as const,
    };
    const refused = await failureOf(jobs().create(compute(), role, { Manifest, Report }));
    expect(refused).to.include({ code: "BadRequestException", status: 400 });
    expect(refused.message).to.match(/ExpectedBucketOwner must be specified/);
    const { job } = await jobs().run(compute(), role, [], {
      rest: { Manifest, Report: { ...Report, ExpectedBucketOwner: "999999999999" } },
    });
    expect(job.Status).to.equal("Failed");
    expect(job.FailureReasons?.[0]?.FailureReason).to.match(/report could not be written/);
  });

  it("is refused for an algorithm that is none, and for a composite CRC64NVME", async () => {
    const Manifest = await jobs().manifest([[STORED, "check"]]);
    const create = (operation: object) =>
      failureOf(jobs().create(compute(operation), role, { Manifest }));
    expect((await create({ ChecksumAlgorithm: "CRC16" })).message).to.match(
      /checksumAlgorithm.*enum value set/,
    );
    expect((await create({ ChecksumType: "COMPOSITE" })).message).to.match(
      /COMPOSITE is not supported for CRC64NVME/,
    );
  });
});
