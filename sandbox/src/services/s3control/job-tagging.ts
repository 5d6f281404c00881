import type {
  DeleteJobTaggingRequest,
  DeleteJobTaggingResult,
  GetJobTaggingRequest,
  GetJobTaggingResult,
  PutJobTaggingRequest,
  PutJobTaggingResult,
} from "@aws-sdk/client-s3-control";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation } from "../../world/operation";
import { MAX_JOB_TAGS, tagProblems } from "./create-job-validation";
import { invalidMembers, tooManyTags } from "./errors";
import { existingJobKeys, jobNeed, placeOf } from "./job-access";

/**
 * Replaces all tags of a job; an empty set takes them away.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutJobTagging.html
 */
export const putJobTagging: Operation<PutJobTaggingRequest, PutJobTaggingResult> = {
  access(input, context) {
    const place = placeOf(input, context);
    const keys = {
      ...existingJobKeys(place, input.JobId, context),
      ...requestTagKeys(input.Tags),
    };
    return [jobNeed(place, input.JobId, "s3:PutJobTagging", keys)];
  },
  handle(input, context) {
    const job = context.world.batch.job(placeOf(input, context), input.JobId ?? "");
    const tags = input.Tags ?? [];
    if (tags.length > MAX_JOB_TAGS) throw tooManyTags(MAX_JOB_TAGS);
    const problems = tagProblems(tags);
    if (problems.length > 0) throw invalidMembers(problems);
    job.tags = new Map(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
    return {};
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetJobTagging.html */
export const getJobTagging: Operation<GetJobTaggingRequest, GetJobTaggingResult> = {
  access: (input, context) => [jobNeed(placeOf(input, context), input.JobId, "s3:GetJobTagging")],
  handle(input, context) {
    const job = context.world.batch.job(placeOf(input, context), input.JobId ?? "");
    return { Tags: [...job.tags].map(([Key, Value]) => ({ Key, Value })) };
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeleteJobTagging.html */
export const deleteJobTagging: Operation<DeleteJobTaggingRequest, DeleteJobTaggingResult> = {
  access(input, context) {
    const place = placeOf(input, context);
    const keys = existingJobKeys(place, input.JobId, context);
    return [jobNeed(place, input.JobId, "s3:DeleteJobTagging", keys)];
  },
  handle(input, context) {
    const job = context.world.batch.job(placeOf(input, context), input.JobId ?? "");
    job.tags = new Map();
    return {};
  },
};
