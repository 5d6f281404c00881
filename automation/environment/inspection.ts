import type { OnGuardRead } from "../guard/check-guard";
import type { Look, LookOptions } from "../look/look";
import type { SourceWork } from "./opened";

/** Whoever wants more of a look than its verdict. */
export interface Inspection extends Pick<LookOptions, "answers" | "traits"> {
  /** Is given each look while the clients of its source are there. */
  readonly see: (work: SourceWork, look: Look) => Promise<void>;
  /** Is given what AWS told of the guard of each vault. */
  readonly onGuardRead?: OnGuardRead;
  /**
   * From when on versions are looked at in full, and all others by their listing, by the source's name. By AWS's time, milliseconds since the Unix
   * epoch. Undefined, and by default: as the options say.
   */
  readonly sinceOf?: (source: string) => number | undefined;
}
