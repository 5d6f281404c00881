/** A job that S3 ends for its failure rate: its cause was to be found before. */

import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { FailureCase } from "./doctor-case";
import { without } from "./doctor-world";

export const SOURCE = "many-records";

/** S3 looks at the rate once so many tasks have run. */
const TASKS_COUNT = 1000;

export const FAILURE_RATE_CASES: readonly FailureCase[] = [
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
