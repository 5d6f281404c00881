import { accountMap, type AccountOptions } from "./accounts";
import { decide } from "../authorization/decide";
import { BucketHistory } from "./bucket-history";
import type { Clock } from "../time/clock";
import { InventoryEngine } from "../inventory/engine";
import { LifecycleEngine } from "../lifecycle/engine";
import { NotificationEngine } from "../notifications/engine";
import { Organization } from "./organization";
import { carryOut, findOperation } from "../pipeline/carry-out";
import { internalConditionKeys } from "../pipeline/condition-keys";
import { Random } from "../values/random";
import { ReplicationEngine } from "../replication/engine";
import { AthenaState } from "../services/athena/state";
import { CloudControlState } from "../services/cloudcontrol/state";
import { CloudTrailState } from "../services/cloudtrail/state";
import { CloudWatchState } from "../services/cloudwatch/state";
import { EventBridgeState } from "../services/eventbridge/state";
import { IamState } from "../services/iam/state";
import { KmsState } from "../services/kms/state";
import { overtakeUploads } from "../services/s3/multipart/multipart";
import { S3State } from "../services/s3/store/state";
import { SnsState } from "../services/sns/state";
import type { JobControl } from "../services/s3control/job-control";
import { BatchState } from "../services/s3control/state";
import { JobRunner } from "../services/s3control/job-runner";
import type { Account, InternalCall } from "./foundation";
import { TrailEngine } from "../trails/engine";
import type { WorldSettings } from "./settings";
import type { World } from "./world";

export interface WorldOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly accounts: readonly AccountOptions[];
  readonly settings?: Partial<WorldSettings>;
  /** Default: drawn from the seed. */
  readonly organizationId?: string;
}

/** Short enough for a demo and a test, long enough that a poller sees a state between two. */
const DEFAULT_SETTINGS: WorldSettings = {
  replicationDelayMs: 50,
  replicationDelays: [],
  replicationPhaseMs: 10,
  replicationOrder: "written",
  jobStepMs: 200,
  notificationDelayMs: 20,
  cloudControlDelayMs: 100,
  athenaDelayMs: 50,
  replicationConfigurationDelayMs: 0,
  iamPropagationDelayMs: 0,
  presentsTls: true,
  acceptsMachineTime: false,
  identityProviderKeys: {},
};

/**
 * An empty world: accounts, but nothing in them.
 * @throws AccountsInvalid with every mistake in the accounts
 */
export function createWorld(options: WorldOptions): SandboxWorld {
  return new ComposedWorld(options);
}

/** A whole world: what services find in it, and the engines, which they do not know. */
export interface SandboxWorld extends World {
  /** Delivers what buckets tell, to SNS and EventBridge. */
  readonly notifications: NotificationEngine;
  /** Carries out replication rules. */
  readonly replication: ReplicationEngine;
  /** Carries out lifecycle rules at midnight, UTC. */
  readonly lifecycle: LifecycleEngine;
  /** Delivers inventories at midnight, UTC. */
  readonly inventory: InventoryEngine;
  /** Delivers what trails record, every five minutes, and their digests every hour. */
  readonly trails: TrailEngine;
}

class ComposedWorld implements SandboxWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: WorldSettings;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly organization: Organization;
  readonly iam: IamState;
  readonly kms: KmsState;
  readonly s3: S3State;
  readonly bucketHistory: BucketHistory;
  readonly batch: BatchState;
  readonly jobControl: JobControl;
  readonly replication: ReplicationEngine;
  readonly lifecycle: LifecycleEngine;
  readonly inventory: InventoryEngine;
  readonly trails: TrailEngine;
  readonly cloudControl: CloudControlState;
  readonly sns: SnsState;
  readonly eventBridge: EventBridgeState;
  readonly notifications: NotificationEngine;
  readonly cloudWatch: CloudWatchState;
  readonly cloudTrail: CloudTrailState;
  readonly athena: AthenaState;
  private internalCallCount = 0;

  constructor(options: WorldOptions) {
    this.clock = options.clock;
    this.random = new Random(options.seed);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.accounts = accountMap(options.accounts);
    this.organization = new Organization(this.random, options.organizationId);
    for (const account of options.accounts) {
      this.organization.setControlPolicies(account.accountId, account);
    }
    // Each may look at those before it. The engines hear of what S3 publishes in the order in which they are made.
    this.iam = new IamState(this);
    this.kms = new KmsState(this);
    this.s3 = new S3State(this);
    this.s3.changes.subscribe(overtakeUploads);
    this.bucketHistory = new BucketHistory(this);
    this.sns = new SnsState(this);
    this.eventBridge = new EventBridgeState(this);
    this.batch = new BatchState(this);
    this.notifications = new NotificationEngine(this);
    this.replication = new ReplicationEngine(this);
    this.lifecycle = new LifecycleEngine(this);
    this.inventory = new InventoryEngine(this);
    this.jobControl = new JobRunner(this, this.replication);
    this.cloudControl = new CloudControlState(this);
    this.cloudWatch = new CloudWatchState(this);
    this.cloudTrail = new CloudTrailState(this);
    this.trails = new TrailEngine(this);
    this.athena = new AthenaState(this);
  }

  decide(...[principal, need]: Parameters<World["decide"]>): ReturnType<World["decide"]> {
    return decide(this, principal, need);
  }

  invoke(call: InternalCall): unknown {
    const { service, operation, principal, region } = call;
    return carryOut(findOperation(service, operation), call.input, {
      world: this,
      service,
      operation,
      region,
      principal,
      requestId: `internal-${++this.internalCallCount}`,
      nowEpochMs: this.clock.nowEpochMs(),
      globalConditionKeys: internalConditionKeys(region),
      response: { headers: {} },
    });
  }
}
