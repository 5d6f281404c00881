import type { CloudTrailState } from "../services/cloudtrail/state";
import type { AthenaState } from "../services/athena/state";
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
  /** Users, roles, managed policies and credentials of all accounts. */
  readonly iam: IamState;
  /** Keys and aliases of all accounts and Regions. */
  readonly kms: KmsState;
  /** Buckets of all accounts, and what is in them. */
  readonly s3: S3State;
  /** What buckets were before, for reads that are answered late. */
  readonly bucketHistory: BucketHistory;
  /** Batch jobs of all accounts and Regions. */
  readonly batch: BatchState;
  /** Moves batch jobs along. */
  readonly jobControl: JobControl;
  /** Requests of Cloud Control; what they made is in the other services. */
  readonly cloudControl: CloudControlState;
  /** Topics, subscriptions and messages of all accounts and Regions. */
  readonly sns: SnsState;
  /** Rules, targets and deliveries of all accounts and Regions. */
  readonly eventBridge: EventBridgeState;
  /** Delivers what buckets tell. */
  readonly notifications: NotificationDelivery;
  /** Trails of all accounts and Regions, and the calls that they are told of. */
  readonly cloudTrail: CloudTrailState;
  /** Metrics, alarms and dashboards of all accounts and Regions. */
  readonly cloudWatch: CloudWatchState;
  /** Work groups, tables and queries of all accounts and Regions. */
  readonly athena: AthenaState;
}
