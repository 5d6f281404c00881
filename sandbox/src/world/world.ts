import type { CloudControlState } from "../services/cloudcontrol/state";
import type { CloudWatchState } from "../services/cloudwatch/state";
import type { EventBridgeState } from "../services/eventbridge/state";
import type { IamState } from "../services/iam/state";
import type { KmsState } from "../services/kms/state";
import type { NotificationDelivery } from "../services/s3/notification/notification-delivery";
import type { S3State } from "../services/s3/store/state";
import type { JobControl } from "../services/s3control/job-control";
import type { BatchState } from "../services/s3control/state";
import type { SnsState } from "../services/sns/state";
import type { BucketHistory } from "./bucket-history";
import type { Foundation } from "./foundation";

/**
 * What operations and engines find in a sandbox. Services reach each other through it and never by imports of handlers.
 *
 * It has the states of the services, which know nothing of it, and of engines only the interfaces that a service asks for.
 * `create-world.ts` composes it; an engine depends on it, and it on none.
 */
export interface World extends Foundation {
  readonly iam: IamState;
  readonly kms: KmsState;
  readonly s3: S3State;
  /** What buckets were before, for reads that are answered late. */
  readonly bucketHistory: BucketHistory;
  readonly batch: BatchState;
  readonly jobControl: JobControl;
  readonly cloudControl: CloudControlState;
  readonly sns: SnsState;
  readonly eventBridge: EventBridgeState;
  readonly notifications: NotificationDelivery;
  readonly cloudWatch: CloudWatchState;
}
