import type { OperationTable } from "../../operation";
import { bucketOperations } from "./bucket-operations";
import { guarded } from "./guard";
import { objectOperations } from "./object-operations";

/** Every operation of S3 that the sandbox serves, by its AWS name. */
export const operations: OperationTable = {
  ...guarded(bucketOperations),
  ...guarded(objectOperations, { asksForPayer: true }),
};
