/** What lies in the operations bucket of a stack that was made by hand: manifests, reports, the ledger. */

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { HandMadeStack } from "./hand-made-stack";

export interface OperationsFiles {
  keysUnder(prefix: string): Promise<string[]>;
  /** @returns the text; empty where the object has none */
  read(key: string): Promise<string>;
  write(key: string, body: string): Promise<unknown>;
}

/** @param stack the one of the running test */
export function operationsFiles(stack: () => HandMadeStack): OperationsFiles {
  const s3 = () => stack().clients.source.s3;
  const Bucket = () => stack().outputs.operations.bucketName;
  return {
    async keysUnder(Prefix) {
      const { Contents = [] } = await s3().send(
        new ListObjectsV2Command({ Bucket: Bucket(), Prefix }),
      );
      return Contents.map(({ Key }) => Key ?? "");
    },
    async read(Key) {
      const { Body } = await s3().send(new GetObjectCommand({ Bucket: Bucket(), Key }));
      return (await Body?.transformToString()) ?? "";
    },
    write: (Key, Body) => s3().send(new PutObjectCommand({ Bucket: Bucket(), Key, Body })),
  };
}
