import type { LocalResource } from "../model";
import type { Clients } from "./clients";
import type { AwsFunction } from "./function";
import { AwsResource, type AwsType } from "./resource";

/** What `aws` has of one module of its SDK. */
export interface AwsModule {
  readonly types: readonly DefinedType[];
  /** By token. */
  readonly functions: Readonly<Record<string, AwsFunction>>;
}

/** What a type takes and gives, apart from how it does it. */
export type Declaration = Pick<
  AwsType<object>,
  "token" | "inputs" | "replaceOn" | "computed" | "autoNamed" | "defaults" | "keptInputs"
>;

/** A type whose inputs only itself knows. */
export interface DefinedType {
  readonly token: string;
  readonly declaration: Declaration;
  make(clients: () => Clients): LocalResource;
}

export function defined<Inputs extends object>(type: AwsType<Inputs>): DefinedType {
  return {
    token: type.token,
    declaration: type,
    make: (clients) => new AwsResource(type, clients),
  };
}
