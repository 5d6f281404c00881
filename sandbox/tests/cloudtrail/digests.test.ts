import { gzipSync } from "node:zlib";
import {
  DeleteTrailCommand,
  ListPublicKeysCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import { ListBucketsCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import {
  startTestSandbox,
  START_EPOCH_MS,
  type TestSandboxWithManualClock,
} from "../helpers/sandbox";
import { ManualClock } from "../../src";
import { validate, type Digest } from "./digest-check";
import { filesIn, HOUR_MS, MINUTE_MS, SOURCE, startTrail } from "./trail-files";

const NAME = "chained";

describe("Digests of a trail", () => {
  let sandbox: TestSandboxWithManualClock;
  let bucket: string;

  const call = () => sandbox.s3().send(new ListBucketsCommand({}));
  const chain = () => validate(sandbox.cloudtrail(), sandbox.s3(), bucket);

  beforeEach(async () => {
    const clock = new ManualClock(START_EPOCH_MS);
    sandbox = { ...(await startTestSandbox({ clock })), clock };
    ({ bucket } = await startTrail(sandbox, NAME, { EnableLogFileValidation: true }));
  });
  afterEach(() => sandbox.close());

  it("come every hour from the start of logging, and hold what was delivered", async () => {
    sandbox.clock.advance(10 * MINUTE_MS);
    await call();
    sandbox.clock.advance(50 * MINUTE_MS);
    const { digests, mistakes } = await chain();
    expect(mistakes).to.deep.equal([]);
    const key =
      `AWSLogs/${SOURCE}/CloudTrail-Digest/eu-west-1/2026/07/30/` +
      `${SOURCE}_CloudTrail-Digest_eu-west-1_${NAME}_eu-west-1_20260730T130000Z.json.gz`;
    expect(digests).to.have.length(1);
    const [first] = digests as [Digest];
    expect(first).to.deep.include({
      awsAccountId: SOURCE,
      digestStartTime: "2026-07-30T12:00:00Z",
      digestEndTime: "2026-07-30T13:00:00Z",
      digestS3Bucket: bucket,
      digestS3Object: key,
      digestSignatureAlgorithm: "SHA256withRSA",
      newestEventTime: "2026-07-30T12:10:00Z",
      oldestEventTime: "2026-07-30T12:00:00Z",
      previousDigestS3Bucket: null,
      previousDigestS3Object: null,
      previousDigestHashValue: null,
      previousDigestHashAlgorithm: null,
      previousDigestSignature: null,
    });
    expect(first.digestPublicKeyFingerprint).to.match(/^[\da-f]{32}$/);
    expect(first.logFiles).to.have.length(2);
    expect(first.logFiles[0]).to.include({ s3Bucket: bucket, hashAlgorithm: "SHA-256" });
    const [file] = await filesIn(sandbox.s3(), bucket, "CloudTrail-Digest");
    expect(file?.metadata).to.have.all.keys("signature", "signature-algorithm");
    expect(file?.metadata["signature-algorithm"]).to.equal("SHA256withRSA");
  });

  it("are chained, hours without events included", async () => {
    sandbox.clock.advance(5 * HOUR_MS);
    await call();
    sandbox.clock.advance(2 * HOUR_MS);
    const { digests, mistakes } = await chain();
    expect(mistakes).to.deep.equal([]);
    expect(digests.map(({ logFiles }) => logFiles.length)).to.deep.equal([1, 0, 0, 0, 0, 1, 0]);
    expect(digests[1]).to.include({ newestEventTime: null, oldestEventTime: null });
    digests.forEach((digest, index) => {
      expect(digest.digestStartTime).to.equal(
        digests[index - 1]?.digestEndTime ?? "2026-07-30T12:00:00Z",
      );
    });
  });

  it("show a log file that was changed or taken away", async () => {
    sandbox.clock.advance(HOUR_MS);
    const [log] = await filesIn(sandbox.s3(), bucket, "CloudTrail");
    const Key = log?.key ?? "";
    const original = gzipSync(log?.text ?? "");
    await sandbox
      .s3()
      .send(new PutObjectCommand({ Bucket: bucket, Key, Body: gzipSync('{"Records":[]}') }));
    expect((await chain()).mistakes).to.deep.equal([`${Key}: changed`]);
    // Compressed otherwise it is still the same log.
    await sandbox.s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: original }));
    expect((await chain()).mistakes).to.deep.equal([]);
    await sandbox.s3().send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    expect((await chain()).mistakes).to.deep.equal([`${Key}: not found`]);
  });

  it("show a digest that was changed or taken away", async () => {
    sandbox.clock.advance(3 * HOUR_MS);
    const digests = await filesIn(sandbox.s3(), bucket, "CloudTrail-Digest");
    const { key: Key = "", text = "", metadata: Metadata } = digests[1] ?? {};
    const forged = text.replace("2026-07-30T13:00:00Z", "2026-07-30T13:30:00Z");
    await sandbox
      .s3()
      .send(new PutObjectCommand({ Bucket: bucket, Key, Body: gzipSync(forged), Metadata }));
    expect((await chain()).mistakes).to.deep.equal([
      `${Key}: other hash`,
      `${Key}: invalid signature`,
    ]);
    await sandbox.s3().send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    expect((await chain()).mistakes).to.deep.equal([`${Key}: not found`]);
  });

  it("end with a last one when the trail stops, and begin a new chain when it starts again", async () => {
    sandbox.clock.advance(90 * MINUTE_MS);
    await sandbox.cloudtrail().send(new StopLoggingCommand({ Name: NAME }));
    sandbox.clock.advance(3 * HOUR_MS);
    const stopped = await chain();
    expect(stopped.digests.map(({ digestEndTime }) => digestEndTime)).to.deep.equal([
      "2026-07-30T13:00:00Z",
      "2026-07-30T14:00:00Z",
    ]);
    await sandbox.cloudtrail().send(new StartLoggingCommand({ Name: NAME }));
    sandbox.clock.advance(HOUR_MS);
    const { digests, mistakes } = await chain();
    expect(mistakes).to.deep.equal([]);
    // From the newest back to the start of its own chain.
    expect(digests.map(({ digestEndTime }) => digestEndTime)).to.deep.equal([
      "2026-07-30T17:30:00Z",
    ]);
    expect(digests[0]?.previousDigestSignature).to.equal(null);
  });

  it("come while validation is on, and at once when the trail is deleted", async () => {
    sandbox.clock.advance(30 * MINUTE_MS);
    const update = (EnableLogFileValidation: boolean) =>
      sandbox.cloudtrail().send(new UpdateTrailCommand({ Name: NAME, EnableLogFileValidation }));
    await update(false);
    sandbox.clock.advance(5 * HOUR_MS);
    expect((await chain()).digests).to.have.length(1);
    await update(true);
    await call();
    sandbox.clock.advance(10 * MINUTE_MS);
    await sandbox.cloudtrail().send(new DeleteTrailCommand({ Name: NAME }));
    const { digests, mistakes } = await chain();
    expect(mistakes).to.deep.equal([]);
    expect(digests).to.have.length(1);
    expect(digests[0]).to.include({
      digestStartTime: "2026-07-30T17:30:00Z",
      digestEndTime: "2026-07-30T17:40:00Z",
    });
    expect(digests[0]?.logFiles.length).to.be.greaterThan(0);
    sandbox.clock.advance(5 * HOUR_MS);
    expect((await chain()).digests).to.have.length(1);
  });

  it("are signed with keys of their Region alone, which are listed for the times they are valid", async () => {
    const list = async (region: string, StartTime?: Date, EndTime?: Date) => {
      const client = sandbox.cloudtrail("source", { region });
      const answer = await client.send(new ListPublicKeysCommand({ StartTime, EndTime }));
      return (answer.PublicKeyList ?? []).map(({ Fingerprint }) => Fingerprint);
    };
    const [home, other] = [await list("eu-west-1"), await list("eu-central-1")];
    expect(home).to.have.length(1);
    expect(other).to.not.deep.equal(home);
    expect(await list("eu-west-1")).to.deep.equal(home);
    const early = [new Date("2020-01-01T00:00:00Z"), new Date("2020-01-02T00:00:00Z")] as const;
    expect(await list("eu-west-1", ...early)).to.deep.equal([]);
    const backwards = list("eu-west-1", early[1], early[0]);
    expect((await failureOf(backwards)).code).to.equal("InvalidTimeRangeException");
  });
});
