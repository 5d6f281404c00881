import type { PolicyRule } from "../rule";
import { publicAccessBlock } from "./public-access-block";
import { tlsOnly } from "./tls-only";
import { versioning } from "./versioning";

/** Every rule, in the order in which findings are told. */
export const POLICY_RULES: readonly PolicyRule[] = [publicAccessBlock, tlsOnly, versioning];
