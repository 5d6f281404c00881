import type { VersionChange } from "../services/s3/store/changes";
import type { Retention } from "../services/s3/store/model";
import { mayChangeRetention } from "../services/s3/lock/object-lock";
import { applyReplicaMetadata } from "../services/s3/object/replica";
import { findDestination } from "./destination-bucket";
import { replicaTagsFailure, retentionKeys } from "./destination-permissions";
import type { Copy } from "./copy";
import type { FailureCode } from "../services/s3/replication/failure-codes";
import { keepsOwner, replicaAcl } from "./replica-acl";
import type { ServiceSession } from "../services/s3/access/service-session";
import { mayReadTags, sourceBucketFailure, sourceObjectFailure } from "./source-permissions";

/** What of a version can change after it was replicated. */
export type Aspect = Extract<VersionChange["kind"], "tagging" | "retention" | "legal-hold" | "acl">;

/**
 * Brings a later change of a source version's tags, retention, hold or ACL to its replica. Undefined: done.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-for-metadata-changes.html
 */
export function syncMetadata(
  session: ServiceSession | undefined,
  copy: Copy,
  aspect: Aspect,
): FailureCode | undefined {
  if (session === undefined) return "AssumeRoleNotPermitted";
  const { world } = session;
  const { source, version } = copy;
  const sourceFailure =
    sourceBucketFailure(session, source) ?? sourceObjectFailure(session, source, version);
  if (sourceFailure !== undefined) return sourceFailure;
  const found = findDestination(world, copy);
  if ("failureCode" in found) return found.failureCode;
  const { destination } = found;
  const replica = destination.objects.version(version.key, version.versionId);
  if (replica === undefined) return "DstVersionNotFound";
  const right = (action: string) => ({ action, bucket: destination, key: version.key });
  switch (aspect) {
    case "tagging": {
      if (!mayReadTags(session, source, version)) return "SrcGetTaggingNotPermitted";
      const failureCode = replicaTagsFailure(session, destination, version.key);
      if (failureCode !== undefined) return failureCode;
      applyReplicaMetadata(world, destination, replica, { tags: version.tags });
      return undefined;
    }
    case "retention": {
      // A limit on the retention of replicas is judged anew, or a later change would go round it (assumed).
      const conditionKeys = session.requestKeys(destination, retentionKeys(session, version));
      for (const action of ["s3:ReplicateObject", "s3:PutObjectRetention"]) {
        const change = { ...right(action), conditionKeys };
        const isRefused =
          action === "s3:ReplicateObject" ? !session.allows(change) : session.denies(change);
        if (isRefused) return "DstPutRetentionNotPermitted";
      }
      const mayBypass = session.allows(right("s3:BypassGovernanceRetention"));
      if (!mayFollow(replica.retention, version.retention, world.clock.nowEpochMs(), mayBypass)) {
        return "DstPutRetentionNotPermitted";
      }
      // A retention taken away at the source leaves the replica's as it is (assumed).
      if (version.retention === undefined) return undefined;
      applyReplicaMetadata(world, destination, replica, { retention: version.retention });
      return undefined;
    }
    case "legal-hold": {
      if (!session.allows(right("s3:ReplicateObject"))) return "DstPutLegalHoldNotPermitted";
      // A policy that lets nobody take a hold off knows by this key which way it goes.
      const status = version.legalHold === true ? "ON" : "OFF";
      const keys = session.requestKeys(destination, { "s3:object-lock-legal-hold": status });
      const hold = { ...right("s3:PutObjectLegalHold"), conditionKeys: keys };
      if (session.denies(hold)) return "DstPutLegalHoldNotPermitted";
      applyReplicaMetadata(world, destination, replica, { legalHold: version.legalHold });
      return undefined;
    }
    case "acl": {
      // A replica that is the destination's has nothing of its source's ACL.
      if (!keepsOwner(destination, copy)) return undefined;
      if (!session.allows(right("s3:ReplicateObject"))) return "DstPutAclNotPermitted";
      if (session.denies(right("s3:PutObjectAcl"))) return "DstPutAclNotPermitted";
      applyReplicaMetadata(world, destination, replica, { acl: replicaAcl(destination, copy).acl });
      return undefined;
    }
  }
}

/**
 * Whether a replica's retention may follow its source's. Nothing weakens a COMPLIANCE replica, and a GOVERNANCE one only
 * with the right to bypass (assumed: AWS's pages do not say; this is what Object Lock promises).
 */
function mayFollow(
  current: Retention | undefined,
  wanted: Retention | undefined,
  nowEpochMs: number,
  bypassGovernance: boolean,
): boolean {
  if (wanted === undefined) return true;
  // A lock that only becomes stricter follows its source's without the bypass, too.
  const isAsStrict =
    current?.mode === "GOVERNANCE" && wanted.retainUntilEpochMs >= current.retainUntilEpochMs;
  return isAsStrict || mayChangeRetention(current, wanted, { nowEpochMs, bypassGovernance });
}
