import type { EngineEvent, Stack, StepEventMetadata } from "@pulumi/pulumi/automation";
import { withRightOfHead } from "../aws/missing-right";
import { LockstepError } from "../errors";
import type { LockstepEvent, Session, StackOperation } from "../events";
import type { PolicyResource } from "../../policy/resource";
import {
  keptResources,
  sharedResources,
  stateResources,
  type StateResource,
} from "./kept-resources";
import { readToldError, type ToldError } from "./told-mistakes";
import { PreviewedResources, withPlan } from "./previewed-resources";
import { propertyChanges } from "./property-changes";
import { ProviderPlaces } from "./resource-places";
import { EngineCommandError, toLockstepError, withSignal } from "./workspace";

/** How many resources each kind of step touches: `{ create: 12, same: 1 }`. */
export type ChangeSummary = Readonly<Record<string, number>>;

/** How a stack is deployed. */
export interface DeployOptions {
  /**
   * Whether the resources are looked at first, so that what was changed or removed by hand is put back. Without it only the
   * config's own changes are carried out.
   */
  readonly refresh?: boolean;
  /** URNs of resources that are left as they are. */
  readonly exclude?: readonly string[];
  /** Everything that the stack's state knows. Default: the engine is asked, which takes half a second. */
  readonly state?: readonly StateResource[];
}

/** Shows what `up` would do. */
export async function previewStack(
  stack: Stack,
  session: Session,
  options: DeployOptions = {},
): Promise<ChangeSummary> {
  return (await previewProgram(stack, session, options)).changes;
}

/** What a preview shows. */
export interface PreviewedProgram {
  /** What `up` would do. */
  readonly changes: ChangeSummary;
  /** The stack's resources as `up` would leave them, for `checkProgram`. */
  readonly resources: readonly PolicyResource[];
}

/** Shows what `up` would do, and tells the resources that the stack would have. */
export async function previewProgram(
  stack: Stack,
  session: Session,
  options: DeployOptions = {},
): Promise<PreviewedProgram> {
  const previewed = new PreviewedResources();
  const { plan, result } = await withPlan((file) =>
    runOperation(
      "preview",
      stack,
      session,
      options.state,
      (onEvent) =>
        stack.preview({
          ...engineOptions(options),
          plan: file,
          onEvent,
          signal: session.signal,
          color: "never",
        }),
      previewed,
    ),
  );
  return { changes: result, resources: previewed.read(plan) };
}

/** Deploys. What came of it is read with `deployedSources`. */
export async function upStack(
  stack: Stack,
  session: Session,
  options: DeployOptions = {},
): Promise<ChangeSummary> {
  return runOperation("up", stack, session, options.state, (onEvent) =>
    stack.up({ ...engineOptions(options), onEvent, signal: session.signal, color: "never" }),
  );
}

function engineOptions({ exclude = [], refresh }: DeployOptions) {
  return {
    ...(refresh === undefined ? {} : { refresh }),
    ...(exclude.length === 0 ? {} : { exclude: [...exclude] }),
  };
}

/**
 * Takes our part out of what a stack shares with others, so that they keep theirs when it is taken down.
 * @param detached the stack, opened with the option `detached`
 */
export async function detachStack(detached: Stack, session: Session): Promise<void> {
  const state = await withSignal(session.signal, () => stateResources(detached));
  const target = sharedResources(state).map(({ urn }) => urn);
  if (target.length === 0) return;
  await runOperation("up", detached, session, state, (onEvent) =>
    detached.up({ target, onEvent, signal: session.signal, color: "never" }),
  );
}

/**
 * Takes down the stack but for what holds data or guards it. That stays where it is and in the state too, so that a
 * later `up` finds its vaults again instead of names that are taken.
 * @see docs/decisions/0002-what-destroy-leaves.md
 */
export async function destroyStack(stack: Stack, session: Session): Promise<ChangeSummary> {
  const state = await withSignal(session.signal, () => stateResources(stack));
  const exclude = keptResources(state).map(({ urn }) => urn);
  return runOperation("destroy", stack, session, state, (onEvent) =>
    stack.destroy({
      onEvent,
      signal: session.signal,
      color: "never",
      excludeProtected: true,
      exclude,
    }),
  );
}

function runOperation(...args: Parameters<typeof observeOperation>): Promise<ChangeSummary> {
  const [, , { signal }] = args;
  return withSignal(signal, () => observeOperation(...args));
}

async function observeOperation(
  operation: StackOperation,
  stack: Stack,
  session: Session,
  state: readonly StateResource[] | undefined,
  run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
  previewed?: PreviewedResources,
): Promise<ChangeSummary> {
  let changes: ChangeSummary = {};
  const errors = new Set<string>();
  const places = new ProviderPlaces(state ?? (await stateResources(stack)));
  const refreshing = new Set<string>();
  try {
    await run((engineEvent) => {
      const isRefreshed = isOfRefresh(engineEvent, refreshing);
      if (!isRefreshed) previewed?.observe(engineEvent);
      const event = isRefreshed
        ? translateRefresh(operation, engineEvent)
        : translate(operation, engineEvent, places);
      if (event === undefined) return;
      if (event.type === "stack-summary") changes = event.changes;
      if (event.type === "diagnostic" && event.severity === "error" && !isClosing(event.message)) {
        errors.add(withRightOfHead(event.message));
      }
      session.emit(event);
    });
    return changes;
  } catch (error) {
    const translated = toLockstepError(error);
    if (!(error instanceof EngineCommandError) || errors.size === 0) throw translated;
    if (translated instanceof LockstepError && translated.code === "StackBusy") throw translated;
    throw operationError(operation, [...errors].map(readToldError), error);
  }
}

function operationError(
  operation: StackOperation,
  [first, ...others]: readonly ToldError[],
  cause: unknown,
): LockstepError {
  const told = first === undefined ? [] : [first, ...others];
  const isInput = told.every(({ mistakes }) => mistakes.length > 0);
  return new LockstepError(
    isInput ? "ConfigInvalid" : "EngineFailed",
    `${operation} did not succeed. ${first?.headline ?? ""}`,
    {
      problems: told.flatMap(({ headline, mistakes }) =>
        mistakes.length > 0 || headline === first?.headline
          ? mistakes
          : [{ path: operation, message: headline }],
      ),
      hint: "What was made is in the state. Put the cause right and run the command again.",
      cause,
    },
  );
}

/** The engine closes with "update failed", which says nothing beside what came before. */
function isClosing(message: string): boolean {
  return /^(preview|update|destroy) failed$/.test(message);
}

/**
 * Whether an event is of the look that `--refresh` begins with: the engine says "refresh" before it, and afterwards what came
 * of it, in the words of a change ("update" for a drift) that nobody carried out.
 * @param refreshing URNs of resources that are being looked at; kept up to date here
 */
function isOfRefresh(event: EngineEvent, refreshing: Set<string>): boolean {
  if (event.resourcePreEvent?.metadata.op === "refresh") {
    refreshing.add(event.resourcePreEvent.metadata.urn);
    return true;
  }
  return event.resOutputsEvent !== undefined
    ? refreshing.delete(event.resOutputsEvent.metadata.urn)
    : false;
}

/** What a look before a deployment found: a resource that is gone, or is not as it was deployed. */
function translateRefresh(
  operation: StackOperation,
  { resOutputsEvent }: EngineEvent,
): LockstepEvent | undefined {
  if (resOutputsEvent === undefined) return undefined;
  const { op, type, urn } = resOutputsEvent.metadata;
  if (op === "same" || op === "refresh" || type === "pulumi:pulumi:Stack") return undefined;
  const name = urn.split("::").at(-1) ?? urn;
  const action = op === "delete" ? "gone" : "drifted";
  return { type: "resource", operation, action, resourceType: type, name, urn, state: "done" };
}

/**
 * Turns an event of the engine into ours; undefined for those that say nothing to a user.
 * @param places learns the providers that go by
 */
function translate(
  operation: StackOperation,
  event: EngineEvent,
  places: ProviderPlaces,
): LockstepEvent | undefined {
  const step = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent;
  if (step !== undefined) {
    const { op, urn, type } = step.metadata;
    places.learn(step.metadata);
    if (op === "same" || type === "pulumi:pulumi:Stack") return undefined;
    const state =
      event.resOpFailedEvent !== undefined
        ? "failed"
        : event.resOutputsEvent !== undefined
          ? "done"
          : operation === "preview"
            ? "planned"
            : "started";
    // A preview tells each step twice, before and after.
    if (operation === "preview" && state === "done") return undefined;
    const name = urn.split("::").at(-1) ?? urn;
    const action = isKept(step.metadata) ? "keep" : op;
    const changes = CHANGING.has(op) ? propertyChanges(step.metadata) : [];
    return {
      type: "resource",
      operation,
      action,
      resourceType: type,
      name,
      urn,
      ...parentOf(step.metadata),
      state,
      ...places.placeOf(step.metadata),
      ...(changes.length > 0 && { changes }),
    };
  }
  if (event.diagnosticEvent !== undefined) return diagnostic(event.diagnosticEvent);
  if (event.summaryEvent !== undefined) {
    return {
      type: "stack-summary",
      operation,
      changes: Object.fromEntries(
        Object.entries(event.summaryEvent.resourceChanges).map(([op, count]) => [op, count ?? 0]),
      ),
      durationSeconds: event.summaryEvent.durationSeconds,
    };
  }
  return undefined;
}

/** The stack itself is everybody's, and is left out. */
function parentOf({ new: after, old: before }: StepEventMetadata): { readonly parent?: string } {
  const parent = after?.parent ?? before?.parent ?? "";
  return parent === "" || parent.includes("::pulumi:pulumi:Stack::") ? {} : { parent };
}

/** A replacement is told in three steps; the one that stands for it as a whole says what changes. */
const CHANGING: ReadonlySet<string> = new Set(["update", "replace"]);

/** The engine calls it a deletion also when it only forgets a resource and leaves it where it is. */
function isKept({ old, op }: StepEventMetadata): boolean {
  return (op === "delete" || op === "delete-replaced") && old?.retainOnDelete === true;
}

function diagnostic(event: NonNullable<EngineEvent["diagnosticEvent"]>): LockstepEvent | undefined {
  if (event.ephemeral === true) return undefined;
  const message = withoutMarkup(event.message).trim();
  if (message === "" || event.severity === ("debug" as string)) return undefined;
  return {
    type: "diagnostic",
    severity: event.severity === "info#err" ? "info" : event.severity,
    message,
    ...(event.urn !== undefined && event.urn !== "" && { urn: event.urn }),
  };
}

/** The engine writes colours as `<{%fg 3%}>` in its events. */
function withoutMarkup(text: string): string {
  return text.replaceAll(/<\{%.*?%\}>/g, "");
}
