/** Bundles that are too large for one request: kept in parts, of which none stays where it is not kept. */

import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import type { SoundEvidence } from "../../automation/evidence/check-evidence";
import type { KeptEvidence } from "../../automation/evidence/fields";
import { keepBundle } from "../../automation/prove/keep-bundle";
import { keptKey, type KeptPlace } from "../../automation/prove/kept-places";
import { findLastKept } from "../../automation/prove/last-kept";
import { KEYS, soundOf } from "../helpers/evidence-bundles";
import {
  closeWorld,
  type KeptWorld,
  listening,
  makePlace,
  startWorld,
} from "../helpers/kept-places";

const MIB = 2 ** 20;
/** As S3 takes them at the least: 12 MiB go in three. */
const IN_PARTS = { aboveBytes: 5 * MIB, partBytes: 5 * MIB };

describe("a bundle that is too large for one request", function () {
  this.timeout(300_000);
  let world: KeptWorld;
  let folder: KeptWorld["folder"];
  let sandbox: KeptWorld["sandbox"];
  let clients: KeptWorld["clients"];
  let aws: KeptWorld["aws"];
  let made: { readonly path: string; readonly key: string; readonly sound: SoundEvidence };
  const asked: string[] = [];
  let onRequest: (operation: string) => void = () => undefined;
  const { events, session } = listening();

  before(async () => {
    world = await startWorld({
      log: ({ operation = "" }) => {
        asked.push(operation);
        onRequest(operation);
      },
    });
    ({ aws, clients, folder, sandbox } = world);
    const jobFiles = { "0001-manifest.csv": randomBytes(6 * MIB).toString("hex") };
    const { path } = await folder.bundle({ jobFiles });
    const sound = await soundOf(path);
    made = { path, sound, key: keptKey(sound) };
  });
  beforeEach(() => {
    events.splice(0);
    asked.splice(0);
    onRequest = () => undefined;
  });
  afterEach(() => sandbox.faults.clear());
  after(() => closeWorld(world));

  async function keep(
    place: KeptPlace,
    { isLocked = false, signal = session.signal } = {},
  ): Promise<readonly KeptEvidence[]> {
    const kept: KeptEvidence[] = [];
    const bundle = { ...made, isLocked, inParts: IN_PARTS };
    const places = { places: [place], without: [] };
    for await (const one of keepBundle(bundle, places, aws, { ...session, signal })) kept.push(one);
    return kept;
  }

  const head = ({ bucket }: KeptPlace) =>
    clients.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: made.key, ChecksumMode: "ENABLED" }),
    );
  const uploads = async ({ bucket }: KeptPlace) => {
    const { Uploads = [] } = await clients.s3.send(
      new ListMultipartUploadsCommand({ Bucket: bucket }),
    );
    return Uploads;
  };
  const count = (operation: string) => asked.filter((one) => one === operation).length;
  const warnings = () => events.flatMap((event) => (event.type === "warning" ? [event] : []));

  it("is kept in parts, each with its checksum, locked where that is wanted, and is all of it", async () => {
    const place = await makePlace("parts", clients);
    const [kept] = await keep(place, { isLocked: true });
    expect(warnings()).to.deep.equal([]);
    expect([count("UploadPart"), count("PutObject")]).to.deep.equal([3, 0]);
    const found = await head(place);
    const bytes = readFileSync(made.path);
    const hashes = [0, 5, 10].map((start) =>
      createHash("sha256")
        .update(bytes.subarray(start * MIB, (start + 5) * MIB))
        .digest(),
    );
    const whole = createHash("sha256").update(Buffer.concat(hashes)).digest("base64");
    expect(found.ChecksumSHA256).to.equal(`${whole}-3`);
    expect(found).to.include({
      ContentType: "application/x-tar",
      ObjectLockMode: "GOVERNANCE",
      VersionId: kept?.versionId,
    });
    expect(found.ObjectLockRetainUntilDate?.toISOString()).to.equal(kept?.lockedUntil);
    const { Body } = await clients.s3.send(
      new GetObjectCommand({ Bucket: place.bucket, Key: made.key }),
    );
    const read = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect(read.equals(bytes)).to.equal(true);
    expect(await uploads(place)).to.deep.equal([]);
  });

  it("is found again as the last one", async () => {
    const place = await makePlace("found-parts", clients);
    await keep(place);
    const wanted = {
      publicKey: KEYS[0].publicKey,
      stack: "dev",
      sourceBuckets: ["acme-records"],
    };
    const path = folder.next("tar");
    const { last } = await findLastKept([place], wanted, path, aws, session);
    expect(last?.evidence.statementDigest).to.equal(made.sound.statementDigest);
    expect(readFileSync(path).equals(readFileSync(made.path))).to.equal(true);
    expect(warnings()).to.deep.equal([]);
  });

  it("is never written over, and none of its parts stays then", async () => {
    const place = await makePlace("taken-parts", clients);
    const other = new PutObjectCommand({ Bucket: place.bucket, Key: made.key, Body: "another" });
    await clients.s3.send(other);
    expect(await keep(place)).to.deep.equal([]);
    expect(warnings().map(({ code }) => code)).to.deep.equal(["EvidenceNotKept"]);
    expect(warnings()[0]?.message).to.contain("PreconditionFailed");
    expect(await head(place)).to.include({ ContentLength: 7 });
    expect(await uploads(place)).to.deep.equal([]);
  });

  it("does not come on top of what was stored by its name while its parts were sent", async () => {
    const place = await makePlace("overtaken-parts", clients);
    let laid: Promise<unknown> | undefined;
    onRequest = (operation) => {
      if (operation !== "UploadPart") return;
      laid ??= clients.s3.send(
        new PutObjectCommand({ Bucket: place.bucket, Key: made.key, Body: "another" }),
      );
    };
    expect(await keep(place)).to.deep.equal([]);
    await laid;
    expect(warnings().map(({ code }) => code)).to.deep.equal(["EvidenceNotKept"]);
    expect(await head(place)).to.include({ ContentLength: 7 });
    expect(await uploads(place)).to.deep.equal([]);
  });

  it("is sent again, part by part, after throttling, errors and lost connections", async () => {
    for (const effect of ["throttle", "internal-error", "reset-before", "reset-after"] as const) {
      const place = await makePlace(`troubled-${effect}`, clients);
      for (const operation of ["UploadPart", "CompleteMultipartUpload"]) {
        sandbox.faults.add({ effect, operation, first: 1 });
      }
      const [kept] = await keep(place);
      expect(warnings(), effect).to.deep.equal([]);
      const found = await head(place);
      expect(found, effect).to.include({
        VersionId: kept?.versionId,
        ContentLength: readFileSync(made.path).length,
      });
      expect(await uploads(place), effect).to.deep.equal([]);
      sandbox.faults.clear();
    }
  });

  it("is told as not kept where a part does not arrive, and none of the others stays", async () => {
    const place = await makePlace("cut-off-parts", clients);
    let sentCount = 0;
    onRequest = (operation) => {
      if (operation !== "UploadPart" || ++sentCount !== 1) return;
      sandbox.faults.add({ effect: "reset-before", operation: "UploadPart" });
    };
    expect(await keep(place)).to.deep.equal([]);
    expect(warnings().map(({ code }) => code)).to.deep.equal(["EvidenceNotKept"]);
    expect(warnings()[0]?.message).to.contain(`name ${made.path} with --previous`);
    expect(count("AbortMultipartUpload")).to.be.above(0);
    expect(await uploads(place)).to.deep.equal([]);
  });

  it("leaves none of its parts where somebody stops it", async () => {
    const place = await makePlace("stopped-parts", clients);
    const stop = new AbortController();
    onRequest = (operation) => {
      if (operation === "UploadPart") stop.abort();
    };
    const error: unknown = await keep(place, { signal: stop.signal }).catch(
      (reason: unknown) => reason,
    );
    expect(isLockstepError(error) && error.code).to.equal("Aborted");
    expect(await uploads(place)).to.deep.equal([]);
    expect(warnings()).to.deep.equal([]);
  });

  it("says how parts are taken away where that is refused too", async () => {
    const place = await makePlace("left-parts", clients);
    await clients.s3.send(
      new PutBucketPolicyCommand({
        Bucket: place.bucket,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:AbortMultipartUpload",
            Resource: `arn:aws:s3:::${place.bucket}/*`,
          },
        }),
      }),
    );
    const other = new PutObjectCommand({ Bucket: place.bucket, Key: made.key, Body: "another" });
    await clients.s3.send(other);
    expect(await keep(place)).to.deep.equal([]);
    const [left] = await uploads(place);
    expect(warnings().map(({ code }) => code)).to.deep.equal([
      "EvidenceNotKept",
      "EvidenceNotKept",
    ]);
    expect(warnings()[0]?.message).to.contain(
      `aws s3api abort-multipart-upload --bucket ${place.bucket} --key ${made.key} --upload-id ${left?.UploadId}`,
    );
  });
});
