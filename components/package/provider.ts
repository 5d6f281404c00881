/**
 * The component package as a Pulumi plugin: what the engine starts for a program in another language.
 *
 * It answers with the checked-in schema. Pulumi's own host for component packages would infer it from the sources again in
 * every process, for some seconds and with a compiler.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type ConstructResult, main, type Provider } from "@pulumi/pulumi/provider";
import type { DiscoverOptions } from "../program/discover";
import type { ImmutableCopiesArgs } from "./args";
import { ImmutableCopies } from "./immutable-copies";
import { ArgumentsError } from "../validation";
import { readArgs } from "./read-args";

/** Members of the component that are outputs, as in the schema. */
type State = Record<string, unknown>;

export class PackageProvider implements Provider {
  readonly schema = readFileSync(join(__dirname, "schema.json"), "utf8");
  readonly #schema = JSON.parse(this.schema) as {
    version: string;
    resources: Record<string, { properties: object }>;
  };
  readonly version = this.#schema.version;

  /** @param look how the program looks at what is there already */
  constructor(readonly look: DiscoverOptions = {}) {}

  /** @throws pulumi.InputPropertiesError with every mistake in the arguments, before anything is registered */
  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<ConstructResult> {
    const resource = this.#schema.resources[type];
    if (type !== ImmutableCopies.pulumiType || resource === undefined) {
      throw new Error(`lockstep has no component ${type}: it has ${ImmutableCopies.pulumiType}`);
    }
    const component = await construct(name, inputs, options, this.look);
    const state: State = {};
    for (const output of Object.keys(resource.properties)) {
      state[output] = component[output as keyof ImmutableCopies];
    }
    return { urn: component.urn, state };
  }
}

/** @throws pulumi.InputPropertiesError in whose message the reasons are not: the engine adds those of a plugin by itself */
async function construct(
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
  look: DiscoverOptions,
): Promise<ImmutableCopies> {
  try {
    await readArgs(inputs);
    // Judged just before: what the types ask for is there.
    const args = inputs as ImmutableCopiesArgs;
    return await new ImmutableCopies(name, args, options, look).declared();
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    throw new pulumi.InputPropertiesError({ message: error.headline, errors: error.errors });
  }
}

/** Serves the package until the engine ends it. @param args those that the engine gave */
export async function servePackage(args: string[], look?: DiscoverOptions): Promise<void> {
  await main(new PackageProvider(look), args);
}
