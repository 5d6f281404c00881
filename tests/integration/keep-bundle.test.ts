/** Bundles beside vaults: kept under names of their own, never written over, and found again by them. */

import { readFileSync } from "node:fs";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { systemClock } from "../../automation/clock";
import type { LockstepEvent } from "../../automation/events";
import type { SoundEvidence } from "../../automation/evidence/check-evidence";
import { fetchLastKept, keepBundle } from "../../automation/prove/keep-bundle";
import { keptKey, keptPlaces, type KeptPlace } from "../../automation/prove/kept-places";
import { previousEvidence, requireName } from "../../automation/prove/previous";
import type { LockstepConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { BundleFolder, KEYS, soundOf } from "../helpers/evidence-bundles";

const ACCESS = { accountId: "222222222222", region: "eu-central-1", profile: "vault" };

/** As far as keeping asks. */
function vaultOf(bucketName: string, parts: object = {}): VaultOutputs {
  return {
    ...{ name: bucketName, accountId: ACCESS.accountId, region: ACCESS.region, bucketName },
    operationsBucketName: `${bucketName}-ops`,
    lock: { mode: "GOVERNANCE", retentionDays: 30 },
    guard: { stage: "governance", operationsPolicyStatements: [] },
    ...parts,
  } as unknown as VaultOutputs;
}

const configOf = (...vaults: readonly VaultOutputs[]) =>
  ({
    vaults: vaults.map(({ accountId, bucketName, name }) => ({
      ...ACCESS,
      ...{ accountId, name, bucket: { name: bucketName } },
    })),
  }) as unknown as LockstepConfig;

describe("bundles beside vaults", function () {
  this.timeout(60_000);
  let folder: BundleFolder;
  let sandbox: Sandbox;
  let clients: AccountClients;
  let aws: { configFile: string; variables: Record<string, string> };
  const events: LockstepEvent[] = [];
  const session = {
    clock: systemClock,
    emit: (event: LockstepEvent): void => void events.push(event),
    signal: new AbortController().signal,
  };
  before(async () => {
    folder = new BundleFolder();
    sandbox = await startSandbox();
    const { configFile } = await sandbox.writeAwsConfig(folder.path);
    aws = { configFile, variables: {} };
    clients = await accountClients(ACCESS, aws);
  });
  beforeEach(() => void events.splice(0));
  after(async () => {
    clients.destroy();
    await sandbox.close();
    folder.remove();
  });

  async function placeOf(name: string): Promise<KeptPlace> {
    const vault = vaultOf(name);
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket: vault.operationsBucketName,
        CreateBucketConfiguration: {
          LocationConstraint: ACCESS.region as BucketLocationConstraint,
        },
        ObjectLockEnabledForBucket: true,
      }),
    );
    const [place] = keptPlaces([vault], configOf(vault));
    if (place === undefined) throw new Error("no place");
    return place;
  }

  const keep = (path: string, { key }: { key: string }, place: KeptPlace, isLocked = false) =>
    keepBundle({ path, key, isLocked }, [place], aws, session);

  async function bundle(previous?: string): Promise<{ path: string; sound: SoundEvidence }> {
    const { path } = await folder.bundle(previous === undefined ? {} : { previous });
    return { path, sound: await soundOf(path) };
  }

  it("are one in each account that has vaults, where we know how it was deployed", () => {
    const [one, same] = [vaultOf("one"), vaultOf("same")];
    const other = vaultOf("other", { accountId: "333333333333" });
    const earlier = vaultOf("earlier", { operationsBucketName: undefined });
    const vaults = [earlier, one, same, other];
    const names = (config: LockstepConfig) =>
      keptPlaces(vaults, config).map(({ bucket }) => bucket);
    expect(names(configOf(...vaults))).to.deep.equal(["one-ops", "other-ops"]);
    expect(names(configOf(same))).to.deep.equal(["same-ops"]);
    expect(keptPlaces([vaultOf("x", { guard: undefined })], configOf(vaultOf("x")))).to.deep.equal(
      [],
    );
  });

  it("are locked where that is wanted, and never written over", async () => {
    const place = await placeOf("locking");
    const { path, sound } = await bundle();
    const key = keptKey(sound);
    expect(key).to.match(/^evidence\/dev\/20261130T060000000Z-000001-[0-9a-f]{16}\.tar$/);
    const [kept] = await keep(path, { key }, place, true);
    const found = await clients.s3.send(
      new HeadObjectCommand({ Bucket: place.bucket, Key: key, VersionId: kept?.versionId }),
    );
    expect(found).to.include({ ObjectLockMode: "GOVERNANCE" });
    expect(found.ObjectLockRetainUntilDate?.toISOString()).to.equal(kept?.lockedUntil);
    const days = ((found.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).to.be.within(29.9, 30.1);
    expect(await keep(path, { key }, place)).to.deep.equal([]);
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ type: "warning", code: "EvidenceNotKept" });
  });

  it("are told as not kept where AWS refuses", async () => {
    const { path, sound } = await bundle();
    const [place] = keptPlaces([vaultOf("nowhere")], configOf(vaultOf("nowhere")));
    expect(place && (await keep(path, { key: keptKey(sound) }, place))).to.deep.equal([]);
    expect(events[0]).to.include({ type: "warning", code: "EvidenceNotKept" });
  });

  it("are found by their names, the last of all accounts, and followed under no other name", async () => {
    const [here, there] = [await placeOf("here"), await placeOf("there")];
    const first = await bundle();
    const second = await bundle(first.path);
    const target = folder.next("tar");
    const last = () => fetchLastKept([here, there], "dev", target, aws, session);
    expect(await last()).to.equal(undefined);
    await keep(second.path, { key: keptKey(second.sound) }, there);
    await keep(first.path, { key: keptKey(first.sound) }, here);
    const stray = [
      "evidence/dev/zzz.tar",
      "evidence/dev2/20991231T000000000Z-000009-0000000000000000.tar",
    ];
    for (const Key of stray) {
      await clients.s3.send(new PutObjectCommand({ Bucket: here.bucket, Key, Body: "stray" }));
    }
    const found = await last();
    expect(found?.key).to.equal(keptKey(second.sound));
    expect(readFileSync(target).equals(readFileSync(second.path))).to.equal(true);
    if (found === undefined) return;
    requireName(await previousEvidence(target, KEYS[0].publicKey, "dev"), found);
    // The first one again, by a name that makes it the last.
    const key = keptKey({ ...first.sound, madeAt: "2027-01-01T00:00:00.000Z" });
    await keep(first.path, { key }, here);
    const forged = await last();
    expect(forged?.key).to.equal(key);
    if (forged === undefined) return;
    const evidence = await previousEvidence(target, KEYS[0].publicKey, "dev", forged.address);
    expect(() => requireName(evidence, forged)).to.throw("its name is the one of another bundle");
  });
});
