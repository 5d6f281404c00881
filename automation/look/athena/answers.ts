/** Asks the questions of one vault, and holds the answers against each other. */

import type { Row } from "../../analysis/analysis";
import type { Question } from "../../analysis/question-text";
import {
  athenaQuery,
  type Asked,
  type QuerySettings,
  type QueryTables,
} from "../../analysis/athena/query";
import { LockstepError } from "../../errors";
import type { FoundInventory } from "../../inventory/find-inventory";
import { unreadable } from "../../inventory/problems";
import { SpilledList } from "../../spill/spilled-list";
import { count, counted } from "../../words";
import {
  candidateOf,
  type Candidate,
  type InventoryAnswers,
  type VaultAnswer,
} from "../inventory-answers";
import { answerRows, type PlacedSession } from "./answer-rows";
import type { AskAthenaOptions, AskedVault } from "./asked";
import type { FiledListing } from "./listing-files";
import { questionsOf } from "./plan";

/** What was answered of a vault, and, of the first one, of the source. */
export type Answers = VaultAnswer & Pick<InventoryAnswers, "gone" | "goneCount">;

/** Where it is asked. */
export interface Asking {
  readonly folder: string;
  readonly options: AskAthenaOptions;
  readonly session: PlacedSession;
  readonly tables: QueryTables;
}

/**
 * Asks.
 * @param isFirst of all vaults
 * @throws LockstepError `AthenaQueryFailed`, also where Athena has not seen the whole listing; `InventoryUnreadable` for rows that are none
 */
export async function answers(
  vault: AskedVault,
  isFirst: boolean,
  asking: Asking,
): Promise<Answers> {
  const candidates = new SpilledList<Candidate>();
  const doubled = new Set<number>();
  const gone: { key: string; versionId: string }[] = [];
  const { source } = asking.options.inventories;
  let [versionsCount, goneCount] = [0, 0];
  for (const asked of questionsOf(isFirst)) {
    let rowsCount = 0;
    for await (const row of rowsOf(asked, vault, asking)) {
      rowsCount++;
      switch (asked.question) {
        case "refused":
          requireNone(row, asked.side === "source" ? source : vault.inventory);
          break;
        case "candidates":
          candidates.push(candidateOf(row));
          break;
        case "doubled":
          doubled.add(Number(row["place"]));
          break;
        case "count":
          versionsCount = Number(row["versions_count"]);
          break;
        case "gone":
          goneCount = Number(row["gone_count"]);
          gone.push({ key: String(row["key"]), versionId: String(row["version_id"]) });
          break;
        case "seen":
          requireAllSeen(row, vault.listing);
      }
    }
    if (rowsCount !== 1 && OF_ONE_ROW.includes(asked.question)) {
      throw new LockstepError(
        "AthenaQueryFailed",
        `Athena has answered the question ${asked.question} with ${counted(rowsCount, "row")} in place of 1.`,
      );
    }
  }
  return { versionsCount, candidates, doubled, gone, goneCount };
}

/** Questions that count: their answer is never without a row. */
const OF_ONE_ROW: readonly Question[] = ["count", "refused", "seen"];

/**
 * What Athena does not see is none of the candidates, and would be taken for right.
 * @throws LockstepError `AthenaQueryFailed`
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html
 */
function requireAllSeen(row: Row, { listedCount, wantedCount }: FiledListing): void {
  for (const [what, seenCount, writtenCount] of [
    ["listed", row["listed_count"], listedCount],
    ["promised", row["wanted_count"], wantedCount],
  ] as const) {
    if (seenCount === writtenCount) continue;
    throw new LockstepError(
      "AthenaQueryFailed",
      `Athena has seen ${count(Number(seenCount))} of ${count(writtenCount)} versions that are ${what}.`,
      {
        hint: "What it answered is not used. See that no lifecycle rule archives or empties `location` of `lockstep:verdict` athena within a day, and who writes there.",
      },
    );
  }
}

function requireNone(row: Row, { bucketName, listedBucket }: FoundInventory): void {
  if (row["refused_count"] === 0) return;
  throw unreadable(
    `that of ${listedBucket} in ${bucketName}`,
    `cannot be read (${String(row["reason"])}; ${String(row["refused_count"])} such rows)`,
  );
}

/** A question's answer, row by row. */
function rowsOf(
  asked: Asked,
  { clients, inventory, name, promise }: AskedVault,
  { folder, options, session, tables }: Asking,
): AsyncIterable<Row> {
  const settings: QuerySettings = {
    lockMode: promise.lock.mode,
    nowMs: options.nowEpochMs,
    sourceBucket: options.inventories.source.listedBucket,
    vaultBucket: inventory.listedBucket,
  };
  return answerRows(athenaQuery(asked, tables, settings), session, {
    s3: clients.s3,
    folder,
    onRan: ({ scannedBytes }) =>
      options.emit({
        type: "athena-answered",
        vault: name,
        question: asked.question,
        scannedBytes,
      }),
  });
}
