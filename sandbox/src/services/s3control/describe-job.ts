import type { DescribeJobRequest, DescribeJobResult } from "@aws-sdk/client-s3-control";
import type { Operation } from "../../world/operation";
import { describe } from "./job";
import { jobNeed, placeOf } from "./job-access";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DescribeJob.html */
export const describeJob: Operation<DescribeJobRequest, DescribeJobResult> = {
  access: (input, context) => [jobNeed(placeOf(input, context), input.JobId, "s3:DescribeJob")],
  handle(input, context) {
    const job = context.world.batch.job(placeOf(input, context), input.JobId ?? "");
    return { Job: describe(job, context.nowEpochMs) };
  },
};
