import type { AthenaConfig } from "../../../components/config/types";
import type { AthenaOptions } from "../../look/look";

/** By what Athena is asked of reports. */
export interface ReportsAthena extends Pick<AthenaOptions, "budgetUsd" | "confirm" | "gather"> {
  /** Of the source's account. */
  readonly place: AthenaConfig;
}
