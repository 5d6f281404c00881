import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { autoName } from "../auto-name";
import { changesBetween, inputsAfterRead, isEmpty } from "../compare";
import {
  PartialFailure,
  type CheckFailure,
  type CheckRequest,
  type LocalResource,
  type ResourceDiff,
  type ResourceState,
  type UpdateRequest,
} from "../model";
import { strictIssues } from "../strict-issues";
import { hasUnknown, isObject, UNKNOWN, type Properties } from "../values";
import type { Clients } from "./clients";
import { allTags, ownTags } from "./tags";

/** A resource type of `aws`, as typed calls of the AWS SDK. Names are those of `@pulumi/aws`. */
export interface AwsType<Inputs extends object> {
  /** `aws:s3/bucket:Bucket`. */
  readonly token: string;
  /** What AWS calls it, for errors: `S3 Bucket`. */
  readonly noun: string;
  readonly inputs: z.ZodType<Inputs>;
  /** Inputs whose change needs a new resource. */
  readonly replaceOn: readonly string[];
  /**
   * Inputs that name the resource to AWS: while they stay the same, a new one would meet the old one. Empty when AWS makes
   * up the name.
   */
  readonly identity: readonly string[];
  /** Inputs that are JSON documents, given as text or as an object. */
  readonly documents?: readonly string[];
  /** Inputs that AWS does not give back. */
  readonly inputOnly?: readonly string[];
  /** Outputs that are known only once the resource is there. */
  readonly computed: readonly string[];
  /** The input that gets a name from Pulumi. */
  readonly autoNamed?: AutoNamed;
  /** Takes `tags`; what it is to have in all, with the provider's, is in `tagsAll`. `read` answers all in `tags`. */
  readonly isTagged?: boolean;
  /** Optional inputs with what there is when they are not given: anything else is drift, and is put back. */
  readonly defaults?: Properties;
  /** Optional inputs that stay as they are when they are not given. */
  readonly keptInputs?: readonly string[];
  /** Regional types take `region` and have the provider's when it is not given. */
  readonly isRegional: boolean;
  /** @returns the id; throws {@link CreatedButFailed} when the resource is there and not whole */
  create(inputs: Inputs, clients: Clients): Promise<string>;
  /** The outputs as AWS has them; undefined when there is no such resource. `region` as in the inputs. */
  read(id: string, clients: Clients, region: string): Promise<Properties | undefined>;
  update(id: string, news: Inputs, olds: Inputs, clients: Clients): Promise<void>;
  delete(id: string, inputs: Inputs, clients: Clients): Promise<void>;
  /** True for lists whose order means nothing. */
  isUnordered?(path: readonly (string | number)[]): boolean;
  /** True when an input says what there is in another way, as the ARN of a key for its id. */
  meansSame?(property: string, actual: unknown, wanted: unknown): boolean;
}

/** A name that Pulumi gives. */
export interface AutoNamed {
  readonly property: string;
  /** How long AWS takes it. */
  readonly maxLength: number;
  readonly isLowerCase?: boolean;
  /** What AWS wants before it. */
  readonly prefix?: string;
}

/** Something failed after the resource was created. */
export class CreatedButFailed extends Error {
  constructor(
    readonly id: string,
    override readonly cause: unknown,
  ) {
    super(messageOf(cause), { cause });
    this.name = "CreatedButFailed";
  }
}

/** Makes the engine's view of a resource type out of its typed calls. */
export class AwsResource<Inputs extends object> implements LocalResource {
  constructor(
    private readonly type: AwsType<Inputs>,
    private readonly clients: () => Clients,
  ) {}

  check({ name, news, olds, seed }: CheckRequest): {
    inputs: Properties;
    failures: readonly CheckFailure[];
  } {
    const { type } = this;
    const inputs: Record<string, unknown> = { ...news };
    for (const document of type.documents ?? []) {
      const value = inputs[document];
      if (isObject(value)) inputs[document] = hasUnknown(value) ? UNKNOWN : JSON.stringify(value);
    }
    if (type.isRegional) inputs["region"] ??= this.clients().region;
    const named = type.autoNamed;
    if (named !== undefined && inputs[named.property] === undefined) {
      const kept = listOf(olds[DEFAULTS]).includes(named.property)
        ? olds[named.property]
        : undefined;
      inputs[DEFAULTS] = [named.property];
      inputs[named.property] = kept ?? nameFor(name, seed, named);
    }
    if (type.isTagged) {
      const tagsAll = allTags(inputs["tags"], this.clients().defaultTags);
      if (tagsAll !== undefined) inputs["tagsAll"] = tagsAll;
    }
    return {
      inputs,
      failures: strictIssues(type.inputs, plain(inputs), `the local ${type.token}`),
    };
  }

  diff(olds: Properties, news: Properties): ResourceDiff {
    const { type } = this;
    const before = { ...type.defaults, ...plain(olds) };
    const kept = only(before, type.keptInputs ?? []);
    const after = { ...type.defaults, ...kept, ...plain(news) };
    const changes = changesBetween(before, after, {
      replaceOn: type.replaceOn,
      documents: type.documents,
      emptyIsUnset: true,
      isUnordered: (path) => type.isUnordered?.(path) ?? false,
    });
    const changed = changes.map((change) => String(change.path[0]));
    // A name that Pulumi gave is another one for the new resource.
    const staysNamed =
      type.identity.length > 0 &&
      !type.identity.some(
        (name) => changed.includes(name) || listOf(news[DEFAULTS]).includes(name),
      );
    return { changes, deleteBeforeReplace: staysNamed };
  }

  previewCreate(inputs: Properties): Properties {
    const computed = this.type.computed.map((name) => [name, UNKNOWN] as const);
    return { ...Object.fromEntries(computed), ...plain(inputs) };
  }

  previewUpdate(inputs: Properties, oldOutputs: Properties): Properties {
    const computed = this.type.computed.map((name) => [name, oldOutputs[name]] as const);
    return { ...Object.fromEntries(computed), ...plain(inputs) };
  }

  async create(inputs: Properties): Promise<ResourceState> {
    try {
      const id = await this.type.create(this.parse(inputs), this.clients());
      return { id, outputs: await this.outputsOfNew(id, inputs) };
    } catch (error) {
      const reason = `creating ${this.type.noun}: ${messageOf(error)}`;
      if (!(error instanceof CreatedButFailed)) throw new Error(reason, { cause: error });
      throw new PartialFailure({ id: error.id, outputs: plain(inputs) }, inputs, reason);
    }
  }

  /**
   * The bridged provider has set the id when it reads what it has made: where it may not, the engine keeps the resource.
   * @see https://pkg.go.dev/github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema#Resource
   */
  private async outputsOfNew(id: string, inputs: Properties): Promise<Properties> {
    try {
      return await this.outputs(id, inputs);
    } catch (error) {
      throw new CreatedButFailed(id, error);
    }
  }

  async read(
    id: string,
    inputs: Properties,
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined> {
    const actual = await this.actual(id, inputs);
    if (actual === undefined) return undefined;
    const isImport = Object.keys(inputs).length === 0;
    const kept = [...(this.type.inputOnly ?? []), ...this.sameInputs(inputs, actual), DEFAULTS];
    return {
      outputs: { ...this.inputOnly(inputs), ...actual },
      inputs: isImport
        ? this.importable(actual)
        : {
            ...inputsAfterRead(inputs, actual, kept, this.type.documents),
            ...this.drifted(inputs, actual),
          },
    };
  }

  private sameInputs(inputs: Properties, actual: Properties): string[] {
    return Object.keys(inputs).filter((name) =>
      this.type.meansSame?.(name, actual[name], inputs[name]),
    );
  }

  /** Drift that the inputs alone do not show: what is there and was not asked for. */
  private drifted(inputs: Properties, actual: Properties): Properties {
    const { isTagged, defaults = {} } = this.type;
    const expected = {
      ...defaults,
      ...(isTagged ? { tags: undefined, tagsAll: undefined } : {}),
      ...only(inputs, isTagged ? ["tags", "tagsAll"] : []),
    };
    return Object.fromEntries(
      Object.entries(expected)
        .filter(([name]) => isTagsName(name) || inputs[name] === undefined)
        .filter(([name, value]) => !isSame(actual[name], value))
        .map(([name]) => [name, isEmpty(actual[name]) ? undefined : actual[name]]),
    );
  }

  async update({ id, oldInputs, news }: UpdateRequest): Promise<Properties> {
    try {
      const olds = this.parse(oldInputs);
      await this.type.update(id, this.parse(news), olds, this.clients());
      return await this.outputs(id, news);
    } catch (error) {
      throw new Error(`updating ${this.type.noun} (${id}): ${messageOf(error)}`, { cause: error });
    }
  }

  async delete(id: string, inputs: Properties): Promise<void> {
    try {
      await this.type.delete(id, this.parse(inputs), this.clients());
    } catch (error) {
      throw new Error(`deleting ${this.type.noun} (${id}): ${messageOf(error)}`, { cause: error });
    }
  }

  private parse(inputs: Properties): Inputs {
    return this.type.inputs.parse(plain(inputs));
  }

  private async outputs(id: string, inputs: Properties): Promise<Properties> {
    const actual = await this.actual(id, inputs);
    if (actual === undefined) throw new Error(`${this.type.noun} ${id} is not there any more`);
    // Documents stay as they were written: AWS gives them back in its own spelling.
    const documents = only(inputs, this.type.documents ?? []);
    return { ...this.inputOnly(inputs), ...actual, ...documents };
  }

  private async actual(id: string, inputs: Properties): Promise<Properties | undefined> {
    const clients = this.clients();
    const region = typeof inputs["region"] === "string" ? inputs["region"] : clients.region;
    try {
      const actual = await this.type.read(id, clients, region);
      if (actual === undefined) return undefined;
      return {
        ...actual,
        ...(this.type.isRegional ? { region } : {}),
        ...(this.type.isTagged ? ownTags(actual["tags"], inputs["tags"], clients.defaultTags) : {}),
      };
    } catch (error) {
      throw new Error(`reading ${this.type.noun} (${id}): ${messageOf(error)}`, { cause: error });
    }
  }

  private inputOnly(inputs: Properties): Properties {
    return only(inputs, this.type.inputOnly ?? []);
  }

  /** Of what is there, that which the type takes as input. */
  private importable(actual: Properties): Properties {
    const refused = new Set(
      strictIssues(this.type.inputs, actual, this.type.token).map((issue) => issue.property),
    );
    return Object.fromEntries(
      Object.entries(actual).filter(
        ([name, value]) =>
          value !== undefined && !refused.has(name) && !(name === "tagsAll" && isEmpty(value)),
      ),
    );
  }
}

/** Which inputs Pulumi chose; the bridged provider keeps it in the inputs under this name as well. */
const DEFAULTS = "__defaults";

const isTagsName = (name: string): boolean => name === "tags" || name === "tagsAll";

const isSame = (left: unknown, right: unknown): boolean =>
  isDeepStrictEqual(left, right) || (isEmpty(left) && isEmpty(right));

function only(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function nameFor(name: string, seed: Uint8Array, named: AutoNamed): string {
  const { maxLength, isLowerCase = false, prefix = "" } = named;
  const base = isLowerCase ? name.toLowerCase() : name;
  return `${prefix}${autoName(base, seed, maxLength - prefix.length)}`;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function plain(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== DEFAULTS));
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
