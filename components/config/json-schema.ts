/** JSON Schema of a stack file, for editors: made of the shapes that the config is read by. */

import { z } from "zod";
import {
  backfillShape,
  chainedSourceShape,
  evidenceShape,
  fleetSourceShape,
  inventoryShape,
  monitoringShape,
  rootShape,
  sourceShape,
  vaultShape,
  verdictShape,
} from "./shape";
import { ruleShape } from "./rule";

const SECTION_SHAPES: Readonly<Record<string, z.ZodType>> = {
  side: rootShape.shape.side,
  source: sourceShape,
  sources: z.array(z.union([fleetSourceShape, chainedSourceShape])).min(1),
  vaults: z.array(vaultShape).min(1),
  rules: z.array(ruleShape).min(1),
  vaultStack: rootShape.shape.vaultStack,
  sourceStack: rootShape.shape.sourceStack,
  monitoring: monitoringShape,
  backfill: backfillShape,
  inventory: inventoryShape,
  evidence: evidenceShape,
  verdict: verdictShape,
};

/**
 * The schema of `Pulumi.<stack>.yaml`. It knows keys, types and the grammar of single values; what needs more than one member to
 * be seen is told by `lockstep preview`.
 */
export function stackFileSchema(): Record<string, unknown> {
  const sections = Object.fromEntries(
    Object.keys(rootShape.shape).map((name) => {
      const shape = SECTION_SHAPES[name];
      if (shape === undefined) throw new Error(`the section ${name} has no shape`);
      const schema = z.toJSONSchema(shape, { io: "input" });
      // Said once, for the whole.
      delete schema.$schema;
      return [`lockstep:${name}`, schema];
    }),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Pulumi.<stack>.yaml of a Lockstep stack",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: sections,
        // Keys of other namespaces are Pulumi's and its providers'; a misspelt one of ours is a mistake.
        patternProperties: { "^(?!lockstep:)": {} },
        additionalProperties: false,
        required: ["lockstep:vaults", "lockstep:rules"],
        oneOf: [{ required: ["lockstep:source"] }, { required: ["lockstep:sources"] }],
      },
    },
    required: ["config"],
  };
}
