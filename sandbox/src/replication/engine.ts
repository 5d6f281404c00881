import type { ReplicationConfiguration } from "@aws-sdk/client-s3";
import type { Random } from "../values/random";
import type { S3Change } from "../services/s3/store/changes";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import type { World } from "../world/world";
import { AnnotationReplication } from "./annotations";
import { CopiesInParts } from "./copies-in-parts";
import { planCopy } from "./copy-plan";
import type { Copy } from "./copy";
import { DelayedWork } from "./delayed-work";
import { deliver, isDelivered } from "./deliver";
import { delays } from "./delays";
import { bucketName } from "../services/s3/bucket/bucket-arn";
import { isInParts } from "./destination-permissions";
import type { CopyPhase } from "./destination-permissions";
import { carryingRules } from "../services/s3/replication/eligibility";
import type { Road } from "../services/s3/replication/eligibility";
import type { FailureCode } from "../services/s3/replication/failure-codes";
import type { ReplicationFailure } from "./failure-log";
import { HardDeleted } from "./hard-deleted";
import { syncMetadata } from "./metadata-sync";
import type { Aspect } from "./metadata-sync";
import { ReplicationMetrics } from "./metrics";
import { ReplicationOutcomes } from "./outcomes";
import { settle } from "./overall-status";
import { matchingRules } from "../services/s3/replication/rules";
import type { PreparedRule } from "../services/s3/replication/rules";
import { ServiceSessions } from "../services/s3/access/service-session";
import type { ServiceSession } from "../services/s3/access/service-session";
import { goneFailure, isStillThere } from "./step";
import type { ReplicationStep } from "./step";
import { ReplicationTimeControl } from "./time-control";
import type { BatchReplication } from "../services/s3control/batch-replication";
import { FIRST_PHASE, NEXT_PHASE, type Outcome, type PhaseWork, type Work } from "./work";
import { WorkQueue } from "../time/work-queue";

/**
 * Carries out replication, live and for batch jobs.
 *
 *     object operation --change----> status PENDING, at once ----+
 *     batch task -------initiate---> checked, status PENDING ----+--> queue --(replicationDelayMs)--> copy
 *                                                                                                    |
 *     in parts: initiate --(replicationPhaseMs)--> upload --(replicationPhaseMs)--> complete --------+
 *                                                                                                    |
 *                            COMPLETED or FAILED, per destination and over all; REPLICA at the vault <-
 *
 * All that a copy needs is looked at again when it is carried out, and in each of its phases, as configuration, policies
 * and buckets may have changed in between. FAILED stays: only a batch job tries again.
 */
export class ReplicationEngine implements BatchReplication {
  private readonly timeControl: ReplicationTimeControl;
  private readonly metrics: ReplicationMetrics;
  private readonly outcomes: ReplicationOutcomes;
  private readonly annotations: AnnotationReplication;
  private readonly hardDeleted = new HardDeleted();
  private readonly queue: DelayedWork<Work>;
  private readonly phaseQueue: WorkQueue<PhaseWork>;
  private readonly copiesInParts = new CopiesInParts<Work>();
  private readonly delayOf: (destinationArn: string, key: string) => number;
  private readonly orderRandom: Random;

  constructor(private readonly world: World) {
    this.timeControl = new ReplicationTimeControl(world);
    this.metrics = new ReplicationMetrics(world, this.timeControl);
    this.outcomes = new ReplicationOutcomes(world, this.metrics);
    this.orderRandom = world.random.fork("replication order");
    this.delayOf = delays(world.settings);
    this.queue = new DelayedWork(world.clock, (items) => this.runSlice(items));
    this.phaseQueue = new WorkQueue(
      world.clock,
      () => world.settings.replicationPhaseMs,
      (items) => this.runPhases(items),
    );
    world.s3.changes.subscribe((change) => this.onChange(change));
    this.annotations = new AnnotationReplication(world, () => this.openSessions());
  }

  /** The latest failures, oldest first. */
  get failures(): readonly ReplicationFailure[] {
    return this.outcomes.failures;
  }

  /** Copies and metadata changes that are not carried out yet. */
  get pendingCount(): number {
    const inPartsCount = this.phaseQueue.length + this.copiesInParts.waitingCount;
    return this.queue.length + inPartsCount + this.annotations.length;
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
      const copy: Copy = { source, version, configuration, prepared, road: "batch" };
      const failureCode = this.isPending(copy) ? undefined : this.visibleFailure(session, copy);
      if (failureCode === undefined) this.begin(copy);
      else this.outcomes.settle(this.stepOf(copy), failureCode);
      firstFailure ??= failureCode;
    }
    return firstFailure;
  }

  /** A copy that is under way is not checked again; which of the two comes late is seen when they are carried out. */
  private isPending({ version, prepared }: Copy): boolean {
    const known = version.replicationByDestination?.get(prepared.destinationArn);
    return known?.status === "PENDING";
  }

  private visibleFailure(session: ServiceSession | undefined, copy: Copy): FailureCode | undefined {
    const phases = isInParts(copy.version) ? (["initiate", "upload"] as const) : FIRST_PHASE;
    let failureCode = this.hardDeletedFailure(copy);
    for (const phase of phases) failureCode ??= failureOf(planCopy(session, copy, phase));
    return failureCode;
  }

  private onChange(change: S3Change): void {
    const { bucket, cause } = change;
    switch (change.kind) {
      case "created":
      case "delete-marker":
        // Replicas make no chains, and what lifecycle does stays in its bucket.
        if (cause === "request") this.beginLive(bucket, change.version);
        return;
      case "tagging":
      case "retention":
      case "legal-hold":
      case "acl":
        if (cause === "request") this.beginSync(bucket, change.version, change.kind);
        return;
      case "removed":
        if (change.version.replicationStatus !== "REPLICA") return;
        this.hardDeleted.add(bucket.name, change.version);
        return;
      // Those of annotations are heard where they are replicated.
      case "annotation":
      case "configuration-put":
      case "configuration-removed":
      case "replicated":
      case "replication-event":
      case "restore-started":
      case "transitioned":
      case "upload-started":
        return;
    }
  }

  private beginLive(source: Bucket, version: ObjectVersion): void {
    const configuration = source.replication;
    if (configuration === undefined || source.versioning !== "Enabled") return;
    for (const prepared of this.carryingRules(configuration, version, "live")) {
      this.begin({ source, version, configuration, prepared, road: "live" });
    }
  }

  private begin(copy: Copy): void {
    const { version, prepared } = copy;
    const { destinationArn, ruleId } = prepared;
    if (!this.isPending(copy)) settle(version, destinationArn, { status: "PENDING", ruleId });
    this.enqueue({ kind: "copy", ...this.stepOf(copy) });
  }

  private stepOf({ source, version, prepared, road }: Copy): ReplicationStep {
    const { destinationArn, ruleId } = prepared;
    const requestEpochMs = this.world.clock.nowEpochMs();
    return { source, version, destinationArn, ruleId, road, requestEpochMs };
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
      const requestEpochMs = this.world.clock.nowEpochMs();
      const step = { source, version, destinationArn, ruleId, requestEpochMs };
      this.enqueue({ kind: aspect, ...step, road: "live" });
    }
  }

  private enqueue(work: Work): void {
    this.queue.add(work, this.delayOf(work.destinationArn, work.version.key));
    this.metrics.queued(work);
    this.timeControl.queued(work);
  }

  private runSlice(items: readonly Work[]): void {
    const sessions = this.openSessions();
    for (const work of this.inOrder(items)) {
      if (!this.copiesInParts.wait(work)) this.run(work, "initiate", sessions);
    }
  }

  private runPhases(items: readonly PhaseWork[]): void {
    const sessions = this.openSessions();
    for (const { work, phase } of items) this.run(work, phase, sessions);
  }

  private run(work: Work, phase: CopyPhase, sessions: ServiceSessions): void {
    const outcome = this.missed(work, phase) ?? this.carryOut(work, phase, sessions);
    if (typeof outcome === "object") {
      this.copiesInParts.begin(work);
      this.phaseQueue.add({ work, phase: outcome.nextPhase });
      return;
    }
    if (outcome === "arrived") this.timeControl.arrived(work);
    else this.timeControl.forget(work);
    this.metrics.taken(work);
    for (const waiting of this.copiesInParts.end(work)) {
      // One of them may be a copy in parts itself, for which those after it wait again.
      if (!this.copiesInParts.wait(waiting)) this.run(waiting, "initiate", sessions);
    }
  }

  private inOrder(items: readonly Work[]): readonly Work[] {
    if (this.world.settings.replicationOrder === "written") return items;
    const copies = items.filter(({ kind }) => kind === "copy");
    const changes = items.filter(({ kind }) => kind !== "copy");
    return [...this.orderRandom.shuffled(copies), ...changes];
  }

  /** True when a step comes to nothing without changing the version's status. */
  private missed(work: Work, phase: CopyPhase): "failed" | undefined {
    const { version, destinationArn, kind, road } = work;
    if (!isStillThere(this.world, work)) {
      this.outcomes.tellOfFailure(work, goneFailure(this.world, work));
      return "failed";
    }
    const status = version.replicationByDestination?.get(destinationArn)?.status;
    // A failure of an earlier step of this version at this destination stands.
    if (status === "FAILED") return "failed";
    // Initiated by a task while another copy was under way, which has completed since.
    if (kind === "copy" && road === "batch" && phase === "initiate" && status === "COMPLETED") {
      this.outcomes.tellOfFailure(work, "SrcReplicationNotPending");
      return "failed";
    }
    return undefined;
  }

  private carryOut(work: Work, phase: CopyPhase, sessions: ServiceSessions): Outcome {
    const { source, version, destinationArn, road, kind } = work;
    const configuration = source.replication;
    const prepared = configuration && this.currentRule(configuration, version, destinationArn);
    if (configuration === undefined || prepared === undefined) {
      // The rule was taken away while the version was pending (assumed: S3 gives up).
      const failureCode =
        configuration === undefined ? "SrcBucketReplicationConfigMissing" : "SrcObjectNotEligible";
      return this.outcomes.settle(work, failureCode);
    }
    const { ruleId } = prepared;
    const step: ReplicationStep = ruleId === work.ruleId ? work : { ...work, ruleId };
    const copy: Copy = { source, version, configuration, prepared, road };
    const session = sessions.session(configuration.Role ?? "");
    if (kind !== "copy") return this.outcomes.settle(step, syncMetadata(session, copy, kind));
    const hardDeleted = road === "batch" ? this.hardDeletedFailure(copy) : undefined;
    if (hardDeleted !== undefined) return this.outcomes.settle(step, hardDeleted);
    const planned = planCopy(session, copy, phase);
    if ("failureCode" in planned) return this.outcomes.settle(step, planned.failureCode);
    const { plan } = planned;
    const nextPhase = isInParts(version) ? NEXT_PHASE[phase] : undefined;
    if (nextPhase !== undefined && !isDelivered(plan.destination, version)) return { nextPhase };
    const failureCode = deliver(this.world, copy, plan);
    if (failureCode === undefined) this.annotations.bring(session, copy, plan.destination);
    return this.outcomes.settle(step, failureCode);
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
}

/** How S3's sessions of the replication role are called (assumed; AWS's logs show this name). */
const SESSION_NAME = "s3-replication";

function failureOf(planned: ReturnType<typeof planCopy>): FailureCode | undefined {
  return "failureCode" in planned ? planned.failureCode : undefined;
}
