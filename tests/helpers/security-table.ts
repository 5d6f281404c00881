/** The tables of `docs/security.md`: what is tried on a vault, by whom, and what becomes of it. Made of what the tests try. */

import { VAULT_ACTION_CLASSES } from "../../components/policy-documents/vault-action-classes";
import { DATA_ATTACKS, GUARD_ATTACKS, SOURCE_ATTACKS, type Attacks } from "../road/attack-outcomes";
import { CHECKSUM_ATTACKS, CHECKSUM_STATEMENT } from "../vault-policies/checksum-attacks";
import { RELOCK_ATTACKS } from "../vault-policies/relock-attacks";
import { ATTACKS, LOCKED_OUT } from "../vault-policies/vault-attacks";

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly string[]): string[] => [
  row(...head),
  row(...head.map(() => "---")),
  ...rows,
];
const code = (text: string): string => `\`${text}\``;

/** The root user of the account mends a bucket's policy whatever it says: S3's rule. */
const keptByRoot = (action: string): boolean => /^s3:(Put|Delete)BucketPolicy$/.test(action);
const isOfGuard = (statement: string): boolean =>
  ["DenyConfigurationChange", "DenyKeyLoss"].includes(statement);

function attackRows(): string[] {
  return ATTACKS.map(({ action, isBreakGlass, leftByOrganization, name, statement }) =>
    row(
      name,
      code(action),
      `refused: ${code(statement)}`,
      isOfGuard(statement) ? "not refused, visible in `verify`" : "refused",
      isBreakGlass === false ? "refused" : "may",
      keptByRoot(action) ? "may: S3's rule, visible in `verify`" : "refused",
      leftByOrganization === undefined ? "refused, the root user's too" : "left to the vault",
    ),
  );
}

/** What nothing refuses, and as what `verify` names it. */
const seenTable = (attacks: Attacks): string[] =>
  table(
    ["attack", "outcome"],
    Object.entries(attacks).map(([name, seen]) =>
      row(name, `visible in \`verify\`: ${seen.map(code).join(", ")}`),
    ),
  );

const guardTable = (attacks: Attacks): string[] =>
  table(
    ["attack", "outcome"],
    Object.entries(attacks).map(([name, lost]) =>
      row(name, `visible in \`verify\`: ${lost.map(code).join(", ")}; restored by \`up\``),
    ),
  );

function classRows(is: "left" | "harmless"): string[] {
  return VAULT_ACTION_CLASSES.flatMap((one) =>
    one.is === is ? [row(one.actions.map(code).join(", "), one.why)] : [],
  );
}

export function securityMarkdown(): string {
  return [
    "# What is tried on a vault, and what becomes of it",
    "",
    "Written by `npm run docs:security` from the attacks that the tests make. Whoever has every right of the source's account, and a",
    "stolen replication role with them, is refused each of these; they can add replicas, which is what they are let in for.",
    "",
    "## By an administrator of the vault's account",
    "",
    "Stage `governance` and `compliance`. In a `pilot` without a break-glass role, versions may be deleted when their day is over.",
    "",
    ...table(
      [
        "attack",
        "action",
        "with a break-glass role",
        "without one",
        "the break-glass role",
        "the root user",
        "organization's policies",
      ],
      attackRows(),
    ),
    "",
    "Object Lock alone refuses, to everybody: " +
      `${LOCKED_OUT.map(({ name }) => name).join("; ")}.`,
    "",
    "## By whoever becomes the relock role",
    "",
    "Where a vault has `relock: true`, and stage `compliance`: the one role that may bypass GOVERNANCE, with every right of the account",
    "on top of its own. Any administrator may hand it to a job. What it can do is to lock in COMPLIANCE mode between floor and maximum",
    "(`docs/decisions/0012-relock.md`). At stage `governance` nobody may bypass, and it extends alone.",
    "",
    ...table(
      ["attack", "action", "the vault's policy", "organization's policies"],
      RELOCK_ATTACKS.map(({ action, name, statement }) =>
        row(name, code(action), `refused: ${code(statement)}`, "refused by each"),
      ),
    ),
    "",
    "## By whoever becomes the role that reads for checksums",
    "",
    "Where `lockstep:verdict` has `checksums: true`: a role that may read the vault's versions and write reports beside it, with every right of the",
    "account on top of its own. With its own rights alone it copies nothing either (`docs/decisions/0014-checksums-by-jobs.md`).",
    "",
    ...table(
      ["attack", "action", "the vault's policy"],
      CHECKSUM_ATTACKS.map(({ action, name }) =>
        row(name, code(action), `refused: ${code(CHECKSUM_STATEMENT)}`),
      ),
    ),
    "",
    "## By the source's administrator, on what is copied",
    "",
    "Inherent to AWS: an account's administrators may do as they like with its own buckets and roles. What the vault has stays. The",
    "promise is what was deployed, so that none of these makes it smaller, and no verdict is clean beside them.",
    "",
    ...seenTable(SOURCE_ATTACKS),
    "",
    "## On the guard, by whoever may change it",
    "",
    "The root user, the break-glass role, or every administrator where there is none.",
    "",
    ...guardTable(GUARD_ATTACKS),
    "",
    "## On the data, while the policy is away",
    "",
    "Inherent to AWS: Object Lock keeps versions, not tags, and not what lies above them. The policy is back before anybody looks, so",
    "that only the data tells.",
    "",
    ...seenTable(DATA_ATTACKS),
    "",
    "## On the promise's copy, while the stack's state is lost",
    "",
    "By an administrator of the vault's account, who may write into the operations bucket. While the state is there, no verdict rests on",
    "a copy. `tests/road/promise-copy.test.ts` tries each but the last.",
    "",
    ...table(
      ["attack", "outcome"],
      [
        row(
          "delete the copy, or hide it under a delete marker",
          "refused; copies are read by version",
        ),
        row(
          "write something else on top of the copy",
          "not believed, since its digest is another; named: `PromiseCopyDiffers`",
        ),
        row(
          "plant a newer promise with another lock, rule, name, stage, key or break-glass role",
          "not believed, since the config says otherwise; named: `PromiseCopyRefused`",
        ),
        row(
          "plant a newer promise that agrees with the config and has weaker policies",
          "never clean beside ours: `guard promise-copy` names both and where they differ",
        ),
        row(
          "plant one where `lockstep up` never wrote any, or once ours was taken away (its policy removed and its lock over)",
          "believed as far as it agrees with the config; the verdict says that it rests on a copy (`promiseCopy`), and its `promiseDigest` is another than before",
        ),
      ],
    ),
    "",
    "## Inherent to AWS",
    "",
    ...table(
      ["what", "why, and what helps"],
      [
        row(
          "the root user of the vault's account changes the bucket's policy",
          "S3 lets it, whatever the policy says; the organization's policies do not",
        ),
        row(
          "whoever administers IAM in the vault's account becomes the break-glass role",
          "its trust is theirs to change; the service control policy keeps them from it, unless the role trusts its own account",
        ),
        row(
          "the organization's management account takes its policies away, and is bound by none",
          "keep vaults out of it; COMPLIANCE holds against it too",
        ),
        row(
          "versions that are locked in GOVERNANCE are deleted after the policy was changed",
          "stage `compliance`, which nobody undoes",
        ),
        row(
          "the source sends garbage, or nothing any more",
          "replicas are added beside the true versions; what is missing or drifts is visible in `verify`",
        ),
      ],
    ),
    "",
    "## Left open, each for a reason",
    "",
    ...table(["actions", "why"], classRows("left")),
    "",
    "## Harmless",
    "",
    ...table(["actions", "why"], classRows("harmless")),
    "",
  ].join("\n");
}
