/** What a sound bundle means to a reader: nothing that is not in it. Pure. */

import { count, counted } from "../words";
import type { EvidenceBucket, EvidenceSource, EvidenceVault } from "./statement";
import { attemptWords } from "./attempt-words";
import type { SoundEvidence } from "./check-evidence";
import { provenIn, type EvidenceSourceVerdict, type EvidenceVaultCounts } from "./verdict";
import { trailWords } from "./trail-words";

/** Sentences, the most important first. */
export function meaningOf(evidence: SoundEvidence, isFollowing: boolean): readonly string[] {
  const { attempts, keyId, madeAt, notProven, sources, stack, verdict } = evidence;
  return [
    `The holder of the key ${keyId} said this of the stack "${stack}", and nothing of it was changed since.`,
    `The verdict in it is ${verdict.clean ? "clean" : "NOT clean"}, and follows from what is in it.`,
    ...verdict.sources.flatMap((one, index) => sourceWords(one, sources[index], madeAt)),
    ...(verdict.guardLossCount === 0
      ? []
      : [`Vaults have lost ${count(verdict.guardLossCount)} of their own protections.`]),
    ...(verdict.guardUnknownCount === 0
      ? []
      : [`Of ${counted(verdict.guardUnknownCount, "vault")} nobody looked at the protections.`]),
    ...attemptWords(verdict.attempts, attempts),
    chainWords(evidence, isFollowing),
    ...trailWords(evidence.trail),
    `The date (${madeAt}), AWS's answers and dates, and that it was looked at all there is, are the signer's word: ${
      evidence.trail?.events.some(({ outcome }) => outcome === "signed") === true
        ? "AWS has signed nothing but those events."
        : "no signature of AWS is in it."
    }`,
    ...notProven.map((text) => `Not proven: ${text}.`),
  ];
}

function sourceWords(
  verdict: EvidenceSourceVerdict,
  source: EvidenceSource | undefined,
  madeAt: string,
): readonly string[] {
  const { acceptedCount, openCount, provenCount, versionCount } = verdict;
  const against = [
    ...(openCount === 0 ? [] : [`wrong or open: ${counted(openCount, "line")}`]),
    ...(verdict.driftCount === 0
      ? []
      : [`other than deployed: ${counted(verdict.driftCount, "setting")}`]),
    ...(verdict.onTopCount === 0
      ? []
      : [`on top of copies: ${counted(verdict.onTopCount, "thing")}`]),
    ...(verdict.disagreementCount === 0
      ? []
      : [`not in agreement: ${counted(verdict.disagreementCount, "thing")}`]),
  ];
  const where =
    source === undefined
      ? ""
      : ` (${placeWords(source.bucket)}; SHA-256 of the promise ${source.promiseDigest})`;
  return [
    `Source "${verdict.source}"${where}: ${counted(versionCount, "version")}; proven: ${copies(provenCount)}${
      acceptedCount === 0
        ? ""
        : `; accepted by the configuration: ${counted(acceptedCount, "line")}`
    }${against.length === 0 ? "" : `; against it: ${against.join(", ")}`}.`,
    ...(source?.vaults ?? []).map((vault) => vaultWords(vault, verdict.vaults[vault.name], madeAt)),
  ];
}

function vaultWords(
  vault: EvidenceVault,
  { locks, outcomes }: EvidenceVaultCounts = { locks: {}, outcomes: {} },
  madeAt: string,
): string {
  const { lock, name } = vault;
  const held = Object.entries(locks).map(([mode, { count: many, firstEnd }]) => {
    const isOver = firstEnd <= madeAt ? ", which was over by the date of this review" : "";
    return `; ${count(many)} locked in ${mode} mode, the first until ${firstEnd}${isOver}`;
  });
  const mode =
    lock.mode === "COMPLIANCE"
      ? ""
      : `; it promises ${lock.mode} mode, in which whoever has s3:BypassGovernanceRetention can delete: this is no evidence of records that nobody can erase`;
  return `Vault "${name}" (${placeWords(vault)}): proven: ${copies(provenIn(outcomes))}${held.join("")}${mode}.`;
}

function placeWords({ accountId, bucketName, region }: EvidenceBucket): string {
  return `bucket ${bucketName} in account ${accountId}, ${region}`;
}

function copies(value: number): string {
  return value === 1 ? "1 copy" : `${count(value)} copies`;
}

function chainWords({ previous, sequence }: SoundEvidence, isFollowing: boolean): string {
  if (previous === null)
    return "It is the first of its chain: it shows nothing of what was before.";
  const name = `It is number ${count(sequence)} of its chain`;
  return isFollowing
    ? `${name}, and follows the bundle that was given: all that was said there is the beginning of what is said here.`
    : `${name}, after the statement ${previous.statementDigest}, which was not given here.`;
}
