/**
 * What earlier looks of the same source at the same vault have left, whose process was killed: found by the names of their folders, and taken away once
 * nobody can be at work there. Folders and tables of others, and those of a look that may be under way, are left alone.
 */

import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { throwIfAborted } from "../../errors";
import type { AthenaSession } from "../../analysis/athena/session";
import { counted } from "../../words";
import type { AskAthenaOptions, AskedVault } from "./asked";
import type { Leavings } from "./leavings";
import { tableNames } from "./tables";
import { emptyPlace, kinOf, placeOf, type WorkPlace } from "./work-place";

/**
 * A look that was quiet for so long is not under way any more: no file of it was written, nor an answer by Athena, which ends a query after 240
 * minutes at most.
 * @see https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
 */
const QUIET_MS = 24 * 60 * 60 * 1000;

/** A folder of another look. */
interface KinFolder {
  /** As `WorkPlace` has it. */
  readonly name: string;
  /** When something was last written into it, by AWS's clock. Milliseconds since the Unix epoch. */
  readonly lastWrittenMs: number;
}

/** Takes them away. What cannot be is told, and is no failure of the look. */
export async function sweep(
  { name: vault, place: { database } }: AskedVault,
  work: WorkPlace,
  session: AthenaSession,
  leavings: Leavings,
  { emit, nowEpochMs, signal }: Pick<AskAthenaOptions, "emit" | "nowEpochMs" | "signal">,
): Promise<void> {
  const swept: string[] = [];
  for (const { lastWrittenMs, name } of await kinFolders(work, nowEpochMs)) {
    const left = kinOf(work, name);
    const where = placeOf(left);
    const freeAtMs = lastWrittenMs + QUIET_MS;
    if (nowEpochMs < freeAtMs) {
      emit({
        type: "note",
        message:
          `At vault ${vault} another look is under way, or was killed: ${where}, with the tables ${name}_... of the database ${database}. ` +
          `The first look after ${new Date(freeAtMs).toISOString()} takes away what is quiet until then.`,
      });
      continue;
    }
    const leftBefore = leavings.count;
    // The folder names the tables: it goes last.
    await leavings.dropTables(tableNames(database, name), session);
    if (leavings.count === leftBefore) {
      await leavings.attempt({ folder: where }, () => emptyPlace(left));
    }
    if (leavings.count === leftBefore) swept.push(where);
    throwIfAborted(signal);
  }
  if (swept.length === 0) return;
  emit({
    type: "note",
    message: `At vault ${vault} what ${counted(swept.length, "look")} had left for Athena was taken away: ${swept.join(", ")}`,
  });
}

/** Folders of looks of the same source at the same vault, but for this one. */
async function kinFolders(work: WorkPlace, nowEpochMs: number): Promise<readonly KinFolder[]> {
  const { base, bucketName: Bucket, kin, name: own, s3, signal } = work;
  const newest = new Map<string, number>();
  const pages = paginateListObjectsV2(
    { client: s3 },
    { Bucket, Prefix: `${base}${kin}` },
    { abortSignal: signal },
  );
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", LastModified } of Contents) {
      const [name = ""] = Key.slice(base.length).split("/", 1);
      const isFolder = Key.startsWith(`${base}${name}/`);
      if (!isFolder || name === own || !/^[0-9a-f]{16}$/.test(name.slice(kin.length))) continue;
      const writtenMs = LastModified?.getTime() ?? nowEpochMs;
      newest.set(name, Math.max(newest.get(name) ?? 0, writtenMs));
    }
  }
  return [...newest].map(([name, lastWrittenMs]) => ({ name, lastWrittenMs }));
}
