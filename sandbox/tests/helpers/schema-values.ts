import type { Shape, StructureShape } from "../../src/protocols/shapes";

/** Deep enough for every AWS document; shapes that contain themselves end here. */
const MAX_DEPTH = 7;

/** Whole seconds: HTTP dates carry no more. */
const MOMENT = new Date(Date.UTC(2026, 6, 30, 12, 34, 56));

/**
 * A value that fills every member of a shape, so that a member that a protocol loses is seen.
 * `fixed` gives values of members by name, for those that the SDK checks or uses itself.
 */
export function valueOf(
  shape: Shape,
  name: string,
  fixed: Readonly<Record<string, unknown>>,
  depth = 0,
): unknown {
  switch (shape.kind) {
    case "structure":
      return structureValue(shape, fixed, depth);
    case "list":
      return depth > MAX_DEPTH
        ? []
        : [1, 2].map((index) => valueOf(shape.item, `${name}${index}`, fixed, depth + 1));
    case "map":
      return { one: valueOf(shape.value, `${name}-one`, fixed, depth + 1) };
    case "string":
      return `${name} <&> value`;
    case "number":
      return 7;
    case "boolean":
      return true;
    case "timestamp":
      return MOMENT;
    case "blob":
      return Buffer.from(`bytes of ${name}`);
    case "document":
      return { some: ["document", 1, true] };
    case "unit":
      return undefined;
  }
}

function structureValue(
  shape: StructureShape,
  fixed: Readonly<Record<string, unknown>>,
  depth: number,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const member of shape.members) {
    if (depth > MAX_DEPTH && !member.required) continue;
    const isPlain = member.location !== "body" && member.location !== "payload";
    if (Object.hasOwn(fixed, member.name) && fixed[member.name] === undefined) continue;
    if (Object.hasOwn(fixed, member.name) && depth === 0) {
      value[member.name] = fixed[member.name];
    } else if (isPlain && member.shape.kind === "string") {
      // Headers, queries and paths: characters that survive there as they are.
      value[member.name] = `${member.name}-value`;
    } else {
      value[member.name] = valueOf(member.shape, member.name, fixed, depth + 1);
    }
    if (shape.isUnion) break;
  }
  return value;
}
