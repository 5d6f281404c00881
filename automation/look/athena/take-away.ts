/** What was made for Athena goes, however the look ended. */

import { runQuery, type AthenaSession } from "../../analysis/athena/session";
import { dropTable, type AthenaTable } from "../../analysis/athena/table";
import { messageOf } from "../../errors";
import type { Session } from "../../events";
import { emptyPlace, type WorkPlace } from "./work-place";

/** What a look has left at a vault, or may have. */
export interface Traces {
  /** Also those whose making is not known to have ended. */
  readonly tables: AthenaTable[];
  /** Athena may have written something into the folder. */
  hasAnswers: boolean;
  /** What is not known to have gone, and why. */
  readonly left: { readonly what: string; readonly why: string }[];
}

/** Takes all of it away. What cannot be is told, and is no failure of the look. */
export async function takeAway(
  vault: string,
  work: WorkPlace,
  session: AthenaSession,
  traces: Traces,
  emit: Session["emit"],
): Promise<void> {
  const { left, tables } = traces;
  // The look may have been stopped, which is no reason to leave something behind.
  const unstopped = { ...session, signal: new AbortController().signal };
  const attempt = (what: string, step: Promise<unknown>): Promise<unknown> =>
    step.catch((error: unknown) => left.push({ what, why: messageOf(error) }));
  for (const table of tables) {
    const { database, name } = table;
    await attempt(
      `the table ${name} of the database ${database}`,
      runQuery(dropTable(table), unstopped),
    );
  }
  if (traces.hasAnswers || work.written.size > 0) {
    await attempt(`s3://${work.bucketName}/${work.prefix}`, emptyPlace(work));
  }
  if (left.length === 0) return;
  emit({
    type: "warning",
    code: "AthenaLeftovers",
    message: `What Athena was asked of may be left at vault ${vault}: ${left.map(({ what, why }) => `${what} (${why})`).join("; ")}`,
  });
}
