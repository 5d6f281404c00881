import { deliveryAfter, NotCarriedOut } from "../inject-fault";
import type { Stage } from "../stage";

/** What a fault does to the answer on its way. */
export const delivery: Stage = {
  name: "delivery",
  runs: "for-every-answer",
  run({ answer, findings: { fault }, refusal }) {
    if (answer === undefined || fault === undefined || refusal instanceof NotCarriedOut) return;
    answer.delivery = deliveryAfter(fault);
  },
};
