/**
 * The driver's S3 parts on an S3 that is not ours: versitygw over a folder. It has versions, conditional writes and Object Lock; what it
 * has not (replication, S3 Batch Operations) is in no test here.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { OwnBucketsClient } from "../../automation/aws/own-buckets-client";
import { readJobManifest } from "../../automation/backfill/job-manifest";
import type { IntentFrame, JobIntent } from "../../automation/backfill/intent";
import { Ledger } from "../../automation/backfill/ledger";
import { writeOwnManifest } from "../../automation/backfill/own-manifest";
import { joinListings } from "../../automation/look/join-listings";
import type { LookOptions } from "../../automation/look/look";
import { findVersion, isUnreadable } from "../../automation/look/version-head";
import { listVersions, type ListedVersion } from "../../automation/proof/source-versions";
import { eventually } from "../helpers/eventually";
import { lookOf } from "../helpers/looks";
import { describeWithTool, testTool } from "../helpers/test-tool";

const SOURCE = "records";
const VAULT = "vault";
const OPERATIONS = "operations";
const KEYS = ["a b+c", "a/b%20c", "ä/ö?x=1&y", "z,quote'd", "\u{ff21}", "\u{1f600}"];

describeWithTool("versitygw", "the driver's S3 parts on another S3", function () {
  this.timeout(120_000);
  let folder: string;
  let server: ChildProcess;
  let s3: S3Client;
  let connection: S3ClientConfig;
  const { signal } = new AbortController();

  before(async () => {
    const program = await testTool("versitygw");
    folder = await mkdtemp(join(tmpdir(), "lockstep-other-s3-"));
    const [data, versions] = [join(folder, "data"), join(folder, "versions")];
    await Promise.all([mkdir(data), mkdir(versions)]);
    const credentials = { accessKeyId: "other", secretAccessKey: "other-secret" };
    const port = await freePort();
    server = spawn(
      program,
      ["--port", `127.0.0.1:${port}`, "posix", "--versioning-dir", versions, data],
      {
        stdio: "ignore",
        env: {
          ...process.env,
          ROOT_ACCESS_KEY: credentials.accessKeyId,
          ROOT_SECRET_KEY: credentials.secretAccessKey,
        },
      },
    );
    const endpoint = `http://127.0.0.1:${port}`;
    connection = { endpoint, region: "us-east-1", credentials, forcePathStyle: true };
    s3 = new S3Client(connection);
    for (const Bucket of [SOURCE, VAULT, OPERATIONS]) {
      await eventually(() => s3.send(new CreateBucketCommand({ Bucket })));
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    for (const Key of [...KEYS, ...KEYS]) {
      await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: `body of ${Key}` }));
    }
    await s3.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: "a b+c" }));
    await s3.send(new PutObjectCommand({ Bucket: VAULT, Key: "a/b%20c", Body: "something else" }));
  });
  after(async () => {
    s3?.destroy();
    server?.kill();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function listed(): Promise<readonly ListedVersion[]> {
    const versions: ListedVersion[] = [];
    for await (const version of listVersions(s3, SOURCE, signal)) versions.push(version);
    return versions;
  }

  it("list every version and delete marker, whatever the key", async () => {
    const versions = await listed();
    expect(versions.filter(({ isDeleteMarker }) => isDeleteMarker)).to.have.length(1);
    const keys = versions.flatMap(({ isDeleteMarker, key }) => (isDeleteMarker ? [] : [key]));
    expect(keys).to.have.members([...KEYS, ...KEYS]);
  });

  it("read the HEAD of each version, and tell one that is not there", async () => {
    for (const version of await listed()) {
      const head = await findVersion(s3, SOURCE, version, signal);
      if (version.isDeleteMarker) expect(isUnreadable(head)).to.equal(true);
      else {
        expect(head).to.include({ versionId: version.versionId, sizeBytes: version.sizeBytes });
        expect(head).to.have.property("etag", version.etag);
      }
    }
    const [first] = await listed();
    const gone = { key: "not there", versionId: first?.versionId ?? "" };
    expect(await findVersion(s3, SOURCE, gone, signal)).to.have.property("unreadable", "missing");
  });

  it("sign HEADs by themselves as this S3 has it, whatever the key", async () => {
    const own = new OwnBucketsClient(connection, "other");
    const { requestHandler } = own.config;
    const send = requestHandler.handle.bind(requestHandler);
    let requestsCount = 0;
    requestHandler.handle = (...given) => {
      requestsCount++;
      return send(...given);
    };
    for (const version of await listed()) {
      const found = await findVersion(own, SOURCE, version, signal);
      if (version.isDeleteMarker) continue;
      expect(found).to.include({ versionId: version.versionId, etag: version.etag });
    }
    requestsCount = 0;
    const odd = ["a//b", "100%", "a+b", "'\"()*!~", "日本語/キー", "a\\b", "k".repeat(200)];
    for (const key of odd) {
      const found = await findVersion(own, SOURCE, { key, versionId: "" }, signal);
      expect(found, key).to.have.property("unreadable", "missing");
    }
    // What it had refused to take for signed would have been asked for again.
    expect(requestsCount).to.equal(odd.length);
    own.destroy();
  });

  it("hold source and vault against each other, key by key", async () => {
    const { promise } = lookOf([]);
    const access = { outputs: { ...promise.vaults.get("primary"), bucketName: VAULT }, s3 };
    const clients = { source: { s3 }, vaults: new Map([["primary", access]]) };
    const { source, vaults } = await joinListings(
      { ...promise, source: { ...promise.source, bucketName: SOURCE } },
      { clients: clients as unknown as LookOptions["clients"], signal },
    );
    expect([...source]).to.have.length(2 * KEYS.length + 1);
    expect(vaults.get("primary")?.problem).to.equal(undefined);
    const covering = [...(vaults.get("primary")?.covering ?? [])];
    expect(covering.map(({ key }) => key)).to.deep.equal(["a/b%20c"]);
  });

  it("write a manifest and read it again", async () => {
    const wanted = (await listed()).filter(({ isDeleteMarker }) => !isDeleteMarker);
    const place = { bucket: OPERATIONS, manifestPrefix: "manifests", sourceBucket: SOURCE };
    const { etag, key } = await writeOwnManifest(s3, place, wanted, signal);
    const manifest = { bucket: OPERATIONS, etag, key };
    const rows = await readJobManifest(s3, { manifest }, OPERATIONS, signal);
    const named = (one: { readonly key: string; readonly versionId: string }) =>
      `${one.key} ${one.versionId}`;
    expect([...rows].map(named)).to.deep.equal(wanted.map(named));
  });

  it("keep a ledger that two desks cannot both write", async () => {
    const frame: IntentFrame = {
      accountId: "111111111111",
      region: "us-east-1",
      sourceBucketArn: `arn:aws:s3:::${SOURCE}`,
      operationsBucketArn: `arn:aws:s3:::${OPERATIONS}`,
      manifestPrefix: "manifests",
      reportPrefix: "reports",
      roleArn: "arn:aws:iam::111111111111:role/batch",
    };
    const intent: JobIntent = {
      ...frame,
      sequence: 1,
      reportScope: "AllTasks",
      priority: 10,
      replicationStatuses: ["NONE"],
    };
    const one = new Ledger(s3, OPERATIONS, "ledger/", frame);
    const other = new Ledger(s3, OPERATIONS, "ledger/", frame);
    const entry = await one.intend(intent, signal);
    // The other one reads what is there, in place of writing over it.
    expect(await other.intend(intent, signal)).to.deep.equal(entry);
    await one.update(entry, { state: "created", jobId: "job-1" }, signal);
    const late = await other
      .update(entry, { state: "created", jobId: "job-2" }, signal)
      .catch((error: unknown) => error);
    expect(late).to.have.property("code", "LedgerConflict");
  });
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
