/** A job that S3 ends for its failure rate: its cause was to be found before. */

import {
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { FailureCase } from "./doctor-case";
import { without } from "./doctor-world";

export const SOURCE = "many-records";

/** S3 looks at the rate once so many tasks have run. */
const TASKS_COUNT = 1000;

export const FAILURE_RATE_CASES: readonly FailureCase[] = [
  {
    rows: ["36"],
    title: "a perimeter around a source that was made here",
    found: "perimeter",
    says: /statement OurEndpoint.*aws:sourcevpce.*ArnNotLike/,
    breaks: async (world) => {
      const s3 = world.s3();
      const Statement = {
        Sid: "OurEndpoint",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:InitiateReplication",
        Resource: `arn:aws:s3:::${SOURCE}/*`,
        Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } },
      };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      await s3.send(new PutBucketPolicyCommand({ Bucket: SOURCE, Policy }));
      return () => s3.send(new DeleteBucketPolicyCommand({ Bucket: SOURCE }));
    },
    whileJobWaits: (world) => world.putMissing("row-36"),
    explains: /row-36: failed\/missing: .*InitiateReplicationNotPermitted/,
  },
  {
    rows: ["10"],
    title: "a batch role that may not start replication of many versions",
    found: "role-right",
    says: /InitiateReplicationNotPermitted/,
    breaks: (world) =>
      world.changeRole("batch", "StartReplication", without("s3:InitiateReplication")),
    whileJobWaits: async (world) => {
      const mend = await world.changeRules(() => undefined);
      const s3 = world.s3();
      for (let from = 0; from < TASKS_COUNT; from += 50) {
        await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            s3.send(new PutObjectCommand({ Bucket: SOURCE, Key: `${from + index}`, Body: "x" })),
          ),
        );
      }
      await mend();
    },
    explains: /failed.*failure rate/i,
    isLasting: true,
  },
];
