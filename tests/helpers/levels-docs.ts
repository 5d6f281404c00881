/** `docs/levels.md`, made of the table of levels. */

import { LEVEL_NAMES, levelFacts } from "../../automation/levels/levels";
import { PROOF_CODES, PROOFS } from "../../automation/levels/proofs";

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

export function levelsMarkdown(): string {
  return [
    "# Levels of proof",
    "",
    "`lockstep verify --level` says how much is looked at. A verdict carries its `level`, what it `proves` and what it `doesNotProve`, in the",
    "codes of this page; `clean` speaks of `proves` alone. `backfill`, `retry`, `relock` and the trial always look in full. Made of",
    "`automation/levels/` by `npm run docs:levels`.",
    "",
    "What a look could not see goes from `proves` to `doesNotProve` in its verdict: `annotations` without `--annotations`, `owner` where a",
    "vault does not say whose its bucket is (`s3:GetBucketAcl`), `roles` and `guard` where an earlier version or another team deployed them.",
    "",
    "## What each proves",
    "",
    row("code", "what is proven", ...LEVEL_NAMES.map((name) => `\`${name}\``)),
    row("---", "---", ...LEVEL_NAMES.map(() => "---")),
    ...PROOF_CODES.map((code) =>
      row(
        `\`${code}\``,
        PROOFS[code],
        ...LEVEL_NAMES.map((name) => (levelFacts(name).proves.includes(code) ? "yes" : "no")),
      ),
    ),
    ...LEVEL_NAMES.flatMap((name) => {
      const { blindTo, notYet, reads } = levelFacts(name);
      return [
        "",
        `## ${name}`,
        "",
        reads,
        "",
        `Blind to: ${blindTo}`,
        ...(notYet === undefined ? [] : ["", `Not there yet: use ${notYet}.`]),
      ];
    }),
    "",
    "## What changes while it is looked at",
    "",
    "`inventory` looks at what it lists at the source and finds newer, or not right, as `full` does; the rest is as the inventories tell it.",
    "",
    "| what happens | `full`, and what `sample` looks at in full | `listing`, and the rest of `sample` |",
    "| --- | --- | --- |",
    "| a version is written after the source was listed | not part of the look | the same |",
    "| a version is written just before, and still on its way | looked at again while its source says `PENDING` | looked at again until it is 15 minutes old by AWS's time, then `failed/missing`; `unverifiable/too-new` where the wait ends before |",
    "| a version is deleted for good at the source, by somebody or by a lifecycle rule | right at the vault: proven, with that as its cause; not there: `unverifiable/gone` | the same; of versions that are missing for longer than 15 minutes the first 10,000 are listed again |",
    "| a delete marker is put on top at the source, and replicated | listed again at the source: nothing on top | the same |",
    "| a version is written on top at the source, and replicated | S3 says `REPLICA`: nothing on top | listed again at the source: nothing on top; what is not there is `unknown-version` |",
    "| the clock of whoever looks is wrong | locks are judged by the date of AWS's answers | how new a version is as well |",
    "",
    "## What inventories say",
    "",
    "S3 makes an inventory once a day or once a week, and delivers the first one within 48 hours. The last one of each side counts that is whole: its",
    "`manifest.json` has the MD5 that `manifest.checksum` says, and each file the size and MD5 that the manifest says; else `InventoryUnreadable` names",
    "what is not, and there is no verdict. `inventory` in the verdict states when S3 began each (`sourceCreatedAt`, `vaults[].createdAt`).",
    "",
    "| what the source lists | what becomes of it |",
    "| --- | --- |",
    "| a version that both inventories have, written before both, and right in both | `proven`, with no request |",
    "| one that was written later than the older of them, or that the source's inventory does not have, or not as it is listed, or that one of them has twice | looked at in full (`newerCount`) |",
    "| one that they show as missing, or as not as promised | the first 10,000 are looked at in full (`againCount`), since it may have been put right meanwhile; of the others the word of the inventories counts, and a missing one is told as not in the inventory of that date |",
    "| a version of the source's inventory that is listed no more | no loss, and told as gone (`goneCount`, `gone`) |",
    "",
    "Rows are joined by a hash of 128 bits (MD5) of key and version id behind a random salt of 256 bits, which is drawn once all files are here and",
    "checked, so that nobody who names keys can make two of one hash. The same name has always the same hash: what is called missing has no row of its",
    "name. A version that has none is taken for right only where another row has its hash by chance, and the same size, ETag, class, lock and the",
    "rest with it: among N versions and M rows with a chance of less than N x M / 2^128, which for 100 million of each is 3 in 10^23. What the",
    "hash calls different, or has found twice, is held against the real key and version id, and left to a look in full where they differ.",
    "",
    "## What a sample says",
    "",
    "The versions whose HMAC-SHA256 under the seed is least are drawn: each sample is as likely as any other, and the same seed draws the same",
    "of the same versions. Without `--sample-seed` the seed is chosen at random once both sides were listed, so that nobody could know which",
    "versions would be looked at. `sample.maxShareWrong` is K/N, where K is the largest count of wrong versions among all N with which so few as were",
    "found among the n drawn are still as likely as 1 - `confidence`: P(X <= k) >= 0.05 with X hypergeometric (N, K, n). For nothing found and n",
    "much smaller than N that is 3/n, the rule of three (ASTM E2334).",
    "",
  ].join("\n");
}
