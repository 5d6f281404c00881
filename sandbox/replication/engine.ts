import type { ReplicationConfiguration } from "@aws-sdk/client-s3";
import type { Random } from "../random";
import type { Bucket, ObjectChange, ObjectVersion } from "../services/s3/model";
import type { World } from "../world";
import { planCopy } from "./copy-plan";
import type { Copy } from "./copy-plan";
import { deliver } from "./deliver";
import { bucketName } from "./destination-bucket";
import { carryingRules } from "./eligibility";
import type { Road } from "./eligibility";
import type { FailureCode } from "./failure-codes";
import { FailureLog } from "./failure-log";
import type { ReplicationFailure } from "./failure-log";
import { HardDeleted } from "./hard-deleted";
import { syncMetadata } from "./metadata-sync";
import type { Aspect } from "./metadata-sync";
import { settle } from "./overall-status";
import { matchingRules } from "./rules";
import type { PreparedRule } from "./rules";
import { ServiceSessions } from "./service-session";
import { WorkQueue } from "./work-queue";

/**
 * Carries out replication, live and for batch jobs.
 *
 *     object operation --onChange--> status PENDING, at once ----+
 *     batch task -------initiate---> checked, status PENDING ----+--> queue --(replicationDelayMs)--> copy
 *                                                                                                    |
 *                            COMPLETED or FAILED, per destination and over all; REPLICA at the vault <-
 *
 * All that a copy needs is looked at again when it is carried out, as configuration, policies and buckets may have
 * changed in between. A version that is gone by then is passed over. FAILED stays: only a batch job tries again.
 */
export class ReplicationEngine {
  private readonly failureLog = new FailureLog();
  private readonly hardDeleted = new HardDeleted();
  private readonly queue: WorkQueue<Work>;
  private readonly orderRandom: Random;

  constructor(private readonly world: World) {
    this.orderRandom = world.random.fork("replication order");
    this.queue = new WorkQueue(
      world.clock,
      () => world.settings.replicationDelayMs,
      (items) => this.runSlice(items),
    );
    world.s3.onChange((change) => this.onChange(change));
  }

  /** The latest failures, oldest first. */
  get failures(): readonly ReplicationFailure[] {
    return this.failureLog.failures;
  }

  /** Copies and metadata changes that are not carried out yet. */
  get pendingCount(): number {
    return this.queue.length;
  }

  /** Sessions of the replication role; a batch job keeps one object for each slice of its tasks. */
  openSessions(): ServiceSessions {
    return new ServiceSessions(this.world, "s3.amazonaws.com", SESSION_NAME);
  }

  /**
   * What one task of a batch job does: looks for every rule that carries the version, checks what S3 can see at that
   * moment, and sets what passes to PENDING; the copy follows by the clock. Where a destination cannot be reached the
   * version is FAILED there and the task fails with the first such code, while the other destinations go ahead (assumed).
   * Not eligible: no status is set (seen on AWS). Undefined: initiated.
   */
  initiate(
    source: Bucket,
    version: ObjectVersion,
    sessions: ServiceSessions,
  ): FailureCode | undefined {
    const configuration = source.replication;
    if (configuration === undefined) return "SrcBucketReplicationConfigMissing";
    const rules = this.carryingRules(configuration, version, "batch");
    if (rules.length === 0) return "SrcObjectNotEligible";
    const session = sessions.session(configuration.Role ?? "");
    let firstFailure: FailureCode | undefined;
    for (const prepared of rules) {
      const { destinationArn } = prepared;
      // A copy that is under way already is not sent twice.
      if (version.replicationByDestination?.get(destinationArn)?.status === "PENDING") continue;
      const copy = { source, version, configuration, prepared };
      const failureCode = this.hardDeletedFailure(copy) ?? failureOf(planCopy(session, copy));
      if (failureCode === undefined) this.begin(copy, "batch");
      else this.settleCopy(copy, "batch", failureCode);
      firstFailure ??= failureCode;
    }
    return firstFailure;
  }

  private onChange(change: ObjectChange): void {
    const { kind, bucket, version, cause } = change;
    switch (kind) {
      case "created":
      case "delete-marker":
        // Replicas make no chains, and what lifecycle does stays in its bucket.
        if (cause === "request") this.beginLive(bucket, version);
        return;
      case "tagging":
      case "retention":
      case "legal-hold":
      case "acl":
        if (cause === "request") this.beginSync(bucket, version, kind);
        return;
      case "removed":
        if (version.replicationStatus === "REPLICA") this.hardDeleted.add(bucket.name, version);
        return;
    }
  }

  private beginLive(source: Bucket, version: ObjectVersion): void {
    const configuration = source.replication;
    if (configuration === undefined || source.versioning !== "Enabled") return;
    for (const prepared of this.carryingRules(configuration, version, "live")) {
      this.begin({ source, version, configuration, prepared }, "live");
    }
  }

  private begin({ source, version, prepared }: Copy, road: Road): void {
    const { destinationArn, ruleId } = prepared;
    settle(version, destinationArn, { status: "PENDING", ruleId });
    this.enqueue({ kind: "copy", source, version, destinationArn, ruleId, road });
  }

  /** Changes travel to where the version went; on a replica, only where a rule asks for modifications to be synced. */
  private beginSync(source: Bucket, version: ObjectVersion, aspect: Aspect): void {
    const configuration = source.replication;
    if (configuration === undefined || version.isDeleteMarker) return;
    const isReplica = version.replicationStatus === "REPLICA";
    for (const { destinationArn, ruleId, rule } of matchingRules(configuration, version)) {
      const known = version.replicationByDestination?.get(destinationArn);
      const isSynced =
        isReplica && rule.SourceSelectionCriteria?.ReplicaModifications?.Status === "Enabled";
      if (known === undefined ? !isSynced : known.status === "FAILED") continue;
      const isModification = isReplica || undefined;
      settle(version, destinationArn, { status: "PENDING", ruleId, isModification });
      this.enqueue({ kind: aspect, source, version, destinationArn, ruleId, road: "live" });
    }
  }

  private enqueue(work: Work): void {
    this.queue.add(work);
    this.world.replicationMetrics.queued(work);
  }

  private runSlice(items: readonly Work[]): void {
    const sessions = this.openSessions();
    for (const work of this.inOrder(items)) {
      if (this.isOpen(work)) this.carryOut(work, sessions);
      this.world.replicationMetrics.taken(work);
    }
  }

  private inOrder(items: readonly Work[]): readonly Work[] {
    if (this.world.settings.replicationOrder === "written") return items;
    const copies = items.filter(({ kind }) => kind === "copy");
    const changes = items.filter(({ kind }) => kind !== "copy");
    return [...this.orderRandom.shuffled(copies), ...changes];
  }

  private isOpen({ source, version, destinationArn }: Work): boolean {
    const isThere =
      this.world.s3.findBucket(source.name) === source &&
      source.objects.version(version.key, version.versionId) === version;
    // A failure of an earlier step of this version at this destination stands.
    return isThere && version.replicationByDestination?.get(destinationArn)?.status !== "FAILED";
  }

  private carryOut(work: Work, sessions: ServiceSessions): void {
    const { source, version, destinationArn, road } = work;
    const configuration = source.replication;
    const prepared = configuration && this.currentRule(configuration, version, destinationArn);
    if (configuration === undefined || prepared === undefined) {
      // The rule was taken away while the version was pending (assumed: S3 gives up).
      const failureCode =
        configuration === undefined ? "SrcBucketReplicationConfigMissing" : "SrcObjectNotEligible";
      this.settleWork(work, failureCode);
      return;
    }
    const copy: Copy = { source, version, configuration, prepared };
    const session = sessions.session(configuration.Role ?? "");
    if (work.kind !== "copy") {
      this.settleCopy(copy, road, syncMetadata(session, copy, work.kind));
      return;
    }
    if (road === "batch") {
      const failureCode = this.hardDeletedFailure(copy);
      if (failureCode !== undefined) {
        this.settleCopy(copy, road, failureCode);
        return;
      }
    }
    const planned = planCopy(session, copy);
    const failureCode =
      "failureCode" in planned ? planned.failureCode : deliver(this.world, copy, planned.plan);
    this.settleCopy(copy, road, failureCode);
  }

  private carryingRules(
    configuration: ReplicationConfiguration,
    version: ObjectVersion,
    road: Road,
  ): readonly PreparedRule[] {
    return carryingRules(configuration, version, road, this.world.clock.nowEpochMs());
  }

  private currentRule(
    configuration: ReplicationConfiguration,
    version: ObjectVersion,
    destinationArn: string,
  ): PreparedRule | undefined {
    // Whoever began a copy has judged by its own road; what is left to judge are the rules of now.
    return this.carryingRules(configuration, version, "batch").find(
      (prepared) => prepared.destinationArn === destinationArn,
    );
  }

  private hardDeletedFailure({ version, prepared }: Copy): FailureCode | undefined {
    const name = bucketName(prepared.destinationArn);
    return this.hardDeleted.has(name, version) ? "DstObjectHardDeleted" : undefined;
  }

  private settleCopy(copy: Copy, road: Road, failureCode: FailureCode | undefined): void {
    const { source, version, prepared } = copy;
    const { destinationArn, ruleId } = prepared;
    this.settleWork({ source, version, destinationArn, ruleId, road }, failureCode);
  }

  private settleWork(step: Omit<Work, "kind">, failureCode: FailureCode | undefined): void {
    const { source, version, destinationArn, ruleId, road } = step;
    // Live, a replica sends nothing but changes of its metadata.
    const isModification =
      (road === "live" && version.replicationStatus === "REPLICA") || undefined;
    if (failureCode === undefined) {
      settle(version, destinationArn, { status: "COMPLETED", ruleId, isModification });
      // Lifecycle passes over a version until it has arrived.
      this.world.lifecycle.wake(source);
      return;
    }
    settle(version, destinationArn, { status: "FAILED", ruleId, failureCode, isModification });
    this.world.replicationMetrics.failed(step);
    const requestEpochMs =
      road === "live" ? version.lastModifiedEpochMs : this.world.clock.nowEpochMs();
    this.world.notifications.replicationFailed(source, version, {
      ruleId,
      destinationBucketArn: destinationArn,
      requestEpochMs,
      failureReason: failureCode,
    });
    this.failureLog.add({
      atEpochMs: this.world.clock.nowEpochMs(),
      sourceBucketName: source.name,
      key: version.key,
      versionId: version.versionId,
      ruleId,
      destinationBucketArn: destinationArn,
      road,
      failureCode,
    });
  }
}

/** How S3's sessions of the replication role are called (assumed; AWS's logs show this name). */
const SESSION_NAME = "s3-replication";

/** One step of the queue: a version to one destination, or a change of its metadata. */
interface Work {
  readonly kind: "copy" | Aspect;
  readonly source: Bucket;
  readonly version: ObjectVersion;
  readonly destinationArn: string;
  /** The rule that began it; at the time of the copy another may be in force. */
  readonly ruleId: string;
  readonly road: Road;
}

function failureOf(planned: ReturnType<typeof planCopy>): FailureCode | undefined {
  return "failureCode" in planned ? planned.failureCode : undefined;
}
