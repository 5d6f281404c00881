/** How much a look proves, level by level. A verdict speaks of what its level proves, and says what it does not. */

import { PROOF_CODES, type ProofCode } from "./proofs";

/** One level. */
export interface LevelFacts {
  /** What is read for it, in one sentence. */
  readonly reads: string;
  /** What a clean verdict proves. */
  readonly proves: readonly ProofCode[];
  /** What it says nothing of. Every code is either here or in `proves`. */
  readonly doesNotProve: readonly ProofCode[];
  /** What it does not see though somebody may have done it: how somebody hostile would make a clean verdict worth less. */
  readonly blindTo: string;
}

function level(
  proves: readonly ProofCode[],
  more: Omit<LevelFacts, "proves" | "doesNotProve">,
): LevelFacts {
  return { proves, doesNotProve: PROOF_CODES.filter((code) => !proves.includes(code)), ...more };
}

/** What needs no look at versions. */
const AROUND = ["source-settings", "roles", "guard", "as-of-now"] as const;

const OF_LISTINGS = [
  "presence",
  "version-id",
  "size",
  "etag",
  "storage-class",
  "owner",
  "on-top-markers",
  "on-top-versions",
] as const;

/** Every level. */
export const LEVELS = {
  listing: level([...OF_LISTINGS, ...AROUND], {
    reads:
      "The version listings of source and vaults, joined: about one request for a thousand versions at each side, and none for a version, but for the tags of the first 10,000 that only a rule that asks for tags may want and that are not rightly at their vaults.",
    blindTo:
      "A listing tells neither lock, key nor replication status. A replica whose lock was made weaker, or that was put under a key of somebody's, looks as it should; so does other content of the same size where ETags say nothing (SSE-KMS, SSE-C, multipart).",
  }),
  sample: level([...OF_LISTINGS, ...AROUND, "share-of-sample"], {
    reads:
      "As `listing` for every version, and as `full` for a random sample of the promised ones, drawn after the listings were read. To know which are promised the tags of up to 10,000 versions are read that only a rule that asks for tags may want.",
    blindTo:
      "Few wrong versions among many are likely not in the sample. Who knows the seed beforehand can keep the sample clean: a seed that is given (`--sample-seed`) repeats a sample and proves nothing to whoever gave it away.",
  }),
  full: level(
    PROOF_CODES.filter((code) => code !== "content-read" && code !== "share-of-sample"),
    {
      reads:
        "As `listing`, and a HEAD of each promised version at the source and at each vault, its tags where it has some, with `--annotations` those too.",
      blindTo:
        "Checksums and ETags are those that S3 computed when the data was written: no byte is read again. What has neither in common with its source is compared by size and version id (`provenBySize`).",
    },
  ),
  inventory: level(
    [
      "presence",
      "version-id",
      "size",
      "etag",
      "replication-status",
      "lock-mode",
      "retain-until",
      "holds",
      "storage-class",
      "source-settings",
      "roles",
      "guard",
    ],
    {
      reads:
        "The version listing of the source, and the last S3 Inventory of both sides, joined. No request for a version that they show as right; what is newer than the older of the inventories is looked at as by `full`, and so are 10,000 versions that they show as anything else, missing ones first.",
      blindTo:
        "What is in a vault is told as it was when S3 began its inventory, whose date the verdict states: what was taken away or changed since is not seen. Whoever can write into a vault's operations bucket, the account's administrators, can forge its inventory, manifest and checksums with it, and so hide any loss in that vault. Which versions there are, their sizes and ETags are told by the source's listing and not by its inventory, and why one is not at its vault by that listing or a look in full, so that a forged one leaves nothing out and excuses nothing; but a lock or a hold of a source version that is stricter than what the vault promises is told by that inventory alone, and whoever can write into the source's operations bucket can hide it. Keys of KMS are not told, nor whether content under them is the same.",
    },
  ),
  checksum: level(
    PROOF_CODES.filter((code) => code !== "share-of-sample"),
    {
      reads:
        "As `full`, and jobs of S3 Batch Operations that read the bytes of each version that is rightly at a vault, there and at the source, and compute their SHA-256. They cost, and are asked for; `lockstep:verdict` `checksums: true` makes the roles that read.",
      blindTo:
        "The values are those of the jobs' reports. Whoever can write into the operations bucket of a side, at the source whoever took it over, at a vault its account's administrators, can forge a report, and with it that contents are the same; what `full` proves is not touched by it. A job of an earlier run is carried on, and the verdict states when each was made: what was changed after it had read is not seen, and `as-of-now` is not proven then. Under SSE-C S3 reads nothing, which is told as unverifiable.",
    },
  ),
} as const satisfies Readonly<Record<string, LevelFacts>>;

/** One of `LEVELS`, which says what each means. */
export type Level = keyof typeof LEVELS;

/** All of them, the least first. */
export const LEVEL_NAMES = Object.keys(LEVELS) as readonly Level[];

/** What is known of a level. */
export function levelFacts(name: Level): LevelFacts {
  return LEVELS[name];
}
