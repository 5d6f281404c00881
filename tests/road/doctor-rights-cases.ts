/** Rights that the source's two roles lose: found before a job is paid for, and named by what fails. */

import { PutObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import type { FailureCase } from "./doctor-case";
import { without } from "./doctor-world";

export const SOURCE = "ill-records";

/** No job is made, since it would fail. */
const refused =
  (key: string): NonNullable<FailureCase["then"]> =>
  async (world) => {
    await world.putMissing(key);
    return world.backfill();
  };
const missing =
  (key: string): NonNullable<FailureCase["whileJobWaits"]> =>
  (world) =>
    world.putMissing(key);

export const RIGHTS_CASES: readonly FailureCase[] = [
  {
    rows: ["1"],
    title: "a batch role that may not put an inventory configuration",
    found: "role-right",
    says: /s3:PutInventoryConfiguration.*fails at 0 %/,
    breaks: (world) =>
      world.changeRole("batch", "ListSource", without("s3:PutInventoryConfiguration")),
    then: refused("row-1"),
    explains: /not as it was deployed.*lockstep-batch-ill-records policies.*ListSource/s,
  },
  {
    rows: ["1"],
    title: "a batch role that may not read the rules",
    found: "role-right",
    says: /s3:GetReplicationConfiguration.*fails at 0 %/,
    breaks: (world) =>
      world.changeRole("batch", "ListSource", without("s3:GetReplicationConfiguration")),
    then: refused("row-1-rules"),
    explains: /not as it was deployed.*lockstep-batch-ill-records policies.*ListSource/s,
  },
  {
    rows: ["5"],
    title: "a batch role that may not read the manifest",
    found: "role-right",
    says: /Reading the manifest is forbidden/,
    breaks: (world) =>
      world.changeRole("batch", "ReadManifest", without("s3:GetObject", "s3:GetObjectVersion")),
    then: refused("row-5"),
    explains: /not as it was deployed.*lockstep-batch-ill-records policies.*ReadManifest/s,
  },
  {
    rows: ["6"],
    title: "a batch role that may write its report alone",
    found: "role-right",
    says: /Failed to write manifest/,
    breaks: (world) =>
      world.changeRole("batch", "WriteManifestAndReport", (statement) => {
        statement.Resource = [statement.Resource].flat().slice(1);
      }),
    then: refused("row-6"),
    explains:
      /not as it was deployed.*lockstep-batch-ill-records policies.*WriteManifestAndReport/s,
  },
  {
    rows: ["7"],
    title: "a batch role that may write its manifest alone",
    found: "role-right",
    says: /report could not be written/,
    breaks: (world) =>
      world.changeRole("batch", "WriteManifestAndReport", (statement) => {
        statement.Resource = [statement.Resource].flat().slice(0, 1);
      }),
    whileJobWaits: missing("row-7"),
    explains: /report could not be written/,
  },
  {
    rows: ["7"],
    title: "an operations bucket with a default retention",
    found: "report-bucket-retention",
    breaks: async (world) => {
      const Bucket = world.source.outputs.operations.bucketName;
      const put = (Rule: object) =>
        world.s3().send(
          new PutObjectLockConfigurationCommand({
            Bucket,
            ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", ...Rule },
          }),
        );
      await put({ Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } } });
      return () => put({});
    },
    whileJobWaits: missing("row-7-retention"),
    explains: /report could not be written/,
  },
  {
    rows: ["8", "9"],
    title: "a batch role that may start replication on the bucket, not on its objects",
    found: "role-right",
    says: /InitiateReplicationNotPermitted/,
    breaks: (world) =>
      world.changeRole("batch", "StartReplication", (statement) => {
        statement.Resource = `arn:aws:s3:::${SOURCE}`;
      }),
    whileJobWaits: missing("row-8"),
    explains: /row-8: failed\/missing: .*InitiateReplicationNotPermitted/,
  },
  {
    rows: ["20"],
    title: "a replication role that may not read the retention of a locked source",
    found: "role-right",
    says: /SrcGetRetentionNotPermitted/,
    breaks: (world) =>
      world.changeRole("replication", "ReadSourceVersions", without("s3:GetObjectRetention")),
    whileJobWaits: missing("row-20"),
    explains: /row-20: failed\/missing: .*SrcGetRetentionNotPermitted/,
  },
  {
    rows: ["20"],
    title: "a replication role that may not read the legal holds of a locked source",
    found: "role-right",
    says: /SrcGetLegalHoldNotPermitted/,
    breaks: (world) =>
      world.changeRole("replication", "ReadSourceVersions", without("s3:GetObjectLegalHold")),
    whileJobWaits: missing("row-20-hold"),
    explains: /row-20-hold: failed\/missing: .*SrcGetLegalHoldNotPermitted/,
  },
  {
    rows: ["32b"],
    title: "a replication role that may not write replicas, while a job waits",
    found: "role-right",
    says: /DstPutObjectNotPermitted/,
    breaks: (world) =>
      world.changeRole("replication", "WriteReplicas", without("s3:ReplicateObject")),
    whileJobWaits: missing("row-32b"),
    explains: /row-32b: failed\/missing: .*DstPutObjectNotPermitted/,
  },
  {
    rows: ["17"],
    title: "a replication role that may not write replicas",
    found: "role-right",
    says: /DstPutObjectNotPermitted/,
    breaks: (world) =>
      world.changeRole("replication", "WriteReplicas", without("s3:ReplicateObject")),
    then: async (world) => {
      // It stays FAILED once the right is back: only a job brings it, as it does after each case.
      await world.putFailing("row-17");
      return world.verify();
    },
    explains: /row-17: failed\/missing: .*replication failed/,
  },
];
