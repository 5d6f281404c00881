import { expect } from "chai";
import { BatchFixture } from "../../batch/fixture";
import {
  BATCH_ROLE,
  batchStatements,
  DAY_MS,
  OPERATIONS_BUCKET,
  rule,
  SOURCE,
  SOURCE_BUCKET,
} from "../../replication/fixture";

describe("a batch job on a delivered inventory", () => {
  it("replicates the versions that the inventory lists", () => {
    const fixture = new BatchFixture();
    fixture.rolePolicy(BATCH_ROLE, batchStatements());
    const versions = ["a", "b c"].map((key) => fixture.put(key));
    fixture.bucketPolicy(SOURCE, OPERATIONS_BUCKET, {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${OPERATIONS_BUCKET}/*`,
        },
      ],
    });
    fixture.call(SOURCE, "s3", "PutBucketInventoryConfiguration", {
      Bucket: SOURCE_BUCKET,
      Id: "daily",
      InventoryConfiguration: {
        Id: "daily",
        IsEnabled: true,
        IncludedObjectVersions: "All",
        Schedule: { Frequency: "Daily" },
        OptionalFields: ["ReplicationStatus"],
        Destination: {
          S3BucketDestination: { Bucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`, Format: "CSV" },
        },
      },
    });
    fixture.clock.advance(DAY_MS);
    fixture.rules(rule());
    const { objects } = fixture.world.s3.bucket(OPERATIONS_BUCKET);
    const [manifestKey = ""] = [...objects.walk()]
      .map(([key]) => key)
      .filter((key) => key.endsWith("manifest.json"));
    const job = fixture.run({
      ManifestGenerator: undefined,
      Manifest: {
        Spec: { Format: "S3InventoryReport_CSV_20161130" },
        Location: {
          ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/${manifestKey}`,
          ETag: fixture.current(OPERATIONS_BUCKET, manifestKey).etag,
        },
      },
    });
    expect(job.Status).to.equal("Complete");
    expect(job.ProgressSummary).to.include({
      TotalNumberOfTasks: 2,
      NumberOfTasksSucceeded: 2,
      NumberOfTasksFailed: 0,
    });
    for (const version of versions) expect(fixture.replica(version)).to.not.equal(undefined);
  });
});
