import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { PolicyResource } from "../../policy/resource";
import { type RawResource, readResource } from "../../policy/read/raw-resource";

/** What a plan says of a resource beside its inputs: what the engine's events leave out. */
type Goal = Pick<RawResource, "dependencies" | "propertyDependencies">;

/** Steps that take a resource away, or that another step of the same resource stands for. */
const GONE: ReadonlySet<string> = new Set([
  "delete",
  "delete-replaced",
  "discard-replaced",
  "read-discard",
  "remove-pending-replace",
]);

/** The resources of a stack as a preview leaves them, gathered from the engine's events and its plan. */
export class PreviewedResources {
  readonly #resources = new Map<string, RawResource>();

  /** Takes note of a step. Those of a refresh are none: they look at what was. */
  observe({ resourcePreEvent }: EngineEvent): void {
    if (resourcePreEvent === undefined) return;
    const { new: news, old, op } = resourcePreEvent.metadata;
    const state = news ?? old;
    if (state === null || state === undefined || GONE.has(op)) return;
    this.#resources.set(state.urn, state as RawResource);
  }

  /**
   * All resources, with what each is made of.
   * @param planText of `pulumi preview --save-plan`; undefined: what they are made of is not told
   */
  read(planText: string | undefined): readonly PolicyResource[] {
    const plans =
      planText === undefined
        ? {}
        : (JSON.parse(planText) as { resourcePlans?: Record<string, { goal?: Goal }> })
            .resourcePlans;
    return [...this.#resources.values()].map((resource) => {
      const goal = plans?.[resource.urn]?.goal;
      return readResource({
        ...resource,
        ...(goal !== undefined && {
          dependencies: goal.dependencies ?? [],
          propertyDependencies: goal.propertyDependencies ?? {},
        }),
      });
    });
  }
}

/**
 * Runs `work` with the name of a file for the engine's plan.
 * @returns what came of it, and the plan; undefined where the engine wrote none
 */
export async function withPlan<Result>(
  work: (file: string) => Promise<Result>,
): Promise<{ result: Result; plan: string | undefined }> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-plan-"));
  try {
    const file = join(folder, "plan.json");
    const result = await work(file);
    return { result, plan: await readIfThere(file) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
