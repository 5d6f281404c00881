import type { ReplicationConfiguration } from "@aws-sdk/client-s3";
import type { Road } from "../services/s3/replication/eligibility";
import type { PreparedRule } from "../services/s3/replication/rules";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";

/** One version on its way to one destination. */
export interface Copy {
  readonly source: Bucket;
  readonly version: ObjectVersion;
  readonly configuration: ReplicationConfiguration;
  readonly prepared: PreparedRule;
  readonly road: Road;
}
