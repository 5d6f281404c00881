/**
 * Versions of a job that its source lists no more: deleted for good, by somebody or by a lifecycle rule, since the job's manifest was made.
 * The source may do that, and no count is wrong by it. Nothing hides behind it: where a task is said to have succeeded, the replica has to
 * be at the vaults all the same.
 */
import type { RuleOutputs } from "../../components/promise/outputs";
import { forEachConcurrently } from "../concurrency";
import { rulesForKey } from "../judge/placement";
import type { LookOptions } from "../look/look";
import { findVersion, isUnreadable } from "../look/version-head";
import { versionName, type ListedVersion } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { JobIntent } from "./intent";
import type { ManifestEntry } from "./job-manifest";
import type { ReportRow } from "./report";

/** A row of a job's manifest whose version the source lists no more. */
export interface GoneVersion {
  readonly key: string;
  readonly versionId: string;
  /** `unknown` where there is no report to read. */
  readonly task: "succeeded" | "failed" | "unknown";
}

/** Of a job; undefined what could not be read. */
interface ManifestAndReport {
  readonly manifest: Iterable<ManifestEntry> | undefined;
  readonly report: { readonly rows: Iterable<ReportRow> } | undefined;
}

/** What became of them. */
export interface GoneSince {
  readonly count: number;
  /** Those whose tasks succeeded; null where there is no report to read. */
  readonly succeededCount: number | null;
  /** Those whose tasks did not fail, and that are at each vault where their keys promise them. */
  readonly atVaultCount: number;
  /** Those whose tasks succeeded, and that are not at each such vault. */
  readonly lostCount: number;
  /** Key and version id of one of these. */
  readonly lostExample?: string;
}

const LISTED = 1;
const SUCCEEDED = 2;
const FAILED = 4;
const TAKEN = 8;

/** Each of them once. Pure. @param versions what the source lists now */
export function goneVersions(
  { manifest, report }: ManifestAndReport,
  versions: Iterable<ListedVersion>,
  { reportScope }: Pick<JobIntent, "reportScope">,
  sourceBucket: string,
): Sequence<GoneVersion> {
  const gone = new SpilledList<GoneVersion>();
  if (manifest === undefined) return gone;
  const marks = new NameMap();
  for (const entry of manifest) {
    if (entry.bucket === sourceBucket) marks.set(versionName(entry), 0);
  }
  const mark = (name: string, bit: number): void => {
    const before = marks.get(name);
    if (before !== undefined) marks.set(name, before | bit);
  };
  for (const version of versions) mark(versionName(version), LISTED);
  for (const row of report?.rows ?? []) {
    if (row.bucket === sourceBucket) mark(versionName(row), row.succeeded ? SUCCEEDED : FAILED);
  }
  for (const entry of manifest) {
    if (entry.bucket !== sourceBucket) continue;
    const name = versionName(entry);
    const seen = marks.get(name) ?? TAKEN;
    if ((seen & (LISTED | TAKEN)) !== 0) continue;
    mark(name, TAKEN);
    // A report of failed tasks says of the others by its silence that they succeeded.
    const hasSucceeded =
      (seen & SUCCEEDED) !== 0 || (reportScope === "FailedTasksOnly" && (seen & FAILED) === 0);
    const task = report === undefined ? "unknown" : hasSucceeded ? "succeeded" : "failed";
    gone.push({ key: entry.key, versionId: entry.versionId, task });
  }
  return gone;
}

/** Looks for them at the vaults, but for those whose tasks failed. */
export async function lookForGone(
  gone: Sequence<GoneVersion>,
  options: Pick<LookOptions, "clients" | "concurrency" | "outputs" | "signal">,
): Promise<GoneSince> {
  const { concurrency: limit, signal } = options;
  const counts = { succeeded: 0, atVault: 0, lost: 0 };
  let isKnown = true;
  let lostExample: string | undefined;
  await forEachConcurrently(gone, { limit, signal }, async (version) => {
    if (version.task === "failed") return;
    if (version.task === "succeeded") counts.succeeded++;
    else isKnown = false;
    const rules = rulesForKey(version.key, options.outputs.rules).filter(
      ({ status }) => status === "Enabled",
    );
    // Of nobody's promise: where it went does not matter.
    if (rules.length === 0) return;
    if (await isThere(version, rules, options)) counts.atVault++;
    else if (version.task === "succeeded") {
      counts.lost++;
      lostExample ??= `${version.key} ${version.versionId}`;
    }
  });
  return {
    count: gone.length,
    succeededCount: isKnown ? counts.succeeded : null,
    atVaultCount: counts.atVault,
    lostCount: counts.lost,
    ...(lostExample !== undefined && { lostExample }),
  };
}

/** Its tags are gone with it: a rule that asks for some may have wanted it, and one vault of these is enough. */
async function isThere(
  version: GoneVersion,
  rules: readonly RuleOutputs[],
  { clients, outputs, signal }: Pick<LookOptions, "clients" | "outputs" | "signal">,
): Promise<boolean> {
  const sure = rules.filter(({ tags }) => Object.keys(tags ?? {}).length === 0);
  const names = new Set((sure.length > 0 ? sure : rules).map(({ vault }) => vault));
  let foundCount = 0;
  for (const name of names) {
    const bucket = outputs.vaults.find((vault) => vault.name === name)?.bucketName;
    const s3 = clients.vaults.get(name)?.s3;
    if (bucket === undefined || s3 === undefined) continue;
    const head = await findVersion(s3, bucket, version, signal);
    const found = isUnreadable(head) ? head.withoutChecksums : head;
    // What a vault took in is locked there.
    if (found?.lockMode !== undefined) foundCount++;
  }
  return sure.length > 0 ? foundCount === names.size : foundCount > 0;
}
