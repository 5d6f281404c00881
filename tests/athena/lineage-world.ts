/** A hand-made stack with jobs whose reports the Athena of its source's account may read. */

import { createHash } from "node:crypto";
import {
  ListTableMetadataCommand,
  ListQueryExecutionsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import type { StackClients } from "../../automation/aws/stack-clients";
import { systemClock, type Clock } from "../../automation/clock";
import { isLockstepError, type LockstepError } from "../../automation/errors";
import type { Question } from "../../automation/events";
import type { ReportsAthena } from "../../automation/jobs/athena/reports-athena";
import type { LineageFields } from "../../automation/jobs/fields";
import { readLineage } from "../../automation/jobs/lineage";
import type { JobsOptions } from "../../automation/jobs/source-jobs";
import { eventually } from "../helpers/eventually";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

export const BUCKET = "reports-athena";
export const PLACE = {
  workgroup: "primary",
  database: "lockstep",
  location: `s3://${BUCKET}/looks/`,
};

/** A row of a report, as `ReportSchema` has it. */
export type TaskRow = readonly string[];

export class LineageWorld {
  /** What was asked before anything was charged. */
  readonly asked: Question[] = [];

  private constructor(
    readonly sandbox: Sandbox,
    readonly stack: HandMadeStack,
  ) {}

  static async make(keys: readonly string[]): Promise<LineageWorld> {
    const sandbox = await startQuickSandbox({
      settings: { athenaDelayMs: 1, acceptsMachineTime: true },
    });
    const stack = await HandMadeStack.make(sandbox, "lineage", keys);
    const world = new LineageWorld(sandbox, stack);
    await world.s3.send(
      new CreateBucketCommand({
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await world.athena.send(
      new StartQueryExecutionCommand({
        QueryString: "CREATE DATABASE lockstep",
        ResultConfiguration: { OutputLocation: `s3://${BUCKET}/definitions/` },
      }),
    );
    await eventually(async () => expect(await world.keysLeft()).to.have.length(1));
    for (const Key of await world.keysLeft()) {
      await world.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    }
    return world;
  }

  async close(): Promise<void> {
    await this.stack.close();
    await this.sandbox.close();
  }

  get s3() {
    return this.stack.clients.source.s3;
  }
  get athena() {
    return this.stack.clients.source.athena;
  }
  /** What a client of the source's account is made with. */
  get sourceSettings() {
    const { credentials } = this.s3.config;
    const { region } = this.stack.outputs.source;
    return { region, endpoint: this.sandbox.endpoint, credentials };
  }
  /** The sandbox has no name for each account. */
  get withoutAccountHost() {
    const { endpoint } = this.sandbox;
    const endpointProvider = () => ({ url: new URL(endpoint), properties: {}, headers: {} });
    return { disableHostPrefix: true, endpointProvider };
  }
  get operations(): string {
    return this.stack.outputs.operations.bucketName;
  }

  /** Waits that are short: nothing here is a real cloud. */
  readonly clock: Clock = {
    ...systemClock,
    sleep: (durationMs, signal) => systemClock.sleep(Math.min(durationMs, 2), signal),
  };

  /** A job of which every task fails, and one that brings everything. @returns their ids */
  async backfillTwice(): Promise<readonly string[]> {
    const vault = this.stack.atVault();
    const { Policy = "{}" } = await vault.s3.send(
      new GetBucketPolicyCommand({ Bucket: vault.Bucket }),
    );
    await vault.s3.send(new DeleteBucketPolicyCommand({ Bucket: vault.Bucket }));
    await this.stack.backfill();
    await this.stack.setVaultPolicy(JSON.parse(Policy) as object);
    await this.stack.backfill({ retry: { maxAttempts: 3 } });
    const jobIds = this.stack.told("job-created").map(({ jobId }) => jobId);
    this.stack.events.length = 0;
    return jobIds;
  }

  async keysLeft(): Promise<readonly string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key = "" }) => Key);
  }
  async tablesLeft(): Promise<readonly string[]> {
    const { TableMetadataList = [] } = await this.athena.send(
      new ListTableMetadataCommand({ CatalogName: "AwsDataCatalog", DatabaseName: "lockstep" }),
    );
    return TableMetadataList.map(({ Name = "" }) => Name);
  }
  async queriesCount(): Promise<number> {
    const { QueryExecutionIds = [] } = await this.athena.send(
      new ListQueryExecutionsCommand({ MaxResults: 50 }),
    );
    return QueryExecutionIds.length;
  }

  /** Keys of the parts of a job's report. */
  async partsOf(jobId: string): Promise<readonly string[]> {
    const Prefix = `reports/job-${jobId}/results/`;
    const { Contents = [] } = await this.s3.send(
      new ListObjectsV2Command({ Bucket: this.operations, Prefix }),
    );
    return Contents.map(({ Key = "" }) => Key);
  }
  async read(Key: string, Bucket = this.operations): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? "");
  }
  async write(Key: string, Body: string | Buffer, Bucket = this.operations): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  /** The ETag of what is written in parts is no MD5. */
  async writeInParts(Key: string, Body: Buffer): Promise<void> {
    const object = { Bucket: this.operations, Key };
    const { UploadId } = await this.s3.send(new CreateMultipartUploadCommand(object));
    const { ETag } = await this.s3.send(
      new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body }),
    );
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await this.s3.send(
      new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }),
    );
  }
  async archive(Key: string): Promise<void> {
    const Body = await this.read(Key);
    const StorageClass = "GLACIER";
    await this.s3.send(new PutObjectCommand({ Bucket: this.operations, Key, Body, StorageClass }));
  }
  /** As records of earlier versions have it: the ledger does not tell how jobs went on. */
  async forgetProgress(): Promise<void> {
    const { Contents = [] } = await this.s3.send(
      new ListObjectsV2Command({ Bucket: this.operations, Prefix: "ledger/" }),
    );
    for (const { Key = "" } of Contents) {
      const record = JSON.parse((await this.read(Key)).toString()) as Record<string, unknown>;
      delete record["progress"];
      await this.write(Key, JSON.stringify(record));
    }
  }
  async take(Key: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.operations, Key }));
  }

  /** Makes a report anew, with these parts, as S3 would name them. */
  async forge(
    jobId: string,
    parts: readonly { readonly status: "succeeded" | "failed"; readonly text: string }[],
  ): Promise<void> {
    const folder = `reports/job-${jobId}`;
    const Results = [];
    for (const [index, { status, text }] of parts.entries()) {
      const key = `${folder}/results/forged${index}.csv`;
      await this.write(key, text);
      Results.push({
        TaskExecutionStatus: status,
        Bucket: this.operations,
        MD5Checksum: md5(text),
        Key: key,
      });
    }
    const manifest = JSON.stringify({ Format: "Report_CSV_20180820", Results });
    await this.write(`${folder}/manifest.json`, manifest);
    await this.write(`${folder}/manifest.json.md5`, md5(manifest));
  }

  private options(overrides: Partial<JobsOptions>): JobsOptions {
    const { clients, events, outputs } = this.stack;
    return {
      ...{ source: "source", clients, outputs, clock: this.clock },
      emit: (event) => void events.push(event),
      signal: new AbortController().signal,
      ...overrides,
    };
  }

  here(key: string, versionId?: string): Promise<readonly LineageFields[]> {
    return readLineage(this.options({}), { key, versionId });
  }

  byAthena(
    key: string,
    athena: Partial<ReportsAthena> = {},
    overrides: Partial<JobsOptions> = {},
  ): Promise<readonly LineageFields[]> {
    const confirm = (question: Question) => {
      this.asked.push(question);
      return Promise.resolve(true);
    };
    return readLineage(this.options(overrides), {
      key,
      athena: { place: PLACE, confirm, ...athena },
    });
  }

  /** Of a lineage that comes to no answer, and leaves nothing. */
  async refusalOf(
    athena: Partial<ReportsAthena> = {},
    overrides: Partial<JobsOptions> = {},
  ): Promise<LockstepError> {
    this.stack.events.length = 0;
    try {
      await this.byAthena("a", athena, overrides);
    } catch (error) {
      if (!isLockstepError(error)) throw error;
      expect(await this.keysLeft()).to.deep.equal([]);
      expect(await this.tablesLeft()).to.deep.equal([]);
      return error;
    }
    throw new Error("it was not refused");
  }

  /** Those of the stack, with others for the source's account. */
  clientsWith(own: Partial<StackClients["source"]>): StackClients {
    const { clients } = this.stack;
    const source = Object.create(clients.source, Object.getOwnPropertyDescriptors(own)) as object;
    return { ...clients, source: source as StackClients["source"] };
  }
}

export function csvOf(rows: readonly TaskRow[]): string {
  return rows
    .map((row) => `${row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")}\n`)
    .join("");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
