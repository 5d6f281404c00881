import { ServiceSessions } from "../s3/access/service-session";
import type { World } from "../../world/world";
import type { Job } from "./job";

const MAX_SESSION_NAME_LENGTH = 64;

/** Sessions of S3 Batch Operations for a job; kept for a slice of its work. */
export function jobSessions(world: World, { jobId }: Pick<Job, "jobId">): ServiceSessions {
  const sessionName = `s3-batch-operations-${jobId}`.slice(0, MAX_SESSION_NAME_LENGTH);
  return new ServiceSessions(world, "batchoperations.s3.amazonaws.com", sessionName);
}
