import type { CreateJobRequest, OperationName } from "@aws-sdk/client-s3-control";
import type { Job } from "../job";
import type { JobOperation } from "./job-operation";
import { computeObjectChecksum } from "./compute-object-checksum";
import { initiateRestoreObject } from "./initiate-restore-object";
import { putObjectCopy } from "./put-object-copy";
import { putObjectLegalHold } from "./put-object-legal-hold";
import { putObjectRetention } from "./put-object-retention";
import { replicateObject } from "./replicate-object";

/** The operations that jobs carry out, by AWS name. What is not here is refused by name. */
export const JOB_OPERATIONS: Readonly<Partial<Record<OperationName, JobOperation>>> = {
  S3ComputeObjectChecksum: computeObjectChecksum,
  S3InitiateRestoreObject: initiateRestoreObject,
  S3PutObjectCopy: putObjectCopy,
  S3PutObjectLegalHold: putObjectLegalHold,
  S3PutObjectRetention: putObjectRetention,
  S3ReplicateObject: replicateObject,
};

/** The name of the operation that a request asks for: of its one member. */
export function operationNameOf(request: CreateJobRequest): OperationName | undefined {
  const given = Object.entries(request.Operation ?? {}).find(([, value]) => value !== undefined);
  return given?.[0] as OperationName | undefined;
}

/** What a job that was accepted carries out. */
export function operationOfJob({ operationName }: Pick<Job, "operationName">): JobOperation {
  const operation = JOB_OPERATIONS[operationName];
  if (operation === undefined) throw new Error(`A job was made of ${operationName}.`);
  return operation;
}

/** Undefined for an operation that the sandbox does not carry out. */
export function jobOperationOf(request: CreateJobRequest): JobOperation | undefined {
  const name = operationNameOf(request);
  return name === undefined ? undefined : JOB_OPERATIONS[name];
}
