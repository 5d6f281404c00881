/** Content that is put aside reaches S3 whole, in whatever trouble, and is never in memory as a whole. */

import { createHash, randomBytes } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { putFile } from "../../automation/aws/put-file";
import { manifestRows, writeOwnManifest } from "../../automation/backfill/own-manifest";
import { SpillFile } from "../../automation/spill/spill-file";

const Bucket = "put-file-operations";
const SOURCE = { accountId: "111111111111", region: "eu-west-1", profile: "source" };
const HOUR_MS = 3_600_000;

describe("an object written from disk", function () {
  this.timeout(60_000);
  let folder: string;
  let sandbox: Sandbox;
  let clients: AccountClients;
  let putsCount = 0;
  let onPut: () => void = () => undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-put-file-"));
    sandbox = await startSandbox({
      log: ({ operation }) => {
        if (operation !== "PutObject") return;
        putsCount++;
        onPut();
      },
    });
    const { configFile } = await sandbox.writeAwsConfig(folder);
    clients = await accountClients(SOURCE, { configFile, variables: {} });
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });
  after(async () => {
    clients.destroy();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    putsCount = 0;
    onPut = () => undefined;
  });
  afterEach(() => sandbox.faults.clear());

  /** A file most of which is on disk. */
  function content(partsCount = 40) {
    const bytes = new SpillFile(1024);
    const parts = Array.from({ length: partsCount }, () => randomBytes(50_000));
    for (const part of parts) bytes.append(part);
    const whole = Buffer.concat(parts);
    const sha256 = createHash("sha256").update(whole).digest("hex");
    return { bytes, sha256, whole };
  }

  async function read(s3: S3Client, Key: string): Promise<Buffer> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  it("is what was put aside, under the ETag of its content", async () => {
    const { whole, ...given } = content();
    const { ETag } = await putFile(clients.s3, { Bucket, Key: "plain" }, given);
    expect(ETag).to.equal(`"${createHash("md5").update(whole).digest("hex")}"`);
    expect((await read(clients.s3, "plain")).equals(whole)).to.equal(true);
  });

  it("is sent again from its beginning after throttling, errors of the server, and lost connections and replies", async () => {
    for (const effect of [
      "throttle",
      "internal-error",
      "service-unavailable",
      "reset-before",
      "reset-after",
    ] as const) {
      const { whole, ...given } = content();
      sandbox.faults.add({ effect, operation: "PutObject", first: 2 });
      await putFile(clients.s3, { Bucket, Key: effect }, given);
      expect((await read(clients.s3, effect)).equals(whole), effect).to.equal(true);
      sandbox.faults.clear();
    }
  });

  it("is sent again by a clock that was set right", async () => {
    const { whole, ...given } = content();
    sandbox.faults.add({ effect: "clock-skew", skewMs: HOUR_MS, operation: "PutObject" });
    const { configFile } = await sandbox.writeAwsConfig(folder);
    const late = await accountClients(SOURCE, { configFile, variables: {} });
    await putFile(late.s3, { Bucket, Key: "skewed" }, given);
    late.destroy();
    expect(putsCount).to.equal(2);
    expect((await read(clients.s3, "skewed")).equals(whole)).to.equal(true);
  });

  it("is sent again with keys that were had anew", async () => {
    const { whole, ...given } = content();
    sandbox.faults.add({ effect: "expired-credentials", operation: "PutObject", first: 1 });
    await putFile(clients.s3, { Bucket, Key: "expired" }, given);
    expect((await read(clients.s3, "expired")).equals(whole)).to.equal(true);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    sandbox.faults.add({ effect: "time-out", operation: "PutObject" });
    const putting = putFile(clients.s3, { Bucket, Key: "stopped" }, content(), stop.signal);
    stop.abort();
    const error: unknown = await putting.catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "AbortError");
  });

  it("is told as not to be read, where that is so halfway, and the process goes on", async () => {
    const { bytes, sha256 } = content();
    const torn = {
      sizeBytes: bytes.sizeBytes,
      *chunks() {
        yield randomBytes(50_000);
        throw new Error("the disk is gone");
      },
    };
    const error: unknown = await putFile(
      clients.s3,
      { Bucket, Key: "torn" },
      { bytes: torn, sha256 },
    ).catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "the disk is gone");
    const found: unknown = await read(clients.s3, "torn").catch((reason: unknown) => reason);
    expect(found).to.have.property("name", "NoSuchKey");
  });

  it("is refused where it is not what its hash says", async () => {
    const { bytes } = content();
    const sha256 = createHash("sha256").update("something else").digest("hex");
    const error: unknown = await putFile(
      clients.s3,
      { Bucket, Key: "other" },
      { bytes, sha256 },
    ).catch((reason: unknown) => reason);
    expect(error).to.have.nested.property("$metadata.httpStatusCode", 400);
  });

  it("is a manifest whose rows are those of the versions, by the name of its content", async () => {
    const place = { bucket: Bucket, manifestPrefix: "manifests", sourceBucket: "acme-records" };
    function* versions() {
      for (let index = 0; index < 60_000; index++) {
        yield { key: `${"k".repeat(60)}/${index}`, versionId: `v${index}` };
      }
    }
    const manifest = await writeOwnManifest(clients.s3, place, versions());
    const written = await read(clients.s3, manifest.key);
    expect(written.length).to.be.above(4 * 1024 * 1024);
    const { content: rows } = manifestRows("acme-records", versions());
    expect(written.equals(Buffer.concat([...rows.chunks()]))).to.equal(true);
    const digest = (algorithm: string) => createHash(algorithm).update(written).digest("hex");
    expect(manifest).to.deep.equal({
      key: `manifests/own/${digest("sha256")}.csv`,
      etag: digest("md5"),
      versionsCount: 60_000,
      sha256: digest("sha256"),
    });
  });
});
