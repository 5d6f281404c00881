import type { Target } from "@aws-sdk/client-eventbridge";
import { validation } from "./errors";

/** What a rule knows beside the event, for the reserved variables of a template. */
export interface RuleFacts {
  readonly arn: string;
  readonly name: string;
}

const PATH = /^\$(\.[\w-]+|\[\d+\]|\['[^']+'\])*$/;
const VARIABLE = /<([\w.-]+)>/g;

/** @throws AwsError ValidationException */
export function checkTargetInput(target: Target): void {
  const { Input, InputPath, InputTransformer } = target;
  const given = [Input, InputPath, InputTransformer].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw validation(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  }
  if (Input !== undefined && !isJson(Input)) {
    throw validation(`JSON syntax error in input for target ${target.Id}.`);
  }
  const paths = Object.values(InputTransformer?.InputPathsMap ?? {});
  for (const path of InputPath === undefined ? paths : [InputPath]) {
    if (!PATH.test(path)) {
      throw validation(`Invalid InputPath for target ${target.Id} : ${path}.`);
    }
  }
}

/** The text that a target gets for an event. */
export function targetInput(target: Target, event: object, rule: RuleFacts): string {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(valueAt(event, InputPath) ?? null);
  if (InputTransformer === undefined) return JSON.stringify(event);
  const values = new Map<string, unknown>([
    ["aws.events.rule-arn", rule.arn],
    ["aws.events.rule-name", rule.name],
    ["aws.events.event.ingestion-time", valueAt(event, "$.time")],
    ["aws.events.event", event],
    ["aws.events.event.json", event],
  ]);
  for (const [name, path] of Object.entries(InputTransformer.InputPathsMap ?? {})) {
    values.set(name, valueAt(event, path));
  }
  return filled(InputTransformer.InputTemplate ?? "", values);
}

/** Inside a JSON string a variable stands as text, outside as JSON; one without a value leaves nothing, or null. */
function filled(template: string, values: ReadonlyMap<string, unknown>): string {
  let text = "";
  let end = 0;
  let isQuoted = false;
  for (const match of template.matchAll(VARIABLE)) {
    const between = template.slice(end, match.index);
    const quotes = between.replace(/\\./g, "").split('"').length - 1;
    if (quotes % 2 === 1) isQuoted = !isQuoted;
    end = match.index + match[0].length;
    const name = match[1] ?? "";
    const value = values.has(name) ? values.get(name) : match[0];
    text += between + (isQuoted ? quotedText(value) : JSON.stringify(value ?? null));
  }
  return text + template.slice(end);
}

function quotedText(value: unknown): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

function valueAt(event: object, path: string): unknown {
  let value: unknown = event;
  for (const [, dotted, index, quoted] of path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g)) {
    const key = dotted ?? index ?? quoted ?? "";
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
