/**
 * What comes of attacks that nothing refuses: `verify` names each. The tests of the road hold every row against what happened, and
 * `docs/security.md` is written from them.
 */

import type { VerdictFields } from "../../automation/events";

/** By the source's administrator: how each shows in a verdict, as `seenIn` writes it. */
export const SOURCE_ATTACKS = {
  "narrow the rule": ['drift rules["all"].prefix', "failed/missing"],
  "disable the rule": ['drift rules["all"].status'],
  "delete the rules": ["drift replication"],
  "suspend versioning": ["drift versioning"],
  "lock versions for ten minutes, which replicas keep": ["failed/lock-weaker"],
  "send replicas under a key of their own": [
    'drift rules["all"].replicaKmsKeyId',
    "failed/wrong-key",
  ],
  // A new vault blocks them, so that nothing arrives.
  "write a version under a customer's key (SSE-C)": ["unprotected/sse-c"],
} as const satisfies Attacks;

/** By an administrator of the vault's account, on the data, once the policy was out of the way. */
export const DATA_ATTACKS = {
  "take the tags off a replica": ["failed/tags"],
  "lay a version of their own on top": ["on top foreign-version"],
  "hide a key under a delete marker": ["on top delete-marker"],
  "leave a replica to whoever writes it": [
    'drift rules["all"].destinationAccountId',
    "guard ownership",
    "unverifiable/no-right",
  ],
  "wait until a lock is over": ["lapsed/lapsed"],
} as const satisfies Attacks;

/** By an administrator of the vault's account, on the guard: which protections are lost, each restored by `up`. */
export const GUARD_ATTACKS = {
  "the bucket policy is deleted": ["bucket-policy"],
  "the default retention is removed": ["object-lock"],
  "a lifecycle rule expires versions": ["lifecycle"],
  "the default encryption is under another key": ["encryption"],
  "the key is disabled": ["key"],
  "the public access block is taken off": ["public-access-block"],
  "ACLs are switched on and one is granted": ["ownership", "acl"],
  "the requester pays": ["request-payment"],
  "everything is replicated to elsewhere": ["replication"],
  "one statement is taken out": ["bucket-policy"],
  "the default retention is shortened": ["object-lock"],
  "the key is scheduled for deletion": ["key"],
  "a statement gets a condition": ["bucket-policy"],
  "the default retention is made a century of COMPLIANCE": ["object-lock"],
  "the key's policy is opened": ["key-policy"],
  "the key's rotation is switched off": ["key-rotation"],
  "a statement lets somebody in": ["bucket-policy"],
  "a Deny stops replication": ["bucket-policy"],
} as const satisfies Attacks;

export type Attacks = Readonly<Record<string, readonly string[]>>;
export type GuardAttack = keyof typeof GUARD_ATTACKS;

/** All that stands in the way of a clean verdict. */
function seenIn(verdict: VerdictFields): readonly string[] {
  return [
    ...(verdict.drift ?? []).map(({ path }) => `drift ${path}`),
    ...(verdict.guard ?? []).map(({ protection }) => `guard ${protection}`),
    ...(verdict.onTop ?? []).map(({ what }) => `on top ${what}`),
    ...verdict.failures.map(({ code, kind }) => `${kind}/${code}`),
  ];
}

/** Holds the rows of a table against verdicts. */
export class HeldAttacks<Table extends Attacks> {
  readonly #open: Set<string>;

  constructor(private readonly table: Table) {
    this.#open = new Set(Object.keys(table));
  }

  /** @throws Error when the verdict is clean, or does not show what the row says */
  hold(name: keyof Table & string, verdict: VerdictFields): void {
    const seen = seenIn(verdict);
    const lacking = (this.table[name] ?? []).filter((one) => !seen.includes(one));
    if (verdict.clean || lacking.length > 0) {
      throw new Error(`"${name}" is not seen as ${lacking.join(", ")}, but: ${seen.join(", ")}`);
    }
    this.#open.delete(name);
  }

  /** @throws Error for rows that no test has held */
  requireAll(): void {
    if (this.#open.size > 0) throw new Error(`not tried: ${[...this.#open].join("; ")}`);
  }
}
