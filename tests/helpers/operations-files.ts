/** What lies in the operations bucket of a stack that was made by hand: manifests, reports, the ledger. */

import { createHash } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { HandMadeStack } from "./hand-made-stack";

export interface OperationsFiles {
  keysUnder(prefix: string): Promise<string[]>;
  /** @returns the text; empty where the object has none */
  read(key: string): Promise<string>;
  write(key: string, body: string): Promise<unknown>;
  /** The report of the only job. */
  report(): Promise<WrittenReport>;
  /** Writes its manifest anew, with the MD5 that belongs to it, and lets the next run read it. */
  rewrite(key: string, manifest: ReportManifest): Promise<void>;
}

/** A `manifest.json` as S3 writes it, and where it lies. */
export interface WrittenReport {
  readonly key: string;
  readonly manifest: ReportManifest;
}

/** Names the files of a report. */
export interface ReportManifest {
  Results: { TaskExecutionStatus: string; Bucket: string; Key: string; MD5Checksum: string }[];
}

const FIRST_RECORD = "ledger/backfill-000001.json";

/** In hex. */
export const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");

/** @param stack the one of the running test */
export function operationsFiles(stack: () => HandMadeStack): OperationsFiles {
  const s3 = () => stack().clients.source.s3;
  const Bucket = () => stack().outputs.operations.bucketName;
  const files: OperationsFiles = {
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
    async report() {
      const keys = await files.keysUnder("reports/");
      const key = keys.find((one) => one.endsWith("manifest.json")) ?? "";
      return { key, manifest: JSON.parse(await files.read(key)) as ReportManifest };
    },
    async rewrite(key, manifest) {
      const text = JSON.stringify(manifest);
      await files.write(key, text);
      await files.write(`${key}.md5`, `${md5Of(text)}\n`);
      const record = JSON.parse(await files.read(FIRST_RECORD)) as Record<string, unknown>;
      delete record["outcome"];
      await files.write(FIRST_RECORD, JSON.stringify({ ...record, state: "approved" }));
    },
  };
  return files;
}
