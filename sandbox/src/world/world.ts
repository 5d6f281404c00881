import type { AccessNeed, Decision, Principal } from "../authorization/model";
import type { BucketHistory } from "./bucket-history";
import type { Clock } from "../time/clock";
import type { InventoryEngine } from "../inventory/engine";
import type { LifecycleEngine } from "../lifecycle/engine";
import type { InternalCall } from "./operation";
import type { NotificationEngine } from "../notifications/engine";
import type { Organization } from "./organization";
import type { Random } from "../values/random";
import type { CloudControlState } from "../services/cloudcontrol/state";
import type { CloudWatchState } from "../services/cloudwatch/state";
import type { EventBridgeState } from "../services/eventbridge/state";
import type { IamState } from "../services/iam/state";
import type { KmsState } from "../services/kms/state";
import type { S3State } from "../services/s3/store/state";
import type { SnsState } from "../services/sns/state";
import type { BatchState } from "../services/s3control/state";
import type { ReplicationDelay } from "../replication/delays";
import type { ReplicationEngine } from "../replication/engine";

/** Everything that one sandbox holds. Services reach each other through it and never by imports of handlers. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: WorldSettings;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly organization: Organization;
  readonly iam: IamState;
  readonly kms: KmsState;
  readonly s3: S3State;
  /** What buckets were before, for reads that are answered late. */
  readonly bucketHistory: BucketHistory;
  readonly batch: BatchState;
  readonly replication: ReplicationEngine;
  readonly lifecycle: LifecycleEngine;
  readonly inventory: InventoryEngine;
  readonly cloudControl: CloudControlState;
  readonly sns: SnsState;
  readonly eventBridge: EventBridgeState;
  readonly notifications: NotificationEngine;
  readonly cloudWatch: CloudWatchState;
  /** Evaluates every policy that applies to the principal and the need. */
  decide(principal: Principal, need: AccessNeed): Decision;
  /**
   * Carries out an operation under a principal's rights: authorises, then handles.
   * @throws AwsError as the operation would answer it
   */
  invoke(call: InternalCall): unknown;
}

export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  /** The name of its profile: `source`, `vault`. */
  readonly name: string;
  /** Region of its profile. */
  readonly region: string;
  /** Canonical user id, 64 hex characters. */
  readonly canonicalUserId: string;
}

export interface WorldSettings {
  /** How long after a write a replica appears, in milliseconds of the sandbox's clock. */
  readonly replicationDelayMs: number;
  /** Other delays for some destinations or keys; the first that matches counts. */
  readonly replicationDelays: readonly ReplicationDelay[];
  /** How long each of the phases of a copy in parts takes (initiate, upload, complete), in milliseconds. */
  readonly replicationPhaseMs: number;
  /**
   * In which order copies that fall due together are made: as they were written, or in one drawn from the seed. AWS promises
   * none. A change of metadata always follows its copy.
   */
  readonly replicationOrder: "written" | "shuffled";
  /** How long a batch job stays in each of New, Preparing, Ready, Completing, in milliseconds. */
  readonly jobStepMs: number;
  /** How long after an event its notification reaches topics and rules' targets, in milliseconds. */
  readonly notificationDelayMs: number;
  /** How long after CreateResource a Cloud Control request stays IN_PROGRESS, in milliseconds. */
  readonly cloudControlDelayMs: number;
  /**
   * How long GetBucketReplication goes on to answer what was before a change, in milliseconds: S3's bucket
   * configurations are eventually consistent. For requests over HTTP; replication itself knows at once.
   */
  readonly replicationConfigurationDelayMs: number;
  /** How long a new user or role, or a change of policies, has no effect yet, in milliseconds. */
  readonly iamPropagationDelayMs: number;
  /**
   * The sandbox listens on plain HTTP on loopback, in place of AWS's TLS endpoints, so `aws:SecureTransport` is `true`
   * by default; `false` shows what a TLS-only policy does.
   */
  readonly presentsTls: boolean;
}
