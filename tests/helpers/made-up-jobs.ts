/**
 * S3 Batch Operations of one side of a made-up world: jobs that compute checksums, whose reports have what lies there by the world's
 * word. Manifests and reports are put aside, so that what is measured beside them is the product's.
 */

import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type {
  GetObjectCommandInput,
  ListObjectsV2CommandInput,
  PutObjectCommandInput,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import {
  type CreateJobRequest,
  type DescribeJobCommandInput,
  type JobDescriptor,
  type ListJobsCommandInput,
  S3ControlClient,
  type UpdateJobStatusCommandInput,
} from "@aws-sdk/client-s3-control";
import { HttpRequest } from "@smithy/core/protocols";
import { SpillFile } from "../../automation/spill/spill-file";
import { objectPart } from "./object-range";

/** What lies there of a version: what its bytes are made of. */
export type ContentOf = (key: string) => string;

interface Stored {
  readonly content: SpillFile;
  readonly etag: string;
}

interface MadeUpJob {
  readonly request: CreateJobRequest;
  status: "Suspended" | "Complete" | "Cancelled";
  tasksCount: number;
}

/** A command whose middleware may hold its body. */
interface WithBody {
  readonly input: PutObjectCommandInput;
  readonly middlewareStack: {
    resolve(
      handler: (args: { request: unknown }) => Promise<unknown>,
      context: object,
    ): (args: { input: unknown; request: unknown }) => Promise<unknown>;
  };
}

export class MadeUpJobs {
  readonly #objects = new Map<string, Stored>();
  readonly #jobs = new Map<string, MadeUpJob>();

  constructor(
    private readonly contentOf: ContentOf,
    private readonly asked: Record<string, number>,
  ) {}

  /** What a stack's client of S3 Control is asked for. */
  get s3control(): S3ControlClient {
    const send = async (command: { constructor: { name: string }; input: object }) => {
      const { name } = command.constructor;
      this.asked[name.replace(/Command$/, "")] =
        (this.asked[name.replace(/Command$/, "")] ?? 0) + 1;
      switch (name) {
        case "ListJobsCommand":
          return { Jobs: this.listed(command.input as ListJobsCommandInput) };
        case "CreateJobCommand":
          return { JobId: this.create(command.input as CreateJobRequest) };
        case "DescribeJobCommand":
          return { Job: this.describe((command.input as DescribeJobCommandInput).JobId ?? "") };
        case "UpdateJobStatusCommand":
          return this.update(command.input as UpdateJobStatusCommandInput);
        default:
          throw new Error(`Nobody answers ${name}.`);
      }
    };
    const credentials = { accessKeyId: "made-up", secretAccessKey: "made-up" };
    return Object.assign(new S3ControlClient({ region: "eu-west-1", credentials }), { send });
  }

  list({ Prefix = "" }: Pick<ListObjectsV2CommandInput, "Prefix">) {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(Prefix));
    return { Contents: keys.map((Key) => ({ Key })) };
  }

  get({ Key = "", Range }: GetObjectCommandInput) {
    const stored = this.#objects.get(Key);
    if (stored === undefined) throw refusal("NoSuchKey", 404);
    const { content, etag } = stored;
    const { sizeBytes, start, told } = objectPart(Range, content.sizeBytes);
    return {
      ETag: etag,
      ...told,
      Body: Object.assign(Readable.from(partOf(content, start, sizeBytes), { objectMode: false }), {
        transformToByteArray: () => Promise.resolve(new Uint8Array()),
        transformToString: () =>
          Promise.resolve(Buffer.concat([...content.chunks()]).toString("utf8")),
      }),
    };
  }

  async put(command: WithBody): Promise<{ ETag: string }> {
    const { Body, IfMatch, IfNoneMatch, Key = "" } = command.input;
    const before = this.#objects.get(Key);
    if (IfNoneMatch === "*" && before !== undefined) throw refusal("PreconditionFailed", 412);
    if (IfMatch !== undefined && IfMatch !== before?.etag) {
      throw refusal("PreconditionFailed", 412);
    }
    if (typeof Body !== "string") return { ETag: this.store(Key, await contentOf(command)) };
    const content = new SpillFile();
    content.append(Buffer.from(Body));
    return { ETag: this.store(Key, content) };
  }

  private listed({ JobStatuses }: ListJobsCommandInput): readonly JobDescriptor[] {
    const all = [...this.#jobs.keys()].map((JobId) => this.describe(JobId));
    return all.filter(
      ({ Status = "New" }) => JobStatuses === undefined || JobStatuses.includes(Status),
    );
  }

  private create(request: CreateJobRequest): string {
    const JobId = `made-up-${this.#jobs.size + 1}`;
    this.#jobs.set(JobId, { request, status: "Suspended", tasksCount: 0 });
    return JobId;
  }

  private describe(JobId: string): JobDescriptor {
    const job = this.#jobs.get(JobId);
    if (job === undefined) throw refusal("NotFoundException", 404);
    const { request, status, tasksCount } = job;
    return {
      JobId,
      Status: status,
      Description: request.Description ?? "",
      Operation: request.Operation,
      RoleArn: request.RoleArn,
      Report: request.Report,
      Manifest: request.Manifest,
      CreationTime: new Date(),
      ProgressSummary: {
        TotalNumberOfTasks: tasksCount,
        NumberOfTasksSucceeded: tasksCount,
        NumberOfTasksFailed: 0,
      },
    };
  }

  private async update({ JobId = "", RequestedJobStatus }: UpdateJobStatusCommandInput) {
    const job = this.#jobs.get(JobId);
    if (job === undefined) throw refusal("NotFoundException", 404);
    if (RequestedJobStatus === "Cancelled") job.status = "Cancelled";
    else {
      job.tasksCount = await this.report(JobId, job.request);
      job.status = "Complete";
    }
    return { JobId, Status: job.status };
  }

  /** Writes the report of a job. @returns how many tasks it had */
  private async report(JobId: string, { Manifest, Report }: CreateJobRequest): Promise<number> {
    const manifest = /^arn:aws:s3:::[^/]+\/(.+)$/.exec(Manifest?.Location?.ObjectArn ?? "")?.[1];
    const { content } = this.#objects.get(manifest ?? "") ?? {};
    if (content === undefined) throw refusal("NoSuchKey", 404);
    const rows = new SpillFile();
    let tasksCount = 0;
    for await (const line of createInterface({ input: Readable.from(content.chunks()) })) {
      const [bucket = "", key = "", versionId = ""] = line.split(",");
      const message = messageOf(this.contentOf(decodeURIComponent(key))).replaceAll('"', '""');
      rows.append(
        Buffer.from(`${bucket},${key},${versionId},succeeded,200,,"${message}"\n`, "utf8"),
      );
      tasksCount++;
    }
    const base = `${Report?.Prefix ?? ""}/job-${JobId}`;
    const Key = `${base}/results/rows.csv`;
    const md5 = this.store(Key, rows).replaceAll('"', "");
    const index = Buffer.from(
      JSON.stringify({
        Format: "Report_CSV_20180820",
        Results: [
          {
            TaskExecutionStatus: "succeeded",
            Bucket: Report?.Bucket?.replace("arn:aws:s3:::", ""),
            MD5Checksum: md5,
            Key,
          },
        ],
      }),
    );
    const etag = this.store(`${base}/manifest.json`, spilled(index));
    this.store(`${base}/manifest.json.md5`, spilled(Buffer.from(etag.replaceAll('"', ""))));
    return tasksCount;
  }

  private store(key: string, content: SpillFile): string {
    const md5 = createHash("md5");
    for (const chunk of content.chunks()) md5.update(chunk);
    const etag = `"${md5.digest("hex")}"`;
    this.#objects.set(key, { content, etag });
    return etag;
  }
}

/** In AWS's form. */
function messageOf(content: string): string {
  const sha256 = createHash("sha256").update(content).digest();
  return JSON.stringify({
    checksum_base64: sha256.toString("base64"),
    etag: "x",
    checksumAlgorithm: "SHA256",
    checksumType: "FULL_OBJECT",
    checksum_hex: sha256.toString("hex").toUpperCase(),
  });
}

function spilled(bytes: Buffer): SpillFile {
  const content = new SpillFile();
  content.append(bytes);
  return content;
}

/**
 * What would go over the wire: a file is given to its request at the end of the command's middleware, and is read no further once
 * that has an answer.
 */
async function contentOf({ input, middlewareStack }: WithBody): Promise<SpillFile> {
  const content = new SpillFile();
  const handler = middlewareStack.resolve(async (args) => {
    const { body } = args.request as HttpRequest;
    for await (const chunk of body as AsyncIterable<Buffer>) content.append(chunk);
    return { output: {} };
  }, {});
  await handler({ input, request: new HttpRequest({ headers: {} }) });
  return content;
}

function* partOf(content: SpillFile, start: number, sizeBytes: number): Generator<Buffer> {
  let at = 0;
  for (const chunk of content.chunks()) {
    const part = chunk.subarray(Math.max(0, start - at), Math.max(0, start + sizeBytes - at));
    if (part.length > 0) yield part;
    at += chunk.length;
  }
}

function refusal(name: string, httpStatusCode: number): S3ServiceException {
  return Object.assign(new Error(name), {
    name,
    $fault: "client" as const,
    $metadata: { httpStatusCode },
  }) as S3ServiceException;
}
