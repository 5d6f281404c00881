/** What stays of a canary, for how long, and the question that names it. Pure. */

import type { LockFacts, Fact } from "../guard/facts";
import type { VaultLockOutputs } from "../../components/promise/outputs";
import type { PlannedCanary } from "./plan-canaries";

/** Where a canary stays. */
export interface CanaryStay {
  /** Name of the bucket. */
  readonly bucket: string;
  /** Name of the vault in the config; absent for the source. */
  readonly vault?: string;
  /** Object Lock's word; absent where the version is not locked and its owner may delete it. */
  readonly mode?: string;
  /** ISO 8601, as far as it is known before the version is there. Absent where it is not locked. */
  readonly lockedUntil?: string;
  /** True where the default retention may not be read: nobody can say before whether it will be locked. */
  readonly isLockUnknown?: true;
}

/** Default retentions, as they are now. */
export interface Retentions {
  readonly source: { readonly bucket: string; readonly objectLock: Fact<LockFacts> };
  readonly vaults: readonly {
    readonly name: string;
    readonly bucket: string;
    readonly promised: Pick<VaultLockOutputs, "mode" | "retentionDays">;
    readonly objectLock: Fact<LockFacts>;
  }[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A replica keeps the retention that it comes with, and gets the vault's default where it comes without one. What may not be
 * read of a vault is taken as promised.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export function staysOf(
  { vaults }: Pick<PlannedCanary, "vaults">,
  retentions: Retentions,
  nowEpochMs: number,
): readonly CanaryStay[] {
  const { source } = retentions;
  const atSource = defaultOf(source.objectLock);
  const unknown = "unreadable" in source.objectLock ? { isLockUnknown: true as const } : {};
  const locked = (lock: DefaultRetention | undefined) =>
    lock === undefined
      ? {}
      : {
          mode: lock.mode,
          lockedUntil: new Date(nowEpochMs + lock.days * DAY_MS).toISOString(),
        };
  return [
    { bucket: source.bucket, ...unknown, ...locked(atSource) },
    ...retentions.vaults
      .filter(({ name }) => vaults.includes(name))
      .map(({ bucket, name, objectLock, promised }) => {
        const own =
          "unreadable" in objectLock
            ? { mode: promised.mode, days: promised.retentionDays }
            : defaultOf(objectLock);
        return { bucket, vault: name, ...locked(atSource ?? own) };
      }),
  ];
}

interface DefaultRetention {
  readonly mode: string;
  readonly days: number;
}

function defaultOf(fact: Fact<LockFacts>): DefaultRetention | undefined {
  if ("unreadable" in fact) return undefined;
  const { days, mode } = fact.value;
  return mode === undefined || days === undefined ? undefined : { mode, days };
}

/** One canary, and what stays of it. */
export interface AskedCanary {
  readonly key: string;
  readonly sizeBytes: number;
  readonly stays: readonly CanaryStay[];
}

/** The question whether these may be written. */
export function canaryQuestion(canaries: readonly AskedCanary[]): string {
  const lines = canaries.flatMap(({ key, sizeBytes, stays }) => [
    `  ${key} (${sizeBytes} bytes)`,
    ...stays.map((stay) => `    ${stayText(stay)}`),
  ]);
  const what = canaries.length === 1 ? "1 canary" : `${canaries.length} canaries`;
  return [
    `${what} would be written, with your credentials, and stay:`,
    ...lines,
    "What is not replicated stays at the source all the same, and counts as missing until a backfill brings it.",
    `Write ${canaries.length === 1 ? "it" : "them"}?`,
  ].join("\n");
}

/** As in `vault primary (acme-vault): locked in COMPLIANCE mode until 2027-01-01T00:00:00.000Z; nobody can delete it earlier`. */
export function stayText({ bucket, isLockUnknown, lockedUntil, mode, vault }: CanaryStay): string {
  const where = vault === undefined ? `source ${bucket}` : `vault ${vault} (${bucket})`;
  if (isLockUnknown === true) return `${where}: its default retention may not be read`;
  if (mode === undefined || lockedUntil === undefined) return `${where}: not locked`;
  const earlier =
    mode === "COMPLIANCE"
      ? "nobody can delete it earlier"
      : "deleted earlier only by whoever has s3:BypassGovernanceRetention";
  return `${where}: locked in ${mode} mode until ${lockedUntil}; ${earlier}`;
}
