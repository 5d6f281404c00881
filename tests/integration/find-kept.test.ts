/** The last bundle is found past whatever somebody laid beside a vault, and what is none costs its beginning alone. */

import { readFileSync } from "node:fs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { isLockstepError, type LockstepError } from "../../automation/errors";
import { containerOf } from "../../automation/evidence/container";
import type { SoundEvidence } from "../../automation/evidence/check-evidence";
import { keptKey, type KeptPlace } from "../../automation/prove/kept-places";
import { findLastKept } from "../../automation/prove/last-kept";
import { type BundleWish, KEYS, promiseText, soundOf } from "../helpers/evidence-bundles";
import {
  closeWorld,
  type KeptWorld,
  listening,
  makePlace,
  startWorld,
} from "../helpers/kept-places";

const MIB = 2 ** 20;
const KIB = 2 ** 10;

describe("the last bundle that is kept beside a vault", function () {
  this.timeout(300_000);
  let world: KeptWorld;
  let folder: KeptWorld["folder"];
  let clients: KeptWorld["clients"];
  let aws: KeptWorld["aws"];
  /** Of each answer to a request for an object. */
  const readBytes: number[] = [];
  const { events, session } = listening();

  before(async () => {
    world = await startWorld({
      log: ({ operation, responseBytes }) => {
        if (operation === "GetObject") readBytes.push(responseBytes);
      },
    });
    ({ aws, clients, folder } = world);
  });
  beforeEach(() => {
    events.splice(0);
    readBytes.splice(0);
  });
  after(() => closeWorld(world));

  interface Made {
    readonly bytes: Buffer;
    readonly sound: SoundEvidence;
    readonly key: string;
  }

  async function bundle(wish: BundleWish = {}): Promise<Made> {
    const { path } = await folder.bundle(wish);
    const sound = await soundOf(path, wish.key?.publicKey);
    return { bytes: readFileSync(path), sound, key: keptKey(sound) };
  }

  const lay = ({ bucket }: KeptPlace, Key: string, Body: Buffer) =>
    clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const find = (place: KeptPlace, path = folder.next("tar")) =>
    findLastKept(
      [place],
      { publicKey: KEYS[0].publicKey, stack: "dev", sourceBuckets: ["acme-records"] },
      path,
      aws,
      session,
    );
  const refusal = async (work: Promise<unknown>): Promise<LockstepError> => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    if (!isLockstepError(error)) throw new Error(`no LockstepError: ${String(error)}`);
    return error;
  };
  const total = () => readBytes.reduce((sum, count) => sum + count, 0);
  const whys = () =>
    events.flatMap((event) =>
      event.type === "warning" && event.code === "EvidencePassedOver"
        ? [event.message.replace(/^.*no bundle follows it: /, "")]
        : [],
    );

  async function archive(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const entries = Object.entries(files).map(([name, content]) => {
      return { name, sizeBytes: content.length, content: [content] };
    });
    for await (const piece of containerOf(entries)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Names of the newest bundles of the stack, by what they say. */
  function* laterNames(): Generator<string, never> {
    for (let index = 0; ; index++) {
      const milliseconds = String(index).padStart(3, "0");
      yield `evidence/dev/20261130T070000${milliseconds}Z-000009-0123456789abcdef.tar`;
    }
  }

  it("is found past 99 large files of others, each of which costs some KiB", async () => {
    const place = await makePlace("littered", clients);
    const genuine = await bundle({ madeAt: "2026-11-30T06:00:00.000Z" });
    await lay(place, genuine.key, genuine.bytes);
    const junk = [
      Buffer.alloc(2 * MIB),
      Buffer.alloc(2 * MIB, "junk"),
      await archive({ "readme.txt": Buffer.alloc(2 * MIB) }),
      await archive({
        "statement.dsse.json": Buffer.from("{}\n"),
        "a.json": Buffer.alloc(2 * MIB),
      }),
      (await bundle({ jobFiles: { "0001-a.csv": "x".repeat(2 * MIB) }, key: KEYS[1] })).bytes,
      (await bundle({ jobFiles: { "0001-a.csv": "x".repeat(2 * MIB) }, stack: "prod" })).bytes,
      (await bundle({ jobFiles: { "0001-a.csv": "x".repeat(2 * MIB) } })).bytes,
    ];
    const names = laterNames();
    for (let index = 0; index < 99; index++) {
      await lay(place, names.next().value, junk[index % junk.length] as Buffer);
    }
    const path = folder.next("tar");
    const { last } = await find(place, path);
    expect(last?.evidence.statementDigest).to.equal(genuine.sound.statementDigest);
    expect(readFileSync(path).equals(genuine.bytes)).to.equal(true);
    expect(whys()).to.have.length(99);
    for (const word of [
      "a header that no bundle has",
      "does not begin with statement.dsse.json",
      "the envelope is not in the one text",
      "signed by another key",
      'of the stack "prod"',
      "its name is the one of another bundle",
    ]) {
      expect(
        whys().some((why) => why.includes(word)),
        word,
      ).to.equal(true);
    }
    expect(readBytes.length).to.be.least(99);
    expect(Math.max(...readBytes.slice(0, 99))).to.be.most(8 * KIB);
    expect(total()).to.be.most(99 * 8 * KIB + genuine.bytes.length);
  });

  it("costs no more where it is of another source, which is seen of its beginning too", async () => {
    const place = await makePlace("foreign-source", clients);
    const jobFiles = { "0001-a.csv": "x".repeat(2 * MIB) };
    const others = await bundle({ promises: [promiseText("b")], jobFiles });
    await lay(place, others.key, others.bytes);
    expect((await refusal(find(place))).message).to.contain("Nothing under the name");
    expect(whys()).to.deep.equal(["it is of b, and none of that is a source of this stack"]);
    expect(total()).to.be.most(8 * KIB);
  });

  it("is found whole, also where its statement is longer than what is asked for at first", async () => {
    const place = await makePlace("long-statement", clients);
    const names = Array.from({ length: 200 }, (_, index) => `${String(index).padStart(4, "0")}-a`);
    const genuine = await bundle({
      jobFiles: Object.fromEntries(names.map((name) => [`${name}.csv`, name])),
    });
    expect(genuine.sound.envelope.length).to.be.above(16 * KIB);
    await lay(place, genuine.key, genuine.bytes);
    const path = folder.next("tar");
    const { last } = await find(place, path);
    expect(last?.evidence.statementDigest).to.equal(genuine.sound.statementDigest);
    expect(readFileSync(path).equals(genuine.bytes)).to.equal(true);
    expect(readBytes).to.have.length(3);
    expect(total()).to.equal(genuine.bytes.length);
  });

  it("is no file that begins as it was signed and goes on otherwise: three of those are brought, and no more", async () => {
    const place = await makePlace("torn", clients);
    const first = await bundle();
    await lay(place, first.key, first.bytes);
    const genuine = await bundle({ madeAt: "2026-11-30T06:30:00.000Z" });
    const head = genuine.bytes.subarray(0, 512 + genuine.sound.envelope.length);
    const torn = Buffer.concat([head, Buffer.alloc(MIB, "junk")]);
    for (let count = 0; count < 2; count++) await lay(place, genuine.key, torn);
    const { last } = await find(place);
    expect(last?.evidence.statementDigest).to.equal(first.sound.statementDigest);
    expect(whys()).to.have.length(2);
    events.splice(0);
    readBytes.splice(0);
    for (let count = 0; count < 3; count++) await lay(place, genuine.key, torn);
    const error = await refusal(find(place));
    expect(error).to.include({ code: "EvidenceUnreadable" });
    expect(error.message).to.contain("3 bundles are as they were signed at their beginning alone");
    expect(error.hint).to.contain("--previous").and.contain("--new-chain");
    expect(whys()).to.have.length(3);
    expect(total()).to.equal(3 * torn.length);
  });
});
