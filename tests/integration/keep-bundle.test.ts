/** Bundles beside vaults: kept under names of their own, never written over, and found again by them. */

import { readFileSync } from "node:fs";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { LockstepEvent } from "../../automation/events";
import type { SoundEvidence } from "../../automation/evidence/check-evidence";
import type { KeptEvidence } from "../../automation/evidence/fields";
import { isLockstepError, type LockstepError } from "../../automation/errors";
import { handOut } from "../../automation/prove/hand-out";
import { keepBundle } from "../../automation/prove/keep-bundle";
import {
  askedPlaces,
  keptKey,
  keptPlaces,
  type KeptPlace,
} from "../../automation/prove/kept-places";
import { findLastKept, warnOfMeanwhile } from "../../automation/prove/last-kept";
import type { LockstepConfig } from "../../components/config/types";
import { type BundleWish, KEYS, promiseText, soundOf } from "../helpers/evidence-bundles";
import {
  ACCESS,
  closeWorld,
  configOf,
  type KeptWorld,
  listening,
  makePlace,
  startWorld,
  vaultOf,
} from "../helpers/kept-places";

const OTHER = { accountId: "111111111111", profile: "source" };

describe("bundles beside vaults", function () {
  this.timeout(300_000);
  let world: KeptWorld;
  let folder: KeptWorld["folder"];
  let sandbox: KeptWorld["sandbox"];
  let clients: KeptWorld["clients"];
  let aws: KeptWorld["aws"];
  const { events, session } = listening();
  before(async () => {
    world = await startWorld();
    ({ aws, clients, folder, sandbox } = world);
  });
  beforeEach(() => void events.splice(0));
  afterEach(() => sandbox.faults.clear());
  after(() => closeWorld(world));

  const placeOf = (name: string): Promise<KeptPlace> => makePlace(name, clients);

  interface Made {
    readonly path: string;
    readonly sound: SoundEvidence;
    readonly key: string;
  }

  async function bundle(wish: BundleWish = {}): Promise<Made> {
    const { path } = await folder.bundle(wish);
    const sound = await soundOf(path, wish.key?.publicKey);
    return { path, sound, key: keptKey(sound) };
  }

  async function keep(
    { key, path }: Pick<Made, "key" | "path">,
    places: readonly KeptPlace[],
    { isLocked = false, signal = session.signal } = {},
  ): Promise<readonly KeptEvidence[]> {
    const kept: KeptEvidence[] = [];
    const bundleToKeep = { path, key, isLocked };
    const told = { ...session, signal };
    for await (const one of keepBundle(bundleToKeep, { places, without: [] }, aws, told)) {
      kept.push(one);
    }
    return kept;
  }

  const target = () => folder.next("tar");
  const find = (places: readonly KeptPlace[], path = target()) =>
    findLastKept(
      places,
      { publicKey: KEYS[0].publicKey, stack: "dev", sourceBuckets: ["acme-records"] },
      path,
      aws,
      session,
    );
  const refusal = async (work: Promise<unknown>): Promise<LockstepError> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isLockstepError(error)) throw new Error(`no LockstepError: ${String(error)}`);
    return error;
  };
  const lay = ({ bucket }: KeptPlace, Key: string, Body: string | Buffer = "junk") =>
    clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const warnings = () => events.flatMap((event) => (event.type === "warning" ? [event] : []));

  /** Each has one warning, in the order in which they were tried. */
  function expectPassedOver(...words: readonly string[]): void {
    const told = warnings();
    const said = told.map(({ message }) => message);
    expect(told.map(({ code }) => code)).to.deep.equal(words.map(() => "EvidencePassedOver"));
    words.forEach((word, index) => expect(said[index], said.join("\n")).to.contain(word));
  }

  describe("belong", () => {
    it("in one operations bucket of each account, where we know how it was deployed", () => {
      const [one, same] = [vaultOf("one"), vaultOf("same")];
      const other = vaultOf("other", { accountId: "333333333333" });
      const earlier = vaultOf("earlier", { operationsBucketName: undefined });
      const vaults = [earlier, one, same, other];
      const found = (config: LockstepConfig) => {
        const { places, without } = keptPlaces(vaults, config);
        return { buckets: places.map(({ bucket }) => bucket), without };
      };
      expect(found(configOf(...vaults))).to.deep.equal({
        buckets: ["one-ops", "other-ops"],
        without: [],
      });
      expect(found(configOf(same))).to.deep.equal({
        buckets: ["same-ops"],
        without: ["333333333333"],
      });
      const unguarded = vaultOf("x", { guard: undefined });
      expect(keptPlaces([unguarded], configOf(vaultOf("x")))).to.deep.equal({
        places: [],
        without: [ACCESS.accountId],
      });
    });

    it("and are looked for in all of them, whatever the vaults are called by now", () => {
      const [one, same] = [vaultOf("one"), vaultOf("same", { region: "eu-north-1" })];
      const other = vaultOf("other", { accountId: "333333333333" });
      const { places, unreachable } = askedPlaces(
        [one, same, other, vaultOf("earlier", { operationsBucketName: undefined })],
        configOf(vaultOf("renamed")),
      );
      expect(places.map(({ access, bucket }) => [bucket, access.region])).to.deep.equal([
        ["one-ops", "eu-central-1"],
        ["same-ops", "eu-north-1"],
      ]);
      expect(unreachable).to.deep.equal(["other-ops"]);
    });
  });

  describe("are kept", () => {
    it("locked where that is wanted, and never written over", async () => {
      const place = await placeOf("locking");
      const made = await bundle();
      expect(made.key).to.match(/^evidence\/dev\/20261130T060000000Z-000001-[0-9a-f]{16}\.tar$/);
      const [kept] = await keep(made, [place], { isLocked: true });
      const found = await clients.s3.send(
        new HeadObjectCommand({ Bucket: place.bucket, Key: made.key, VersionId: kept?.versionId }),
      );
      expect(found).to.include({ ObjectLockMode: "GOVERNANCE" });
      expect(found.ObjectLockRetainUntilDate?.toISOString()).to.equal(kept?.lockedUntil);
      const days = ((found.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
      expect(days).to.be.within(29.9, 30.1);
      // Another one by its name.
      const other = await bundle();
      expect(await keep({ ...other, key: made.key }, [place])).to.deep.equal([]);
      expect(warnings()).to.have.length(1);
      expect(warnings()[0]).to.include({ code: "EvidenceNotKept" });
    });

    it("or told as not kept with what to do, where AWS refuses, and the others are kept all the same", async () => {
      const made = await bundle();
      const [nowhere] = keptPlaces([vaultOf("nowhere")], configOf(vaultOf("nowhere"))).places;
      const there = await placeOf("somewhere");
      const kept = await keep(made, nowhere === undefined ? [] : [nowhere, there]);
      expect(kept.map(({ bucket }) => bucket)).to.deep.equal(["somewhere-ops"]);
      expect(warnings().map(({ code }) => code)).to.deep.equal(["EvidenceNotKept"]);
      expect(warnings()[0]?.message).to.contain(`name ${made.path} with --previous next time`);
    });

    it("or told as not kept where nobody answers, and where an account has no place for them", async () => {
      const place = await placeOf("cut-off");
      sandbox.faults.add({ effect: "reset-before", operation: "PutObject" });
      const made = await bundle();
      expect(await keep(made, [place])).to.deep.equal([]);
      expect(warnings()[0]).to.include({ code: "EvidenceNotKept" });
      const none = keepBundle(
        { ...made, isLocked: false },
        { places: [], without: ["333333333333"] },
        aws,
        session,
      );
      expect(await none.next()).to.include({ done: true });
      expect(warnings()[1]).to.include({ code: "EvidenceNotKept" });
      expect(warnings()[1]?.message).to.contain("in the account 333333333333");
    });

    it("and told as kept where S3 took it and its answer was lost", async () => {
      const place = await placeOf("lost-answer");
      const made = await bundle();
      sandbox.faults.add({ effect: "reset-after", operation: "PutObject", first: 1 });
      const [kept] = await keep(made, [place], { isLocked: true });
      expect(warnings()).to.deep.equal([]);
      const found = await clients.s3.send(
        new HeadObjectCommand({ Bucket: place.bucket, Key: made.key }),
      );
      expect(kept).to.deep.include({ key: made.key, versionId: found.VersionId });
      expect(kept?.lockedUntil).to.equal(found.ObjectLockRetainUntilDate?.toISOString());
    });

    it("up to where somebody stops it, and what is there by then is told", async () => {
      const [nowhere] = keptPlaces([vaultOf("no-bucket")], configOf(vaultOf("no-bucket"))).places;
      const [before, after] = [await placeOf("before-stop"), await placeOf("after-stop")];
      const places = [before, nowhere as KeptPlace, after];
      const stop = new AbortController();
      const { path, sound } = await bundle();
      const emit = (event: LockstepEvent): void => {
        session.emit(event);
        if (event.type === "warning") stop.abort();
      };
      const stopped = await refusal(
        handOut(
          { path, sizeBytes: 1, sound },
          { isLocked: false, meanwhile: undefined, places: { places, without: [] } },
          aws,
          { ...session, emit, signal: stop.signal },
        ),
      );
      expect(stopped).to.include({ code: "Aborted" });
      expect(stopped.message).to.contain(path);
      expect(stopped.hint).to.contain("--previous");
      expect(events.map(({ type }) => type)).to.deep.equal(["warning", "evidence-written"]);
      const written = events.at(-1);
      expect(written).to.deep.include({ path, sequence: 1 });
      expect(written).to.have.nested.property("kept.length", 1);
      expect(written).to.have.nested.property("kept[0].bucket", before.bucket);
    });
  });

  describe("are found again", () => {
    it("by their names: the last of all buckets, whatever else lies there", async () => {
      const [here, there] = [await placeOf("here"), await placeOf("there")];
      const first = await bundle();
      const second = await bundle({ previous: first.path });
      const path = target();
      expect(await find([here, there])).to.deep.equal({ last: undefined, seen: [] });
      await keep(second, [there]);
      await keep(first, [here]);
      await lay(here, "evidence/dev/zzz.tar");
      await lay(here, "evidence/dev2/20261130T070000000Z-000009-0000000000000000.tar");
      const { last, seen } = await find([here, there], path);
      expect(last?.evidence.statementDigest).to.equal(second.sound.statementDigest);
      expect(last?.address).to.match(/^s3:\/\/there-ops\/evidence\/dev\/.* \(version \S+\)$/);
      expect(readFileSync(path).equals(readFileSync(second.path))).to.equal(true);
      expect(seen).to.have.length(2);
      expectPassedOver();
    });

    it("under delete markers, and under what somebody laid on top of them later", async () => {
      const place = await placeOf("hidden");
      const made = await bundle();
      await keep(made, [place]);
      await lay(place, made.key);
      await clients.s3.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: made.key }));
      const { last } = await find([place]);
      expect(last?.evidence.statementDigest).to.equal(made.sound.statementDigest);
      expectPassedOver();
    });

    it("past all that is not ours, or not what its name says, each of which is told", async () => {
      const place = await placeOf("strewn");
      const first = await bundle();
      await keep(first, [place]);
      const madeAt = (time: string) => `2026-11-30T${time}.000Z`;
      const named = ({ sound }: Made, time: string) => keptKey({ ...sound, madeAt: madeAt(time) });
      const foreign = await bundle({ madeAt: madeAt("06:01:00"), key: KEYS[1] });
      const others = await bundle({ madeAt: madeAt("06:02:00"), promises: [promiseText("b")] });
      for (const made of [foreign, others]) await keep(made, [place]);
      await keep({ ...first, key: named(first, "06:03:00") }, [place]);
      const prod = await bundle({ stack: "prod" });
      await keep({ ...prod, key: keptKey({ ...prod.sound, stack: "dev" }) }, [place]);
      // A clock that was a year ahead, and signed so.
      const late = await bundle({ madeAt: "2099-01-01T00:00:00.000Z" });
      await keep(late, [place]);
      await lay(place, "evidence/dev/20261345T999999999Z-000001-0123456789abcdef.tar");
      await lay(place, "evidence/dev/20261130T060500000Z-000001-0123456789abcdef.tar");
      await clients.s3.send(
        new PutObjectCommand({
          Bucket: place.bucket,
          Key: "evidence/dev/20261130T060600000Z-000001-0123456789abcdef.tar",
          Body: "archived".repeat(100),
          StorageClass: "GLACIER",
        }),
      );
      const { last } = await find([place]);
      expect(last?.evidence.statementDigest).to.equal(first.sound.statementDigest);
      const [beside] = [...warnings()].filter(({ message }) => message.includes('stack "prod"'));
      const rest = events.filter((event) => event !== beside);
      events.splice(0, events.length, ...rest);
      expectPassedOver(
        "made later than it was stored",
        "no such date",
        "InvalidObjectState",
        "is passed over",
        "its name is the one of another bundle",
        "it is of b",
        "signed by another key",
      );
    });

    it("nowhere where all is passed over, or too much: then somebody has to say what to follow", async () => {
      const place = await placeOf("flooded");
      await keep(await bundle({ key: KEYS[1] }), [place]);
      const all = await refusal(find([place]));
      expect(all).to.include({ code: "EvidenceUnreadable" });
      expect(all.hint).to.contain("--previous").and.contain("--new-chain");
      expectPassedOver("signed by another key");
      events.splice(0);
      for (let index = 0; index < 100; index++) {
        const second = String(index).padStart(3, "0");
        await lay(place, `evidence/dev/20261130T060100${second}Z-000001-0123456789abcdef.tar`);
      }
      const many = await refusal(find([place]));
      expect(many.message).to.contain("there are more");
      expect(many.hint).to.contain("--previous").and.contain("--new-chain");
      expect(warnings()).to.have.length(100);
    });

    it("unless a bucket cannot be asked, which is told with what to do", async () => {
      const [nowhere] = keptPlaces([vaultOf("nobodys")], configOf(vaultOf("nobodys"))).places;
      const closed = await placeOf("closed");
      await clients.s3.send(
        new PutBucketPolicyCommand({
          Bucket: closed.bucket,
          Policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:ListBucketVersions",
              Resource: `arn:aws:s3:::${closed.bucket}`,
            },
          }),
        }),
      );
      const taken = await placeOf("taken");
      const foreign = { ...taken, access: { ...taken.access, ...OTHER } };
      for (const [place, word] of [
        [nowhere as KeptPlace, "NoSuchBucket"],
        [closed, "s3:ListBucketVersions"],
        [foreign, "belongs to another account"],
      ] as const) {
        const error = await refusal(find([place]));
        expect(error.code, word).to.equal("EvidenceUnreadable");
        expect(error.message).to.contain(place.bucket).and.contain(word);
        expect(error.hint).to.contain("--previous").and.contain("--new-chain");
      }
    });

    it("unless AWS does not answer for one of them, which is no reason to follow an earlier one", async () => {
      const place = await placeOf("silent");
      await keep(await bundle(), [place]);
      sandbox.faults.add({ effect: "internal-error", operation: "GetObject" });
      const error = await find([place]).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(String(error)).to.contain("InternalError");
      expectPassedOver();
    });
  });

  it("are told where another one came meanwhile", async () => {
    const place = await placeOf("meanwhile");
    const first = await bundle();
    await keep(first, [place]);
    const found = await find([place]);
    const meanwhile = () => warnOfMeanwhile(found, [place], "dev", aws, session);
    await meanwhile();
    expectPassedOver();
    const second = await bundle({ previous: first.path, madeAt: "2026-11-30T06:01:00.000Z" });
    await keep(second, [place]);
    await meanwhile();
    expectPassedOver(`${second.key} (version `);
    events.splice(0);
    sandbox.faults.add({ effect: "internal-error", operation: "ListObjectVersions" });
    await meanwhile();
    expectPassedOver("cannot be seen");
  });
});
