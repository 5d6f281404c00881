/**
 * What earlier looks at the same two buckets have left, whose process was killed: found by the names of their folders, and taken away once
 * nobody can be at work there. Folders and tables of others, and those of a look that may be under way, are left alone.
 */

import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { throwIfAborted } from "../../errors";
import type { AthenaSession } from "../../analysis/athena/session";
import { counted } from "../../words";
import type { Session } from "../../events";
import type { AthenaTable } from "../../analysis/athena/table";
import type { Leavings } from "./leavings";
import { emptyPlace, kinOf, placeOf, type WorkPlace } from "./work-place";

/**
 * A look that was quiet for so long is not under way any more: no file of it was written, nor an answer by Athena, which ends a query after 240
 * minutes at most.
 * @see https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
 */
const QUIET_MS = 24 * 60 * 60 * 1000;

/** The tables of a look. @param look its name @param folders names of what lies in its folder */
export type TablesOf = (
  look: string,
  folders: ReadonlySet<string>,
) => readonly Pick<AthenaTable, "database" | "name">[];

/** A folder of another look. */
interface KinFolder {
  /** As `WorkPlace` has it. */
  readonly name: string;
  /** When something was last written into it, by AWS's clock. Milliseconds since the Unix epoch. */
  readonly lastWrittenMs: number;
  /** Names of what lies in it. */
  readonly folders: ReadonlySet<string>;
}

/** Takes them away. What cannot be is told, and is no failure of the look. @param where for people, as in `vault primary` */
export async function sweep(
  where: string,
  work: WorkPlace,
  tablesOf: TablesOf,
  session: AthenaSession,
  leavings: Leavings,
  { emit, nowEpochMs }: Pick<Session, "emit"> & { readonly nowEpochMs: number },
): Promise<void> {
  const swept: string[] = [];
  for (const { folders, lastWrittenMs, name } of await kinFolders(work, nowEpochMs)) {
    const left = kinOf(work, name);
    const folder = placeOf(left);
    const freeAtMs = lastWrittenMs + QUIET_MS;
    if (nowEpochMs < freeAtMs) {
      emit({
        type: "note",
        message:
          `At ${where} another look is under way, or was killed: ${folder}, with the tables ${name}_... of the database ${session.database}. ` +
          `The first look after ${new Date(freeAtMs).toISOString()} takes away what is quiet until then.`,
      });
      continue;
    }
    const leftBefore = leavings.count;
    // The folder names the tables: it goes last.
    await leavings.dropTables(tablesOf(name, folders), session);
    if (leavings.count === leftBefore) {
      await leavings.attempt({ folder }, () => emptyPlace(left));
    }
    if (leavings.count === leftBefore) swept.push(folder);
    throwIfAborted(work.signal);
  }
  if (swept.length === 0) return;
  emit({
    type: "note",
    message: `At ${where} what ${counted(swept.length, "look")} had left for Athena was taken away: ${swept.join(", ")}`,
  });
}

/** Folders of looks at the same two buckets, but for this one. */
async function kinFolders(work: WorkPlace, nowEpochMs: number): Promise<readonly KinFolder[]> {
  const { base, bucketName: Bucket, kin, name: own, s3, signal } = work;
  const found = new Map<string, { lastWrittenMs: number; folders: Set<string> }>();
  const pages = paginateListObjectsV2(
    { client: s3 },
    { Bucket, Prefix: `${base}${kin}` },
    { abortSignal: signal },
  );
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", LastModified } of Contents) {
      const [name = "", within = ""] = Key.slice(base.length).split("/", 2);
      const isFolder = Key.startsWith(`${base}${name}/`);
      if (!isFolder || name === own || !/^[0-9a-f]{16}$/.test(name.slice(kin.length))) continue;
      const writtenMs = LastModified?.getTime() ?? nowEpochMs;
      const { folders, lastWrittenMs } = found.get(name) ?? {
        lastWrittenMs: 0,
        folders: new Set<string>(),
      };
      folders.add(within);
      found.set(name, { lastWrittenMs: Math.max(lastWrittenMs, writtenMs), folders });
    }
  }
  return [...found].map(([name, folder]) => ({ name, ...folder }));
}
