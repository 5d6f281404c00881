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

interface DefinedType {
  readonly token: string;
  make(clients: () => Clients): LocalResource;
}

/** A type whose inputs only itself knows. */
export function defined<Inputs extends object>(type: AwsType<Inputs>): DefinedType {
  return { token: type.token, make: (clients) => new AwsResource(type, clients) };
}
