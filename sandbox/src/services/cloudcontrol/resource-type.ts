import type { HandlerErrorCode } from "@aws-sdk/client-cloudcontrol";
import type { Principal } from "../../authorization/model";
import type { ServiceName } from "../../world/service-name";
import type { World } from "../../world/world";

/** Properties of a resource in CloudFormation's names. */
export type ResourceModel = Readonly<Record<string, unknown>>;

/** For whom and where a handler works. */
export interface HandlerContext {
  readonly world: World;
  readonly principal: Principal;
  readonly accountId: string;
  readonly region: string;
  /**
   * Calls an operation of another service under the caller's own rights, as Cloud Control does.
   * @throws AwsError as that operation answers it
   */
  call<Output>(service: ServiceName, operation: string, input: object): Output;
}

/**
 * One CloudFormation type: maps properties to the operations of the service that owns the resource. Nothing is stored
 * here, so that the service's own API shows the same state. Models arrive validated against the type's schema.
 */
export interface ResourceType {
  /** Top-level properties that the handler acts on; every other one is refused by name. */
  readonly actsOn: readonly string[];
  /** The identifier that a model names itself, before the resource is there. */
  identifierOf(model: ResourceModel): string | undefined;
  /** @returns the identifier */
  create(model: ResourceModel, context: HandlerContext): string;
  /** @throws HandlerError NotFound, or the service's own error */
  read(identifier: string, context: HandlerContext): ResourceModel;
  update(
    identifier: string,
    current: ResourceModel,
    desired: ResourceModel,
    context: HandlerContext,
  ): void;
  delete(identifier: string, context: HandlerContext): void;
  /** Identifiers; `filter` holds the properties that the type needs to list (a role's name for its policies). */
  list(filter: ResourceModel, context: HandlerContext): readonly string[];
}

/** A failure that the handler itself finds. */
export class HandlerError extends Error {
  constructor(
    readonly code: HandlerErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "HandlerError";
  }
}

export const notFound = (typeName: string, identifier: string): HandlerError =>
  new HandlerError(
    "NotFound",
    `Resource of type '${typeName}' with identifier '${identifier}' was not found.`,
  );

export const alreadyExists = (typeName: string, identifier: string): HandlerError =>
  new HandlerError(
    "AlreadyExists",
    `Resource of type '${typeName}' with identifier '${identifier}' already exists.`,
  );

/** Runs a read and answers undefined for the codes by which the service says that there is none. */
export function whenPresent<Result>(
  read: () => Result,
  isAbsent: (error: unknown) => boolean,
): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
