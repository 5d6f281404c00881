import { PolicyPack } from "@pulumi/policy";
import { stackPolicies } from "./stack-policies";

/** Name of the pack, as the engine tells it beside each violation. */
const PACK_NAME = "lockstep";

/** Serves the pack to Pulumi's engine, which has started this process. */
export function servePolicyPack(): PolicyPack {
  return new PolicyPack(PACK_NAME, { policies: stackPolicies() });
}
