/** What was made for Athena and could not be taken away, each with the command that does. */

import { runQuery, type AthenaSession } from "../../analysis/athena/session";
import { dropTable, type AthenaTable } from "../../analysis/athena/table";
import { messageOf } from "../../errors";
import { KeptAsVersions } from "./work-place";

/** Something that was made. Its names are of characters that mean nothing to a shell. */
export type Made =
  | { readonly table: Pick<AthenaTable, "database" | "name"> }
  /** `s3://bucket/prefix/`. */
  | { readonly folder: string }
  | { readonly queryId: string };

/** What is left in one account. */
export class Leavings {
  readonly #left: string[] = [];

  /** @param region AWS's name of it */
  constructor(private readonly region: string) {}

  /** How much it is. */
  get count(): number {
    return this.#left.length;
  }

  add(made: Made, why: unknown): void {
    const { command, what } = wordsOf(made);
    const isGone = why instanceof KeptAsVersions;
    const remedy = isGone ? "" : `; take it away with \`${command} --region ${this.region}\``;
    this.#left.push(`${what} (${messageOf(why)}${remedy})`);
  }

  /** Takes tables away; their files stay. Goes on where the look was stopped. */
  async dropTables(
    tables: readonly Pick<AthenaTable, "database" | "name">[],
    session: AthenaSession,
  ): Promise<void> {
    // That it was stopped is no reason to leave something behind.
    const unstopped = { ...session, signal: new AbortController().signal };
    for (const table of tables) {
      await this.attempt({ table }, () => runQuery(dropTable(table), unstopped));
    }
  }

  /** What is made is left where this fails. */
  async attempt(made: Made, takeAway: () => Promise<unknown>): Promise<void> {
    try {
      await takeAway();
    } catch (error) {
      this.add(made, error);
    }
  }

  /** For people; undefined where nothing is left. @param where as in `vault primary` */
  words(where: string): string | undefined {
    if (this.#left.length === 0) return undefined;
    return `What Athena was asked of may be left at ${where}: ${this.#left.join("; ")}`;
  }
}

function wordsOf(made: Made): { readonly what: string; readonly command: string } {
  if ("table" in made) {
    const { database, name } = made.table;
    return {
      what: `the table ${name} of the database ${database}`,
      command: `aws glue delete-table --database-name ${database} --name ${name}`,
    };
  }
  if ("folder" in made) {
    return { what: made.folder, command: `aws s3 rm --recursive ${made.folder}` };
  }
  return {
    what: `the query ${made.queryId}, under way`,
    command: `aws athena stop-query-execution --query-execution-id ${made.queryId}`,
  };
}
