import type { Stage } from "./stage";
import { authentication } from "./stages/authentication";
import { authorization } from "./stages/authorization";
import { body } from "./stages/body";
import { carryingOut } from "./stages/carrying-out";
import { delivery } from "./stages/delivery";
import { faultChoice } from "./stages/fault-choice";
import { faultEffect } from "./stages/fault-effect";
import { head } from "./stages/head";
import { headers } from "./stages/headers";
import { input } from "./stages/input";
import { logging } from "./stages/logging";
import { operation } from "./stages/operation";
import { output } from "./stages/output";
import { preflight } from "./stages/preflight";
import { refusal } from "./stages/refusal";
import { region } from "./stages/region";
import { routing } from "./stages/routing";
import { service } from "./stages/service";
import { trail } from "./stages/trail";

/**
 * The way of a request, in order. A stage that throws ends the first part, as one does that answers; the second part is for
 * every answer.
 */
export const STAGES: readonly Stage[] = [
  service,
  preflight,
  routing,
  faultChoice,
  authentication,
  faultEffect,
  region,
  body,
  operation,
  input,
  authorization,
  carryingOut,
  output,

  refusal,
  delivery,
  headers,
  trail,
  logging,
];

/** What can be asked of a request's head alone: who asks, and whether he may. */
export const STAGES_BEFORE_BODY: readonly Stage[] = [
  service,
  routing,
  authentication,
  region,
  head,
  operation,
  input,
  authorization,
];
