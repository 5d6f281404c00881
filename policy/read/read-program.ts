import type { PolicyResource } from "../resource";
import { PolicyInputError } from "../rule";
import { type RawResource, readResource } from "./raw-resource";

/** Steps after which a resource is not there any more, or that are followed by one that says how it is. */
const GONE: ReadonlySet<string> = new Set([
  "delete",
  "delete-replaced",
  "read-discard",
  "discard-replaced",
  "remove-pending-replace",
]);

/**
 * The resources in a file of Pulumi's.
 * @param text of `pulumi preview --json` or `pulumi stack export`
 * @param path names the file in mistakes
 * @throws PolicyInputError where it is neither
 */
export function readProgram(text: string, path: string): readonly PolicyResource[] {
  const file = parsed(text, path);
  const { deployment, steps } = file as { deployment?: unknown; steps?: unknown };
  if (Array.isArray(steps)) {
    requireWhole(file, steps, path);
    return ofPreview(steps, `${path}: steps`);
  }
  // A stack that was never deployed has none.
  const isState = isRecord(deployment) || (deployment === null && "version" in file);
  const resources = isState ? (isRecord(deployment) && deployment["resources"]) || [] : undefined;
  if (Array.isArray(resources)) {
    return ofState(resources, `${path}: deployment.resources`);
  }
  throw mistake(
    path,
    `expected \`steps\` of \`pulumi preview --json\` or \`deployment.resources\` of \`pulumi stack export\`, got an object with ${Object.keys(file).join(", ") || "nothing"}`,
  );
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  // Some shells begin a file that they redirect into with a byte order mark.
  const content = text.replace(/^\uFEFF/, "");
  if (content.trim() === "") throw mistake(path, "expected JSON, got nothing");
  try {
    const file: unknown = JSON.parse(content);
    if (isRecord(file)) return file;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (hasEvents(content)) throw mistake(path, OF_LOCKSTEP);
    throw mistake(path, `expected JSON, got what is none: ${error.message}`);
  }
  throw mistake(path, "expected a JSON object");
}

/** Whether it is what `lockstep --json` tells: an event with its type on each line. */
function hasEvents(content: string): boolean {
  const [first = ""] = content.trimStart().split("\n");
  try {
    const event: unknown = JSON.parse(first);
    return isRecord(event) && typeof event["type"] === "string";
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const OF_LOCKSTEP =
  "expected what Pulumi's own command line writes, got events of `lockstep --json`, which leave resources' inputs out; `lockstep preview` has held them against the policies itself: its lines with type policy-violation";

/** The engine counts what does not change, and tells of it only when asked to: what is not told cannot be judged. */
function requireWhole(
  { changeSummary }: Readonly<Record<string, unknown>>,
  steps: readonly unknown[],
  path: string,
): void {
  const counted = isRecord(changeSummary) ? changeSummary["same"] : undefined;
  const told = steps.filter((step) => isRecord(step) && step["op"] === "same").length;
  if (typeof counted !== "number" || counted <= told) return;
  throw mistake(
    path,
    `expected every resource, got a preview that leaves out ${counted - told} which do not change; write it with \`pulumi preview --json --show-sames\`, or check \`pulumi stack export\``,
  );
}

function ofPreview(steps: readonly unknown[], path: string): readonly PolicyResource[] {
  const found = new Map<string, PolicyResource>();
  steps.forEach((step, index) => {
    if (!isRecord(step)) throw mistake(`${path}[${index}]`, "expected an object");
    if (typeof step["op"] === "string" && GONE.has(step["op"])) return;
    const state = step["newState"] ?? step["oldState"];
    if (state === undefined || state === null) return;
    const resource = readResource(rawResource(state, `${path}[${index}].newState`));
    found.set(resource.urn, resource);
  });
  return [...found.values()];
}

function ofState(resources: readonly unknown[], path: string): readonly PolicyResource[] {
  return (
    resources
      .map((resource, index) => [resource, rawResource(resource, `${path}[${index}]`)] as const)
      // Still there, though another has taken its place.
      .filter(([resource]) => (resource as { delete?: unknown }).delete !== true)
      .map(([, raw]) => readResource(raw))
  );
}

function rawResource(value: unknown, path: string): RawResource {
  if (isRecord(value) && typeof value["urn"] === "string" && typeof value["type"] === "string") {
    return value as unknown as RawResource;
  }
  throw mistake(path, "expected a resource, with urn and type");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mistake(path: string, message: string): PolicyInputError {
  return new PolicyInputError("The file cannot be checked.", [{ path, message }]);
}
