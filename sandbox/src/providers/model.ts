import type { Properties } from "./values";

/** A provider of a few resource types, as `server.ts` serves it to the engine. */
export interface LocalProvider {
  /** The package's name and version: `aws`, `7.48.0`. */
  readonly name: string;
  readonly version: string;
  checkConfig(config: Properties): readonly CheckFailure[];
  /** Takes the configuration; @throws Error when the credentials are those of another account */
  configure(config: Properties): Promise<void>;
  /** Loads the type on first use; @throws Error naming the type when the provider does not have it */
  resource(type: string): Promise<LocalResource>;
  /** @throws Error naming the function when the provider does not have it */
  invoke(token: string, args: Properties): Promise<Properties>;
  /** The user wants to stop: what is waited for is given up, with an error. */
  cancel(): void;
}

export interface CheckFailure {
  /** Where, in Pulumi's notation: `rules[0].status`. */
  readonly property: string;
  readonly reason: string;
}

export interface CheckRequest {
  /** The resource's name in the program. */
  readonly name: string;
  readonly news: Properties;
  /** The inputs before; empty for a new resource. */
  readonly olds: Properties;
  /** Gives the same automatic name in preview and update. */
  readonly seed: Uint8Array;
}

export interface ResourceState {
  readonly id: string;
  readonly outputs: Properties;
}

/** One resource type. Inputs that reach anything but `check`, `diff` and the previews are all known. */
export interface LocalResource {
  check(request: CheckRequest): { inputs: Properties; failures: readonly CheckFailure[] };
  diff(olds: Properties, news: Properties): ResourceDiff;
  /** What is known of the outputs before the resource is there. */
  previewCreate(inputs: Properties): Properties;
  previewUpdate(inputs: Properties, oldOutputs: Properties): Properties;
  /** @throws PartialFailure when the resource is there but not whole */
  create(inputs: Properties): Promise<ResourceState>;
  /**
   * The resource as it is now; undefined when there is none. `inputs` are empty on import, and `oldOutputs` what was last known
   * of it.
   */
  read(
    id: string,
    inputs: Properties,
    oldOutputs: Properties,
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined>;
  update(request: UpdateRequest): Promise<Properties>;
  delete(id: string, inputs: Properties): Promise<void>;
}

export interface UpdateRequest {
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly news: Properties;
}

export interface ResourceDiff {
  readonly changes: readonly PropertyChange[];
  /** The new resource would collide with the old one. */
  readonly deleteBeforeReplace: boolean;
}

export interface PropertyChange {
  readonly path: readonly (string | number)[];
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** The resource was created and something after that failed: the engine keeps it in its state. */
export class PartialFailure extends Error {
  constructor(
    readonly state: ResourceState,
    readonly inputs: Properties,
    reason: string,
  ) {
    super(reason);
    this.name = "PartialFailure";
  }
}
