import type { OperationTable } from "../../world/operation";
import { bucketOperations } from "./bucket/bucket-operations";
import { guarded } from "./access/guard";
import { objectOperations } from "./object/object-operations";

/** Every operation of S3 that the sandbox serves, by its AWS name. */
export const operations: OperationTable = {
  ...guarded(bucketOperations),
  ...guarded(objectOperations, { asksForPayer: true }),
};
