/** What canaries showed, as findings. Pure. */

import type { VaultOutputs } from "../../../components/promise/outputs";
import type { CanaryAtVault } from "../../canary/look-at-canary";
import type { NoCanaryReason, RuleWithoutCanary } from "../../canary/plan-canaries";
import type { CanaryResult, RefusedCanary, SentCanaries } from "../../canary/send-canaries";
import type { OutcomeCode } from "../../judge/outcome";
import { finding, type FindingFields, type FoundAt, notChecked } from "../finding";
import type { FindingId } from "../kinds";
import { refusedCanary, type RefusalFacts } from "./canary-cause";

/** What is known beside the canaries of one source. */
export type BesideCanaries = Pick<RefusalFacts, "found" | "topicArns">;

/** Everything that the canaries of one source showed. */
export function judgeCanaries(
  sent: SentCanaries,
  beside: BesideCanaries,
): readonly FindingFields[] {
  const { promise, refused, results, without } = sent;
  const { accountId: account, bucketArn } = promise.source;
  const at: FoundAt = { account, resource: bucketArn };
  return [
    ...without.map((one) => withoutCanary(one, at)),
    ...refused.map((one) => notWritten(one, at)),
    ...results.flatMap((result) => judgeResult(result, sent, beside)),
  ];
}

const WITHOUT: Readonly<Record<NoCanaryReason, readonly [what: string, fix: string]>> = {
  chained: [
    "has a vault as its source, which takes replicas alone, and live replication does not pass them on",
    "nothing: `lockstep backfill` carries them to the next vault, and `lockstep verify` looks there",
  ],
  "deployed-disabled": [
    "is deployed as Disabled",
    "`status: Enabled` in the config and `lockstep up`, once it is to replicate",
  ],
  "not-in-force": [
    "is not in force as deployed",
    "`lockstep up` puts the rules back; then run `lockstep doctor --canary` again",
  ],
  overlaid: [
    "decides for no key that one could write: another rule to its vault has a higher priority there",
    "give the rules prefixes or tags that tell them apart",
  ],
  "kms-not-taken": [
    "does not take what the source writes under SSE-KMS",
    "`sseKmsEncryptedObjects: true` in the rule and `lockstep up`",
  ],
  "prefix-too-long": [
    "has a prefix that leaves no room for a canary's key in S3's 1,024 bytes",
    "look at a version of your own with `lockstep verify`",
  ],
};

function withoutCanary({ reason, rule, vault }: RuleWithoutCanary, at: FoundAt): FindingFields {
  const [what, fix] = WITHOUT[reason];
  return finding("canary-none", at, `rule ${rule} to vault ${vault} ${what}`, fix);
}

function notWritten({ cause, key }: RefusedCanary, { account, resource }: FoundAt): FindingFields {
  return notChecked(objectsAt({ account, resource }, key), "whether a canary arrives", {
    action: "s3:PutObject",
    unreadable: cause,
  });
}

/** The canaries beside one in a bucket. */
function objectsAt({ account, resource }: FoundAt, key: string): FoundAt {
  return { account, resource: `${resource}/${key.slice(0, key.lastIndexOf("/"))}/*` };
}

function sourceOf({ promise: { source } }: RefusalFacts): FoundAt {
  return { account: source.accountId, resource: source.bucketArn };
}

/** A canary at one vault, and what is known of both. */
interface Judged {
  readonly at: FoundAt;
  /** Names the canary, and where it is. */
  readonly name: string;
  readonly result: CanaryResult;
  readonly one: CanaryAtVault;
  readonly vault: VaultOutputs;
  readonly facts: RefusalFacts;
}

function judgeResult(
  result: CanaryResult,
  { promise }: SentCanaries,
  beside: BesideCanaries,
): readonly FindingFields[] {
  const { atVaults, canary } = result;
  return atVaults.flatMap((one) => {
    const vault = promise.vaults.get(one.vault);
    if (vault === undefined) return [];
    const judged: Judged = {
      at: { account: vault.accountId, resource: vault.bucketArn },
      name: `${canary.key} (version ${canary.versionId}) at vault ${one.vault}`,
      result,
      one,
      vault,
      facts: { ...beside, promise, vault, rules: canary.rules },
    };
    return [judgeOne(judged), ...unread(judged)];
  });
}

function judgeOne(judged: Judged): FindingFields {
  const { at, facts, name, one, result } = judged;
  const { canary, elapsedMs, status } = result;
  const cause = one.cause === undefined ? "" : `: ${one.cause}`;
  switch (one.kind) {
    case "proven": {
      const lock = `${one.lockMode ?? "?"} mode until ${one.lockedUntil ?? "?"}`;
      const what = `${name} arrived, for rules ${canary.rules.join(", ")}; it is locked in ${lock} and stays`;
      return finding("canary-arrived", at, what, "nothing");
    }
    case "unverifiable": {
      const { cause: unreadable = one.code } = one;
      const isTags = unreadable.startsWith("its tags");
      const isAtSource = /^(its tags )?at the source\b/.test(unreadable);
      const where = isAtSource ? sourceOf(facts) : at;
      return notChecked(objectsAt(where, canary.key), name, {
        action: isTags ? TAGGING : READING,
        unreadable,
      });
    }
    case "unprotected":
    case "not-applicable":
      return notTaken(judged, `${name}${cause}`);
    case "lapsed":
    case "failed":
  }
  if (status === "NONE") {
    return notTaken(judged, `${name}: the source has no replication status for it`);
  }
  if (status === "PENDING") {
    const what = `${name} after ${Math.round(elapsedMs / 1000)} s: the source says PENDING${cause}`;
    const fix =
      "`lockstep verify` looks at it again, like at any other version; `--canary-timeout` waits longer next time";
    return finding("canary-pending", at, what, fix);
  }
  if (one.code === "missing") {
    if (status === "FAILED") {
      return refusedCanary(`${name} was refused: the source says FAILED`, facts);
    }
    const what = `${name} is not there, and the source says ${status}`;
    return finding("canary-missing", at, what, MISSING_FIX);
  }
  if (one.code === "lock-weaker" && one.refused.includes(RETENTION)) {
    const refusal = { action: RETENTION, unreadable: "AccessDenied" };
    return notChecked(objectsAt(at, canary.key), `the lock of ${name}`, refusal);
  }
  return finding(
    DEVIATIONS[one.code] ?? "canary-wrong-content",
    at,
    `${name}${cause}`,
    fixOf(judged),
  );
}

const READING = "s3:GetObjectVersion";
const RETENTION = "s3:GetObjectRetention";
const TAGGING = "s3:GetObjectVersionTagging";

const DEVIATIONS: Partial<Record<OutcomeCode, FindingId>> = {
  "lock-weaker": "canary-lock-weaker",
  "legal-hold": "canary-lock-weaker",
  "event-hold": "canary-lock-weaker",
  lapsed: "canary-lock-weaker",
  "wrong-key": "canary-wrong-key",
  "wrong-class": "canary-wrong-class",
  "wrong-owner": "canary-wrong-owner",
  tags: "canary-wrong-tags",
  content: "canary-wrong-content",
  "not-replica": "canary-wrong-content",
};

const MISSING_FIX =
  "CloudTrail's data events of the vault tell who deleted it, where it was not locked; `lockstep doctor` without --canary names a rule that sends elsewhere";

function notTaken({ facts, result }: Judged, what: string): FindingFields {
  const { promise } = facts;
  const rules = result.canary.rules.join(", ");
  const fix = `look at rule ${rules} of the replication configuration of ${promise.source.bucketName}, and what was found of it beside this; \`lockstep up\` puts back what was deployed`;
  return finding("canary-not-taken", sourceOf(facts), what, fix);
}

function fixOf({ facts: { found, promise }, one, vault }: Judged): string {
  if (one.code !== "lock-weaker") {
    return "`lockstep up` puts back what was deployed of rule and vault; what differs is found beside this";
  }
  const { mode, retentionDays: days } = vault.lock;
  const { bucketArn, bucketName } = promise.source;
  const isOfSource = found.some(
    ({ id, resource }) => id === "source-lock-weaker" && resource === bucketArn,
  );
  const bucket = isOfSource ? bucketName : vault.bucketName;
  const lock = {
    ObjectLockEnabled: "Enabled",
    Rule: { DefaultRetention: { Mode: mode, Days: days } },
  };
  const why = isOfSource
    ? "a replica keeps the retention that it comes with, so the source's default has to be as strong"
    : "the vault's default retention, which `lockstep up` puts back where the vault is this stack's";
  return `${why}: aws s3api put-object-lock-configuration --bucket ${bucket} --object-lock-configuration '${JSON.stringify(lock)}'`;
}

/** What was refused meanwhile: the owner of a replica is told by its listing alone. */
function unread({ at, name, one }: Judged): readonly FindingFields[] {
  if (!one.refused.includes("s3:ListBucketVersions")) return [];
  const refusal = { action: "s3:ListBucketVersions", unreadable: "AccessDenied" };
  return [notChecked(at, `the owner of ${name}`, refusal)];
}
