/** What was made for Athena goes, however the look ended. */

import type { AthenaSession } from "../../analysis/athena/session";
import type { AthenaTable } from "../../analysis/athena/table";
import type { Session } from "../../events";
import type { Leavings } from "./leavings";
import { emptyPlace, placeOf, type WorkPlace } from "./work-place";

/** What a look has made, or may have. */
export interface Traces {
  /** Also those whose making is not known to have ended. */
  readonly tables: AthenaTable[];
  /** Athena may have written something into the folder. */
  hasAnswers: boolean;
}

/** Takes all of it away. What cannot be is told, with what earlier looks have left, and is no failure of the look. @param where for people, as in `vault primary` */
export async function takeAway(
  where: string,
  work: WorkPlace,
  session: AthenaSession,
  { hasAnswers, tables }: Traces,
  leavings: Leavings,
  emit: Session["emit"],
): Promise<void> {
  await leavings.dropTables(tables, session);
  if (hasAnswers || work.written.size > 0) {
    await leavings.attempt({ folder: placeOf(work) }, () => emptyPlace(work));
  }
  const message = leavings.words(where);
  if (message !== undefined) emit({ type: "warning", code: "AthenaLeftovers", message });
}
