/** What a canary may show: a version that was written to be watched on its way into the vaults. */

import { type FindingKind, kinds } from "./kind";

const wrong = (title: string, why: string): FindingKind => ({
  severity: "error",
  title,
  why,
  up: "no",
});

const REFUSED =
  "each version written now fails alike, and S3 does not try again: it counts as missing until a backfill brings it";

export const CANARY_KINDS = kinds({
  "canary-none": {
    severity: "warning",
    title: "a rule has no canary",
    why: "whether what it takes arrives is not shown",
    up: "no",
  },
  "canary-arrived": {
    severity: "info",
    title: "a canary arrived as promised",
    why: "what is written now is replicated and locked alike; the batch role, which no canary works under, and versions that were there before are not shown by it",
    up: "no",
  },
  "canary-pending": {
    severity: "warning",
    title: "a canary is still on its way",
    why: "S3 brings most versions within 15 minutes and some after hours; until it arrives, `verify` names it failed/missing",
    up: "no",
  },
  "canary-not-taken": wrong(
    "no rule in force took a canary",
    "versions that the promised rule wants are not replicated, without a failure or a message",
  ),
  "canary-failed": wrong("a canary was refused, and something beside it explains that", REFUSED),
  "canary-refused": wrong(
    "a canary was refused, though nothing that can be looked at refuses it",
    REFUSED,
  ),
  "canary-missing": wrong(
    "S3 calls a canary replicated, and the vault does not have it",
    "what arrives there can be taken away again, or goes elsewhere",
  ),
  "canary-lock-weaker": wrong(
    "a canary is locked for less than promised",
    "what is written now can be deleted earlier: `verify` names it failed/lock-weaker",
  ),
  "canary-wrong-key": wrong(
    "a canary is under another key than promised",
    "whoever has that key can make what is written now unreadable: `verify` names it failed/wrong-key",
  ),
  "canary-wrong-class": wrong(
    "a canary is in another storage class than promised",
    "`verify` names what is written now failed/wrong-class",
  ),
  "canary-wrong-owner": wrong(
    "a canary belongs to another account than the vault's",
    "that account decides who reads what is written now: `verify` names it failed/wrong-owner",
  ),
  "canary-wrong-content": wrong(
    "what the vault has under a canary's version id is not its replica",
    "somebody writes into the vault beside replication: `verify` names it failed/content or failed/not-replica",
  ),
  "canary-wrong-tags": wrong(
    "a canary has other tags at the vault",
    "`verify` names what is written now failed/tags",
  ),
});
