import { createHash } from "node:crypto";
import { decide } from "./authorization/decide";
import { BucketHistory } from "./bucket-history";
import type { Clock } from "./clock";
import { InventoryEngine } from "./inventory/engine";
import { LifecycleEngine } from "./lifecycle/engine";
import type { InternalCall } from "./operation";
import { NotificationEngine } from "./notifications/engine";
import { carryOut, findOperation } from "./pipeline/carry-out";
import { internalConditionKeys } from "./pipeline/condition-keys";
import { Random } from "./random";
import { ReplicationEngine } from "./replication/engine";
import { ReplicationMetrics } from "./replication/metrics";
import { CloudControlState } from "./services/cloudcontrol/state";
import { CloudWatchState } from "./services/cloudwatch/state";
import { EventBridgeState } from "./services/eventbridge/state";
import { IamState } from "./services/iam/state";
import { KmsState } from "./services/kms/state";
import { S3State } from "./services/s3/state";
import { SnsState } from "./services/sns/state";
import { BatchState } from "./services/s3control/state";
import type { Account, World, WorldSettings } from "./world";

export interface AccountOptions {
  readonly name: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly accounts: readonly AccountOptions[];
  readonly settings?: Partial<WorldSettings>;
}

/** Short enough for a demo and a test, long enough that a poller sees a state between two. */
const DEFAULT_SETTINGS: WorldSettings = {
  replicationDelayMs: 50,
  replicationOrder: "written",
  jobStepMs: 200,
  notificationDelayMs: 20,
  cloudControlDelayMs: 100,
  replicationConfigurationDelayMs: 0,
  iamPropagationDelayMs: 0,
  presentsTls: true,
};

/**
 * An empty world: accounts, but nothing in them.
 * @throws Error with every mistake in the accounts
 */
export function createWorld(options: WorldOptions): World {
  return new SandboxWorld(options);
}

class SandboxWorld implements World {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: WorldSettings;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly iam: IamState;
  readonly kms: KmsState;
  readonly s3: S3State;
  readonly bucketHistory: BucketHistory;
  readonly batch: BatchState;
  readonly replication: ReplicationEngine;
  readonly replicationMetrics: ReplicationMetrics;
  readonly lifecycle: LifecycleEngine;
  readonly inventory: InventoryEngine;
  readonly cloudControl: CloudControlState;
  readonly sns: SnsState;
  readonly eventBridge: EventBridgeState;
  readonly notifications: NotificationEngine;
  readonly cloudWatch: CloudWatchState;
  private internalCallCount = 0;

  constructor(options: WorldOptions) {
    this.clock = options.clock;
    this.random = new Random(options.seed);
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.accounts = accountMap(options.accounts);
    // Each may look at those before it; the replication engine listens to S3.
    this.iam = new IamState(this);
    this.kms = new KmsState(this);
    this.s3 = new S3State(this);
    this.bucketHistory = new BucketHistory(this);
    this.sns = new SnsState(this);
    this.eventBridge = new EventBridgeState(this);
    this.notifications = new NotificationEngine(this);
    this.replication = new ReplicationEngine(this);
    this.replicationMetrics = new ReplicationMetrics(this);
    this.lifecycle = new LifecycleEngine(this);
    this.inventory = new InventoryEngine(this);
    this.batch = new BatchState(this);
    this.cloudControl = new CloudControlState(this);
    this.cloudWatch = new CloudWatchState(this);
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

function accountMap(options: readonly AccountOptions[]): ReadonlyMap<string, Account> {
  const problems = accountProblems(options);
  if (problems.length > 0) throw new Error(problems.join(" "));
  return new Map(
    options.map(({ accountId, name, region }) => [
      accountId,
      { accountId, name, region, canonicalUserId: canonicalId(accountId) },
    ]),
  );
}

/** Every mistake in a list of accounts, a sentence each. */
export function accountProblems(options: readonly AccountOptions[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  if (options.length === 0) problems.push("There must be an account.");
  for (const { accountId, name, region } of options) {
    const account = `Account ${JSON.stringify(name)}`;
    if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
      problems.push(`${account}: a name has letters, digits, dots, dashes and underscores only.`);
    }
    if (!/^\d{12}$/.test(accountId)) {
      problems.push(`${account}: the account id must be twelve digits, got "${accountId}".`);
    }
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
      problems.push(`${account}: the Region must be one like eu-west-1, got "${region}".`);
    }
    for (const text of [name, accountId]) {
      if (seen.has(text)) problems.push(`${account}: "${text}" is given twice.`);
      seen.add(text);
    }
  }
  return problems;
}

/** The same for the same account in every world, as it is on AWS. */
function canonicalId(accountId: string): string {
  return createHash("sha256").update(`canonical user ${accountId}`).digest("hex");
}
