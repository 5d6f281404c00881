import { z } from "zod";
import type { Program } from "./program/program";
import type { PolicyRule, PolicyViolation, RuleSettings, SettingsRead } from "./rule";

/** What every rule can be told. */
const COMMON = {
  level: z
    .enum(["error", "warning", "info", "off"])
    .optional()
    .describe("Severity of all its violations, or off."),
  exempt: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Names, URNs or physical names that it does not look at; * stands for any characters.",
    ),
};

/** JSON Schema of what every rule can be told. */
export const COMMON_CONFIGURATION = schemasOf(COMMON);

type Shape = Record<string, z.ZodType>;

/** A rule before its settings have become JSON Schema. */
interface RuleDefinition<Settings extends Shape> extends Omit<
  PolicyRule,
  "configuration" | "readSettings" | "check"
> {
  readonly settings: Settings;
  readonly check: (
    program: Program,
    settings: z.output<z.ZodObject<Settings>>,
  ) => readonly PolicyViolation[];
}

/** Makes a rule of its definition. */
export function defineRule<Settings extends Shape>({
  check,
  settings,
  ...rule
}: RuleDefinition<Settings>): PolicyRule {
  const shape = z.strictObject({ ...COMMON, ...settings });
  return {
    ...rule,
    configuration: schemasOf(settings),
    readSettings: (given) => readSettings(shape, given),
    check: (program, complete) =>
      check(program, complete as unknown as z.output<z.ZodObject<Settings>>),
  };
}

function schemasOf(settings: Shape): Readonly<Record<string, object>> {
  const { properties } = z.toJSONSchema(z.strictObject(settings), { io: "input" });
  return properties as Readonly<Record<string, object>>;
}

function readSettings(shape: z.ZodType, given: unknown): SettingsRead {
  const read = shape.safeParse(given ?? {});
  if (read.success) return { settings: read.data as RuleSettings };
  return {
    problems: read.error.issues.map(({ message, path }) => ({
      path: path.map(String).join("."),
      message: `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    })),
  };
}
