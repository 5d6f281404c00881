import type { Stage } from "../stage";
import * as errors from "../wire-errors";

/** The service that the request is for; one that the sandbox does not have is refused by name. */
export const service: Stage = {
  name: "service",
  run({ arrival: { target } }) {
    if (typeof target !== "string") throw errors.notImplemented(`The service ${target.foreign}`);
  },
};
