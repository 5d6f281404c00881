import { ACCESS_KINDS } from "./access";
import { CANARY_KINDS } from "./canary";
import { JOB_KINDS } from "./jobs";
import type { FindingKind } from "./kind";
import { PLACE_KINDS } from "./places";
import { SOURCE_KINDS } from "./source";
import { VAULT_KINDS } from "./vault";

/** Every kind of finding, under its stable id. */
export const FINDING_KINDS = {
  ...PLACE_KINDS,
  ...SOURCE_KINDS,
  ...VAULT_KINDS,
  ...ACCESS_KINDS,
  ...JOB_KINDS,
  ...CANARY_KINDS,
};

/** The stable name of a kind of finding. */
export type FindingId = keyof typeof FINDING_KINDS;

export type { FindingKind };
