import type { Bucket, DestinationStatus, ObjectVersion } from "../services/s3/store/model";
import type { S3Change } from "../services/s3/store/changes";
import { mayDeleteVersion } from "../services/s3/lock/object-lock";
import { hasRoomFor, setAnnotation } from "../services/s3/object/object-annotations";
import type { World } from "../world/world";
import type { Copy } from "./copy";
import { DelayedWork } from "./delayed-work";
import { delays } from "./delays";
import { findDestination } from "./destination-bucket";
import { mayReplicateAnnotations } from "./destination-permissions";
import { carryingRules } from "../services/s3/replication/eligibility";
import type { ServiceSession, ServiceSessions } from "../services/s3/access/service-session";
import { mayReadAnnotations } from "./source-permissions";
import { isStillThere } from "./step";

/**
 * Annotations travel apart from their version: those that are there with its copy, later ones by themselves. Each has a
 * status of its own, and none changes the version's: where the role may not bring them the version arrives all the same.
 *
 * Assumed, as no page says it: what is deleted at the source stays at the destination; what is there in another form is
 * not replaced while Object Lock protects the replica; replicas pass no annotations on; a refused one is FAILED, and tried
 * again with the next copy of its version.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html#annotations-replication
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export class AnnotationReplication {
  private readonly queue: DelayedWork<AnnotationWork>;
  private readonly delayOf: (destinationArn: string, key: string) => number;

  constructor(
    private readonly world: World,
    openSessions: () => ServiceSessions,
  ) {
    this.delayOf = delays(world.settings);
    this.queue = new DelayedWork(world.clock, (items) => {
      const sessions = openSessions();
      for (const work of items) this.carryOut(work, sessions);
    });
    world.s3.changes.subscribe((change) => this.onChange(change));
  }

  /** Annotated versions on whose changes work is still to be done. */
  get length(): number {
    return this.queue.length;
  }

  /** Brings what a version has to where it has just arrived. */
  bring(session: ServiceSession | undefined, copy: Copy, destination: Bucket): void {
    const { source, version, prepared } = copy;
    const replica = destination.objects.version(version.key, version.versionId);
    const isAllowed =
      session !== undefined &&
      mayReadAnnotations(session, source, version) &&
      mayReplicateAnnotations(session, destination, version.key);
    for (const name of version.annotations?.keys() ?? []) {
      const arrived =
        isAllowed && replica !== undefined && this.replicate(name, version, destination, replica);
      settle(version, name, prepared.destinationArn, arrived ? "COMPLETED" : "FAILED");
    }
  }

  private onChange(change: S3Change): void {
    if (change.kind !== "annotation" || change.cause !== "request") return;
    const { bucket, version } = change;
    if (version.replicationStatus === "REPLICA") return;
    // Where the version was never sent there is nothing to annotate.
    for (const destinationArn of version.replicationByDestination?.keys() ?? []) {
      for (const { name, replicationByDestination } of version.annotations?.values() ?? []) {
        if (replicationByDestination?.has(destinationArn) === true) continue;
        settle(version, name, destinationArn, "PENDING");
      }
      const delayMs = this.delayOf(destinationArn, version.key);
      this.queue.add({ source: bucket, version, destinationArn }, delayMs);
    }
  }

  private carryOut(work: AnnotationWork, sessions: ServiceSessions): void {
    const { source, version, destinationArn } = work;
    if (!isStillThere(this.world, work)) return;
    // A copy that is under way brings them itself.
    if (version.replicationByDestination?.get(destinationArn)?.status === "PENDING") return;
    const configuration = source.replication;
    const nowEpochMs = this.world.clock.nowEpochMs();
    const prepared =
      configuration &&
      carryingRules(configuration, version, "batch", nowEpochMs).find(
        (rule) => rule.destinationArn === destinationArn,
      );
    const copy: Copy | undefined = prepared && {
      source,
      version,
      configuration,
      prepared,
      road: "live",
    };
    const found = copy && findDestination(this.world, copy);
    if (copy !== undefined && found !== undefined && "destination" in found) {
      this.bring(sessions.session(copy.configuration.Role ?? ""), copy, found.destination);
      return;
    }
    for (const name of version.annotations?.keys() ?? []) {
      settle(version, name, destinationArn, "FAILED");
    }
  }

  /** False when what is there stands in the way. */
  private replicate(
    name: string,
    version: ObjectVersion,
    destination: Bucket,
    replica: ObjectVersion,
  ): boolean {
    const wanted = version.annotations?.get(name);
    if (wanted === undefined) return false;
    const found = replica.annotations?.get(name);
    if (found?.payload.equals(wanted.payload) === true) return true;
    const lock = { nowEpochMs: this.world.clock.nowEpochMs(), bypassGovernance: false };
    if (found !== undefined && !mayDeleteVersion(replica, lock)) return false;
    if (!hasRoomFor(replica, name)) return false;
    setAnnotation(replica, { ...wanted, isReplica: true, replicationByDestination: undefined });
    this.world.s3.changes.publish({
      kind: "annotation",
      bucket: destination,
      version: replica,
      cause: "replication",
    });
    return true;
  }
}

interface AnnotationWork {
  readonly source: Bucket;
  readonly version: ObjectVersion;
  readonly destinationArn: string;
}

function settle(
  version: ObjectVersion,
  name: string,
  destinationArn: string,
  status: DestinationStatus["status"],
): void {
  const annotation = version.annotations?.get(name);
  if (annotation === undefined) return;
  const replicationByDestination = new Map(annotation.replicationByDestination).set(
    destinationArn,
    status,
  );
  setAnnotation(version, { ...annotation, replicationByDestination });
}
