/** What a sound bundle means to a reader: nothing that is not in it. Pure. */

import { count } from "../words";
import type { EvidenceSource } from "./statement";
import type { AttemptCounts, EvidenceSourceVerdict } from "./verdict";
import type { SoundEvidence } from "./check-evidence";
import { trailWords } from "./trail-words";

/** Sentences, the most important first. */
export function meaningOf(evidence: SoundEvidence, isFollowing: boolean): readonly string[] {
  const { keyId, madeAt, notProven, sources, stack, verdict } = evidence;
  return [
    `The holder of the key ${keyId} said this of the stack "${stack}", and nothing of it was changed since.`,
    `The verdict in it is ${verdict.clean ? "clean" : "NOT clean"}, and follows from what is in it.`,
    ...verdict.sources.flatMap((one, index) => sourceWords(one, sources[index])),
    ...(verdict.guardLossCount === 0
      ? []
      : [`Vaults have lost ${count(verdict.guardLossCount)} of their own protections.`]),
    ...(verdict.guardUnknownCount === 0
      ? []
      : [`Of ${count(verdict.guardUnknownCount)} vaults nobody looked at the protections.`]),
    attemptWords(verdict.attempts),
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

function attemptWords(attempts: AttemptCounts): string {
  const { accepted, refused } = attempts;
  if (accepted > 0) {
    return `${count(accepted)} attempts that have to be refused were ACCEPTED: what they tried can be done.`;
  }
  const left = attempts["not-tried"] === 0 ? "" : `; ${count(attempts["not-tried"])} not tried`;
  return refused === 0
    ? "Nobody tried whether what has to be refused is refused."
    : `${count(refused)} attempts that have to be refused were refused${left}.`;
}

function sourceWords(
  verdict: EvidenceSourceVerdict,
  source: EvidenceSource | undefined,
): readonly string[] {
  const { acceptedCount, openCount, provenCount, versionCount } = verdict;
  const against = [
    ...(openCount === 0 ? [] : [`${count(openCount)} lines that are wrong or open`]),
    ...(verdict.driftCount === 0 ? [] : [`${count(verdict.driftCount)} settings that differ`]),
    ...(verdict.onTopCount === 0 ? [] : [`${count(verdict.onTopCount)} things on top of copies`]),
    ...(verdict.disagreementCount === 0
      ? []
      : [`${count(verdict.disagreementCount)} things that do not agree`]),
  ];
  const where = source === undefined ? "" : ` (bucket ${source.bucket.bucketName})`;
  return [
    `Source "${verdict.source}"${where}: ${count(versionCount)} versions; ${count(provenCount)} copies proven${
      acceptedCount === 0 ? "" : `; ${count(acceptedCount)} lines accepted by the configuration`
    }${against.length === 0 ? "" : `; against it: ${against.join(", ")}`}.`,
    ...(source?.vaults ?? []).map(({ bucketName, lock, name }) => {
      const { locks = {}, outcomes = {} } = verdict.vaults[name] ?? {};
      const proven = Object.entries(outcomes).reduce(
        (sum, [outcome, lines]) => sum + (outcome.startsWith("proven/") ? lines : 0),
        0,
      );
      const compliance = locks["COMPLIANCE"];
      const end =
        compliance === undefined
          ? ""
          : `; ${count(compliance.count)} locked in COMPLIANCE mode, the first until ${compliance.firstEnd}`;
      const mode =
        lock.mode === "COMPLIANCE"
          ? ""
          : `; it promises ${lock.mode} mode, in which whoever has s3:BypassGovernanceRetention can delete: this is no evidence of records that nobody can erase`;
      return `Vault "${name}" (bucket ${bucketName}): ${count(proven)} copies proven${end}${mode}.`;
    }),
  ];
}

function chainWords({ previous, sequence }: SoundEvidence, isFollowing: boolean): string {
  if (previous === null)
    return "It is the first of its chain: it shows nothing of what was before.";
  const name = `It is number ${count(sequence)} of its chain`;
  return isFollowing
    ? `${name}, and follows the bundle that was given: all that was said there is the beginning of what is said here.`
    : `${name}, after the statement ${previous.statementDigest}, which was not given here.`;
}
