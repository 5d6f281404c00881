/** Looks as they come out of `lookAtPromise`, made by hand. */

import type { Outcome } from "../../automation/judge/outcome";
import type { JudgedVersion, Look } from "../../automation/look/look";
import { VERSION } from "./judged-world";

export const OUTCOMES = {
  proven: { kind: "proven", code: "etag" },
  marker: { kind: "not-applicable", code: "delete-marker", vault: undefined },
  outOfScope: { kind: "not-applicable", code: "out-of-scope", vault: undefined },
  missing: { kind: "failed", code: "missing", cause: "not at the vault" },
  archived: { kind: "unprotected", code: "archived", cause: "in GLACIER" },
  deletedAtVault: { kind: "unprotected", code: "deleted-at-vault", cause: "deleted by its id" },
  lapsed: { kind: "lapsed", code: "lapsed", cause: "over" },
  noRight: { kind: "unverifiable", code: "no-right", cause: "HTTP 403" },
} as const;

type Named = keyof typeof OUTCOMES;

/** A version with an outcome at the vault `primary`, or at several. */
export function judged(
  name: string,
  at: Named | Readonly<Record<string, Named>>,
  more: Partial<JudgedVersion> = {},
): JudgedVersion {
  const version = { ...VERSION, key: name, versionId: `version-of-${name}` };
  const places = typeof at === "string" ? { primary: at } : at;
  const outcomes = Object.entries(places).map(([vault, outcome]): Outcome => {
    const { key, versionId } = version;
    return { key, versionId, vault, ...OUTCOMES[outcome] };
  });
  return { version, outcomes, ...more };
}

export function lookOf(versions: readonly JudgedVersion[], more: Partial<Look> = {}): Look {
  const vault = {
    name: "primary",
    accountId: "222222222222",
    region: "eu-central-1",
    bucketName: "vault",
    bucketArn: "arn:aws:s3:::vault",
    lock: { mode: "GOVERNANCE" as const, retentionDays: 30 },
  };
  return {
    promise: {
      digest: "digest",
      source: {
        accountId: "111111111111",
        region: "eu-west-1",
        bucketName: "source",
        bucketArn: "arn:aws:s3:::source",
        existing: true,
        replicationRoleArn: "arn:aws:iam::111111111111:role/r",
      },
      batchRoleArn: "arn:aws:iam::111111111111:role/b",
      rules: [{ name: "all", status: "Enabled", priority: 1, vault: "primary" }],
      vaults: new Map([["primary", vault]]),
    },
    versions,
    drift: [],
    covers: [],
    ownVaults: ["primary"],
    listings: new Map([["primary", { versionsCount: versions.length }]]),
    ...more,
  };
}
