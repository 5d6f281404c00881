import { failBefore } from "../inject-fault";
import type { Stage } from "../stage";

/** A fault that keeps a request from being carried out does so once its signature is in order. */
export const faultEffect: Stage = {
  name: "effect of the fault",
  run({ arrival: { request }, findings: { fault }, service }) {
    if (fault !== undefined) failBefore(fault, service, request);
  },
};
