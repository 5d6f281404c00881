/** What our own outcomes mean: what happened, on which side something has to be done, and whether a job can help. Pure. */

import type { OUTCOME_CODES } from "../judge/outcome";
import type { Rerun } from "./fields";

/** Kinds that need somebody. */
type OpenKind = "failed" | "unprotected" | "lapsed" | "unverifiable";

type CodeOf<Kind extends OpenKind> = (typeof OUTCOME_CODES)[Kind][number];
/** `kind/code`, of what needs somebody. */
export type OpenOutcome = {
  [Kind in OpenKind]: `${Kind}/${CodeOf<Kind>}`;
}[OpenKind];

/** What one outcome means. */
export interface OutcomeMeaning {
  /** What happened, a sentence without its full stop. */
  readonly what: string;
  /** In whose account something has to be done. */
  readonly side: "source" | "vault";
  /** What to do there, a sentence without its full stop. */
  readonly fix: string;
  /** Whether running the backfill again can help. */
  readonly rerun: Rerun;
}

const COPY_IN_PLACE = "copy it in place at the source, which makes a new version";
const BRING_AGAIN = `find out who wrote it; ${COPY_IN_PLACE} that is replicated`;
const ALLOW_LOOK = "allow whoever runs this to look: docs/operator-permissions.md has the rights";

function meaning(
  side: OutcomeMeaning["side"],
  what: string,
  fix: string,
  rerun: Rerun,
): OutcomeMeaning {
  return { what, side, fix, rerun };
}

/** By `kind/code`. */
export const OUTCOME_MEANINGS: Readonly<Record<OpenOutcome, OutcomeMeaning>> = {
  "failed/missing": meaning(
    "source",
    "the version is promised and not at the vault",
    "run `lockstep backfill`; where it stays missing, `lockstep doctor` looks for the cause",
    "yes",
  ),
  "failed/content": meaning(
    "vault",
    "the vault has other content under this version",
    `take it as an attack until you know better; ${COPY_IN_PLACE}`,
    "no",
  ),
  "failed/overwritten": meaning(
    "source",
    "the source wrote over its version without an id (null) after it was replicated; the vault has what was there before",
    `find out who suspended versioning there; ${COPY_IN_PLACE} that is replicated`,
    "no",
  ),
  "failed/not-replica": meaning(
    "vault",
    "what the vault has was not brought there by replication",
    BRING_AGAIN,
    "no",
  ),
  "failed/lock-weaker": meaning(
    "vault",
    "the replica is locked weaker or shorter than promised",
    "run `lockstep relock`, which extends locks and shortens none",
    "no",
  ),
  "failed/wrong-key": meaning(
    "vault",
    "the replica is under another key than promised: whoever has that key can take it away",
    `put the vault's default encryption back (\`lockstep up\`), then ${COPY_IN_PLACE}`,
    "no",
  ),
  "failed/wrong-class": meaning(
    "vault",
    "the replica is in another storage class than promised",
    `look for a lifecycle rule at the vault and for a changed rule at the source, then ${COPY_IN_PLACE}`,
    "no",
  ),
  "failed/wrong-owner": meaning(
    "vault",
    "the replica belongs to another account than the vault",
    `have the bucket's owner enforced (\`lockstep up\`), then ${COPY_IN_PLACE}`,
    "no",
  ),
  "failed/tags": meaning(
    "source",
    "the replica has other tags than its source",
    "write the tags at the source once more: replication brings a change of tags",
    "no",
  ),
  "failed/legal-hold": meaning(
    "source",
    "the replica lacks its source's legal hold",
    "put the legal hold on at the source once more, or on the replica itself",
    "no",
  ),
  "failed/event-hold": meaning(
    "source",
    "the replica lacks its source's event hold",
    "put the event hold on at the source once more, or on the replica itself",
    "no",
  ),
  "failed/annotations": meaning(
    "source",
    "an annotation is missing at the vault, or another there",
    "write the annotation at the source once more: replication brings it",
    "no",
  ),
  "unprotected/archived": meaning(
    "source",
    "the version is archived, and neither replication nor a job can read it",
    "restore it at the source, then run `lockstep backfill`",
    "after-fix",
  ),
  "unprotected/sse-c": meaning(
    "source",
    "the version is under a customer's key (SSE-C), which no job has",
    `${COPY_IN_PLACE} under another kind of encryption`,
    "no",
  ),
  "unprotected/deleted-at-vault": meaning(
    "source",
    "the version was deleted at the vault by its version id, and S3 never sends it again",
    `find out who deleted it; ${COPY_IN_PLACE} that is replicated`,
    "no",
  ),
  "unprotected/rule-disabled": meaning(
    "source",
    "the rule that would take the version is deployed as disabled",
    "enable the rule in the config, run `lockstep up`, then `lockstep backfill`",
    "after-fix",
  ),
  "unprotected/replica": meaning(
    "source",
    "the version came to the source as a replica, which is not passed on",
    `${COPY_IN_PLACE} that is replicated`,
    "no",
  ),
  "unprotected/kms-not-taken": meaning(
    "source",
    "the version is under SSE-KMS, which its rule does not take",
    "set `sseKmsEncryptedObjects: true` on the rule, run `lockstep up`, then `lockstep backfill`",
    "after-fix",
  ),
  "lapsed/lapsed": meaning(
    "vault",
    "the replica was locked as promised, and the time is over",
    "decide whether it is to be kept: `lockstep relock --within-days 0` locks it anew",
    "no",
  ),
  "unverifiable/sse-c": meaning(
    "source",
    "the version is under a customer's key (SSE-C), so nobody here can compare it",
    `${COPY_IN_PLACE} under another kind of encryption`,
    "no",
  ),
  "unverifiable/no-right": meaning(
    "vault",
    "whoever ran this may not look at the version",
    ALLOW_LOOK,
    "no",
  ),
  "unverifiable/gone": meaning(
    "source",
    "the version is gone from the source, so the replica cannot be compared",
    "nothing, where it was deleted on purpose; the next look does not have it any more",
    "no",
  ),
  "unverifiable/error": meaning(
    "vault",
    "S3 answered with an error after all retries",
    "run `lockstep verify` again; if it stays, ask AWS with the words of the example",
    "no",
  ),
  "unverifiable/too-new": meaning(
    "source",
    "the version is new and not at the vault yet: it may still be on its way",
    "run `lockstep verify` again in a quarter of an hour",
    "no",
  ),
  "unverifiable/tags-unread": meaning(
    "source",
    "only a rule that asks for tags may want the version, and a listing tells no tags",
    "run `lockstep verify --level full`, which reads them",
    "no",
  ),
  "unverifiable/etag-differs": meaning(
    "source",
    "the ETags of both sides differ, which a listing alone does not explain",
    "run `lockstep verify --level full`, which compares checksums",
    "no",
  ),
};
