import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import type { AccountAccess } from "../../components/config/types";
import type { StateResource } from "./kept-resources";
import { isKnownLater } from "./property-changes";

/** Where a resource is at AWS, and what it is called there. */
export interface ResourcePlace {
  readonly account?: string;
  readonly region?: string;
  /** As in `acme-records-vault`; absent while AWS has yet to name it. */
  readonly physicalName?: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/** Accounts and Regions of providers, learned from the stack's state and from what the engine tells, in its order. */
export class ProviderPlaces {
  readonly #inputs = new Map<string, Inputs>();

  constructor(resources: readonly StateResource[] = []) {
    for (const { inputs = {}, type, urn } of resources) {
      if (type.startsWith(PROVIDERS)) this.#inputs.set(urn, inputs);
    }
  }

  /** Takes note of a step on a provider; others say nothing here. */
  learn({ new: news, old, type, urn }: StepEventMetadata): void {
    const inputs = news?.inputs ?? old?.inputs;
    if (type.startsWith(PROVIDERS) && inputs !== undefined) this.#inputs.set(urn, inputs);
  }

  /** Where the resource of a step is, or will be. */
  placeOf(step: StepEventMetadata): ResourcePlace {
    const inputs: Inputs = step.new?.inputs ?? step.old?.inputs ?? {};
    const isProvider = step.type.startsWith(PROVIDERS);
    const provider = isProvider ? inputs : this.inputsOf(step.provider);
    const account = allowedAccount(provider);
    // The provider `aws` makes single resources in another Region than its own.
    const region = textOf(inputs["region"]) ?? textOf(provider?.["region"]);
    const physicalName = isProvider ? undefined : nameOf(inputs, step.old?.id ?? step.new?.id);
    return {
      ...(account !== undefined && { account }),
      ...(region !== undefined && provider !== undefined && { region }),
      ...(physicalName !== undefined && { physicalName }),
    };
  }

  /** How to get to the account of a provider. @param reference `<urn>::<id>`, as resources have it */
  accessOf(reference: string): AccountAccess | undefined {
    const inputs = this.inputsOf(reference);
    const accountId = allowedAccount(inputs);
    const region = textOf(inputs?.["region"]);
    if (inputs === undefined || accountId === undefined || region === undefined) return undefined;
    const profile = textOf(inputs["profile"]);
    const assumeRoleArn = roleOf(inputs);
    return {
      accountId,
      region,
      ...(profile !== undefined && { profile }),
      ...(assumeRoleArn !== undefined && { assumeRoleArn }),
    };
  }

  private inputsOf(reference: string): Inputs | undefined {
    return this.#inputs.get(reference.slice(0, Math.max(0, reference.lastIndexOf("::"))));
  }
}

const PROVIDERS = "pulumi:providers:";

/** What AWS calls a resource by, in the inputs of the types that we declare. */
const NAME_INPUTS = ["bucketName", "bucket", "aliasName", "dashboardName", "name", "role"];

function nameOf(inputs: Inputs, id: string | undefined): string | undefined {
  for (const member of NAME_INPUTS) {
    const name = textOf(inputs[member]);
    if (name !== undefined) return name;
  }
  return textOf(id);
}

/** Each provider of ours works in one account. */
function allowedAccount(inputs: Inputs | undefined): string | undefined {
  const ids = jsonOf(inputs?.["allowedAccountIds"]);
  return Array.isArray(ids) ? textOf(ids[0]) : undefined;
}

/** `aws` has a chain of roles, `aws-native` one. */
function roleOf(inputs: Inputs): string | undefined {
  const chain = jsonOf(inputs["assumeRoles"]);
  const role =
    (Array.isArray(chain) ? (chain as unknown[]).at(-1) : undefined) ??
    jsonOf(inputs["assumeRole"]);
  return textOf((role as { roleArn?: unknown } | undefined)?.roleArn);
}

/** What is not text travels as JSON text in a provider's inputs. */
function jsonOf(value: unknown): unknown {
  return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && !isKnownLater(value) ? value : undefined;
}
