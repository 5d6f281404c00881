import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isLockstepError, LockstepError, throwIfAborted } from "../errors";
import type { SoundEvidence } from "../evidence/check-evidence";
import { requireRegularFile } from "../evidence/regular-file";
import { AnswersFile } from "../prove/answers-file";
import { askedPlaces, keptPlaces, type KeptPlaces } from "../prove/kept-places";
import { findLastKept, type FoundKept, warnOfMeanwhile } from "../prove/last-kept";
import { OutFile } from "../prove/out-file";
import { previousEvidence, requireOurs } from "../prove/previous";
import { openSigner, type OpenedSigner } from "../prove/signer";
import { deployedSources, deployedVaults } from "../stack/deployed-sources";
import { readStackConfig } from "../stack/stack-config";
import { requireConfirm, type Call } from "./call";
import { readOnce } from "./guard-look";
import { openForVerdict, requireBothSides, type LookedAtStack } from "./opened";
import type { ProveCallOptions, ProveResult } from "./options";
import { Proof, type ProofParts } from "./proof";

/** All that `verify` looks at, as a signed bundle. */
export async function prove(options: ProveCallOptions, given: Call): Promise<ProveResult> {
  const answers = new AnswersFile();
  const call: Call = { ...given, aws: { ...given.aws, onAnswer: answers.onAnswer } };
  const { address, aws, signal } = call;
  const config = await readStackConfig(address);
  requireBothSides(config);
  requireOneChain(options);
  const isTrying = triesRefusals(options, call);
  const signer = await openSigner(await keyOf(options, call), config, aws, signal);
  try {
    const out = await OutFile.open(resolve(address.folder, options.out));
    const folder = await mkdtemp(join(tmpdir(), "lockstep-prove-"));
    try {
      const named = await namedBefore(options, signer, call);
      const opened = readOnce(await openForVerdict(call));
      // Of what is not deployed nothing was promised: that is told before a look of hours, and before canaries.
      const deployed = await deployedSources(opened.stack, opened.config);
      const sourceBuckets = deployed.map(({ outputs }) => outputs.source.bucketName);
      if (named !== undefined) requireOurs(named.path, named.evidence, sourceBuckets);
      const chain =
        named !== undefined || options.newChain === true
          ? { before: named?.evidence, meanwhile: undefined }
          : await keptBefore(opened, sourceBuckets, folder, signer, call);
      requireLater(call, chain.before);
      const places = await placesOf(opened);
      const parts = { ...chain, answers, folder, opened, out, places, signer };
      return await new Proof(call, parts).make({ ...options, refusals: isTrying });
    } catch (error) {
      // What fails because everything is being stopped is no failure of its own.
      if (!isLockstepError(error) || error.code !== "Aborted") throwIfAborted(signal);
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
      await out.discard();
    }
  } finally {
    signer.close();
  }
}

/**
 * Whether attempts are made; told before anything is looked at.
 * @throws LockstepError `ConfirmationNeeded` where they are wished for and nobody can be asked
 */
function triesRefusals({ canConfirm, refusals }: ProveCallOptions, call: Call): boolean {
  if (refusals === true) requireConfirm(call, "attempts that vaults have to refuse");
  const isTrying = refusals ?? canConfirm ?? call.canConfirm;
  if (refusals === undefined && !isTrying) {
    const message =
      "Nobody tries what the vaults have to refuse, since there is nobody to ask, and the bundle says so. --yes agrees beforehand " +
      "(`confirm` in code), --no-refusals leaves it out.";
    call.emit({ type: "warning", code: "RefusalsNotTried", message });
  }
  return isTrying;
}

/** @throws LockstepError `ConfigInvalid` */
function requireOneChain({ newChain, previous }: ProveCallOptions): void {
  if (newChain !== true || previous === undefined) return;
  throw new LockstepError("ConfigInvalid", "A new chain follows no bundle.", {
    problems: [{ path: "--new-chain", message: "not together with --previous" }],
    hint: "Leave one of them out.",
  });
}

/** @throws LockstepError `EvidenceUnreadable` for a pipe or a folder in place of a file */
async function keyOf({ key }: ProveCallOptions, { address }: Call): Promise<string> {
  if (key.startsWith("kms:")) return key;
  const path = resolve(address.folder, key);
  await requireRegularFile(path, key);
  return path;
}

/** The bundle before, where one is named. */
async function namedBefore(
  { previous }: ProveCallOptions,
  { publicKey }: OpenedSigner,
  { address: { folder, stack } }: Call,
): Promise<{ readonly path: string; readonly evidence: SoundEvidence } | undefined> {
  if (previous === undefined) return undefined;
  const path = resolve(folder, previous);
  return { path, evidence: await previousEvidence(path, { publicKey, stack }) };
}

/** The last one that is kept beside the vaults, and whoever tells later that it is the last no more. */
async function keptBefore(
  { config, stack: outputs }: LookedAtStack,
  sourceBuckets: readonly string[],
  folder: string,
  { publicKey }: OpenedSigner,
  call: Call,
): Promise<Pick<ProofParts, "before" | "meanwhile">> {
  const { address, aws, emit } = call;
  const { stack } = address;
  const { places, unreachable } = askedPlaces(await deployedVaults(outputs), config);
  for (const bucket of unreachable) {
    const message = `bundles in ${bucket} are not looked for: the config has no vault in its account`;
    emit({ type: "warning", code: "EvidencePassedOver", message });
  }
  const wanted = { publicKey, sourceBuckets, stack };
  const path = join(folder, "last.tar");
  const found: FoundKept = await findLastKept(places, wanted, path, aws, call);
  const { last } = found;
  if (last !== undefined) {
    emit({ type: "note", message: `the bundle before this one is ${last.address}` });
  }
  return {
    before: last?.evidence,
    meanwhile: () => warnOfMeanwhile(found, places, stack, aws, call),
  };
}

/** Each new one has a later date in its name, by which the last one is found. @throws LockstepError `ClockSkewed` */
function requireLater({ clock }: Call, before: SoundEvidence | undefined): void {
  if (before === undefined || Date.parse(before.madeAt) < clock.nowEpochMs()) return;
  throw new LockstepError(
    "ClockSkewed",
    `The bundle before is of ${before.madeAt}, which is still to come by this machine's clock.`,
    {
      hint: "Set the machine's clock (NTP). If it is right, the clock was wrong where that bundle was made: name an earlier one with --previous FILE, or begin a new chain with --new-chain.",
    },
  );
}

/** Where bundles of a stack are kept; nowhere where its config does not want it. */
async function placesOf({ config, stack }: LookedAtStack): Promise<KeptPlaces> {
  if (config.evidence?.keep === false) return { places: [], without: [] };
  return keptPlaces(await deployedVaults(stack), config);
}
