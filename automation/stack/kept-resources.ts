import type { Stack } from "@pulumi/pulumi/automation";
import { toLockstepError } from "./workspace";

/** A resource as the stack's state has it: only what we read of it. */
export interface StateResource {
  /** Pulumi's own, unique in the stack. */
  readonly urn: string;
  /** Pulumi's, as in `aws:s3/bucket:Bucket`. */
  readonly type: string;
  /** The provider's; absent for a component. */
  readonly id?: string;
  /** True: destroying the stack leaves it where it is. */
  readonly retainOnDelete?: boolean;
  /** True while it is still there though another has taken its place. */
  readonly delete?: boolean;
  /** URN of the component that it is a part of. */
  readonly parent?: string;
  /** `<urn>::<id>` */
  readonly provider?: string;
  /** What the program declared. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** What the provider answered. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Everything that the stack's state knows; empty for a stack that was never deployed. */
export async function stateResources(stack: Stack): Promise<readonly StateResource[]> {
  const exported = await stack.exportStack().catch((error: unknown) => {
    throw toLockstepError(error);
  });
  const deployment = exported.deployment as { resources?: readonly StateResource[] } | null;
  return deployment?.resources ?? [];
}

/** Settings that S3 keeps in one document for us and others: kept only where others have a part in it. */
export const SHARED_TYPES: ReadonlySet<string> = new Set([
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  "aws:s3/bucketNotification:BucketNotification",
]);

/** Of the kept resources, those that we share with others. */
export function sharedResources(resources: readonly StateResource[]): readonly StateResource[] {
  return keptResources(resources).filter(({ type }) => SHARED_TYPES.has(type));
}

/** The resources that hold data or guard it, which are never taken away. */
export function keptResources(resources: readonly StateResource[]): readonly StateResource[] {
  return resources.filter(({ retainOnDelete }) => retainOnDelete === true);
}
