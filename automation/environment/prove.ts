import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LockstepError, throwIfAborted } from "../errors";
import type { SoundEvidence } from "../evidence/check-evidence";
import { AnswersFile } from "../prove/answers-file";
import { fetchLastKept } from "../prove/keep-bundle";
import { keptPlaces, type KeptPlace } from "../prove/kept-places";
import { OutFile } from "../prove/out-file";
import { previousEvidence, requireName } from "../prove/previous";
import { openSigner, type OpenedSigner } from "../prove/signer";
import { deployedSources, deployedVaults } from "../stack/deployed-sources";
import { readStackConfig } from "../stack/stack-config";
import { requireConfirm, type Call } from "./call";
import { readOnce } from "./guard-look";
import { openForVerdict, requireBothSides, type LookedAtStack } from "./opened";
import type { ProveCallOptions, ProveResult } from "./options";
import { Proof } from "./proof";

/** All that `verify` looks at, as a signed bundle. */
export async function prove(options: ProveCallOptions, given: Call): Promise<ProveResult> {
  const answers = new AnswersFile();
  const call: Call = { ...given, aws: { ...given.aws, onAnswer: answers.onAnswer } };
  const { address, aws, signal } = call;
  const config = await readStackConfig(address);
  requireBothSides(config);
  requireOneChain(options);
  if (options.refusals === true) requireConfirm(call, "attempts that vaults have to refuse");
  const signer = await openSigner(keyOf(options, call), config, aws, signal);
  try {
    const out = await OutFile.open(resolve(address.folder, options.out));
    const folder = await mkdtemp(join(tmpdir(), "lockstep-prove-"));
    try {
      const named = await namedBefore(options, signer, call);
      const opened = readOnce(await openForVerdict(call));
      // Of what is not deployed nothing was promised: that is told before a look of hours, and before canaries.
      await deployedSources(opened.stack, opened.config);
      const places = await placesOf(opened);
      const isChosen = named !== undefined || options.newChain === true;
      const before = isChosen ? named : await lastKept(places, folder, signer, call);
      requireLater(call, before);
      const parts = { answers, before, folder, opened, out, places, signer };
      return await new Proof(call, parts).make(options);
    } catch (error) {
      // What fails because everything is being stopped is no failure of its own.
      throwIfAborted(signal);
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
      await out.discard();
    }
  } finally {
    signer.close();
  }
}

/** @throws LockstepError `ConfigInvalid` */
function requireOneChain({ newChain, previous }: ProveCallOptions): void {
  if (newChain !== true || previous === undefined) return;
  throw new LockstepError("ConfigInvalid", "A new chain follows no bundle.", {
    problems: [{ path: "--new-chain", message: "not together with --previous" }],
    hint: "Leave one of them out.",
  });
}

function keyOf({ key }: ProveCallOptions, { address }: Call): string {
  return key.startsWith("kms:") ? key : resolve(address.folder, key);
}

/** The bundle before, where one is named. */
async function namedBefore(
  { previous }: ProveCallOptions,
  { publicKey }: OpenedSigner,
  { address }: Call,
): Promise<SoundEvidence | undefined> {
  if (previous === undefined) return undefined;
  return previousEvidence(resolve(address.folder, previous), publicKey, address.stack);
}

/** The last one that is kept beside the vaults. */
async function lastKept(
  places: readonly KeptPlace[],
  folder: string,
  { publicKey }: OpenedSigner,
  call: Call,
): Promise<SoundEvidence | undefined> {
  const { stack } = call.address;
  const path = join(folder, "last.tar");
  const last = await fetchLastKept(places, stack, path, call.aws, call);
  if (last === undefined) return undefined;
  call.emit({ type: "note", message: `the bundle before this one is ${last.address}` });
  const before = await previousEvidence(path, publicKey, stack, last.address);
  requireName(before, last);
  return before;
}

/** Each new one has a later date in its name, by which the last one is found. @throws LockstepError `ClockSkewed` */
function requireLater({ clock }: Call, before: SoundEvidence | undefined): void {
  if (before === undefined || Date.parse(before.madeAt) < clock.nowEpochMs()) return;
  throw new LockstepError(
    "ClockSkewed",
    `The bundle before is of ${before.madeAt}, which is still to come by this machine's clock.`,
  );
}

/** Where bundles of a stack are kept; nowhere where its config does not want it. */
async function placesOf({ config, stack }: LookedAtStack): Promise<readonly KeptPlace[]> {
  if (config.evidence?.keep === false) return [];
  return keptPlaces(await deployedVaults(stack), config);
}
