/**
 * The ledger: one object per intended job in the operations bucket, `<prefix>backfill-000001.json` and so on.
 *
 *     intended --CreateJob--> created --confirmed--> approved --verdict--> settled
 *
 * A record is made with `If-None-Match: *`, so that of two desks one writes it and the other reads it, and changed with
 * `If-Match`, so that nobody writes over what he has not read. The next number is used only once the last is settled.
 * A crash between any two lines leaves a record from which the same job is found: by its id, else by the token in its
 * description, else it was never created and CreateJob is sent again with the same token.
 */
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { awsFailure, LockstepError } from "../errors";
import type { JobIntent } from "./intent";

const statusSchema = z.enum(["NONE", "FAILED", "COMPLETED", "REPLICA"]);

const recordSchema = z.object({
  version: z.literal(1),
  intent: z.object({
    sequence: z.number().int().positive(),
    accountId: z.string(),
    region: z.string(),
    sourceBucketArn: z.string(),
    operationsBucketArn: z.string(),
    manifestPrefix: z.string(),
    reportPrefix: z.string(),
    reportScope: z.enum(["AllTasks", "FailedTasksOnly"]),
    roleArn: z.string(),
    priority: z.number().int(),
    replicationStatuses: z.array(statusSchema),
  }),
  state: z.enum(["intended", "created", "approved", "settled"]),
  jobId: z.string().optional(),
  planHash: z.string().optional(),
  outcome: z.enum(["clean", "not-clean", "nothing-to-do", "failed", "cancelled"]).optional(),
});

/** One intended job and how far it has come. */
export type LedgerRecord = Readonly<z.infer<typeof recordSchema>>;

export type LedgerOutcome = NonNullable<LedgerRecord["outcome"]>;

/** A record with the ETag that a change of it has to match. */
export interface LedgerEntry {
  readonly key: string;
  readonly etag: string;
  readonly record: LedgerRecord;
}

export class Ledger {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  /** The record with the highest number; undefined when no job was ever intended. */
  async latest(signal?: AbortSignal): Promise<LedgerEntry | undefined> {
    let last: string | undefined;
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: `${this.prefix}backfill-`,
          ContinuationToken: token,
        }),
        { abortSignal: signal },
      );
      last = page.Contents?.at(-1)?.Key ?? last;
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return last === undefined ? undefined : this.read(last, signal);
  }

  /**
   * Writes the record of a new intent, or reads the one that another desk wrote first under the same number.
   */
  async intend(intent: JobIntent, signal?: AbortSignal): Promise<LedgerEntry> {
    const key = recordKey(this.prefix, intent.sequence);
    const record: LedgerRecord = {
      version: 1,
      intent: { ...intent, replicationStatuses: [...intent.replicationStatuses] },
      state: "intended",
    };
    try {
      const etag = await this.put(key, record, { IfNoneMatch: "*" }, signal);
      return { key, etag, record };
    } catch (error) {
      if (isConflict(error)) return this.read(key, signal);
      throw error;
    }
  }

  /**
   * Changes a record that nobody else has changed since it was read.
   * @throws LockstepError `LedgerConflict` when somebody has
   */
  async update(
    entry: LedgerEntry,
    change: Partial<Omit<LedgerRecord, "version" | "intent">>,
    signal?: AbortSignal,
  ): Promise<LedgerEntry> {
    const record = { ...entry.record, ...change };
    try {
      const etag = await this.put(entry.key, record, { IfMatch: entry.etag }, signal);
      return { key: entry.key, etag, record };
    } catch (error) {
      if (!isConflict(error)) throw error;
      const current = await this.read(entry.key, signal);
      // The reply to an earlier try of ours may have been lost: then the change is there already.
      if (contains(current.record, change)) return current;
      throw new LockstepError(
        "LedgerConflict",
        "Another run of Lockstep works on the same backfill at this moment.",
        {
          hint: "Let it finish, or run the command again: it carries on with the same job.",
          cause: error,
        },
      );
    }
  }

  private async read(key: string, signal?: AbortSignal): Promise<LedgerEntry> {
    const output = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }), {
      abortSignal: signal,
    });
    const text = (await output.Body?.transformToString()) ?? "";
    return { key, etag: output.ETag ?? "", record: parseRecord(key, text) };
  }

  private async put(
    key: string,
    record: LedgerRecord,
    condition: { IfMatch?: string; IfNoneMatch?: string },
    signal?: AbortSignal,
  ): Promise<string> {
    const output = await this.s3.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: `${JSON.stringify(record, undefined, 2)}\n`,
        ContentType: "application/json",
        ...condition,
      }),
      { abortSignal: signal },
    );
    return output.ETag ?? "";
  }
}

/** Key of the record with a number. Six digits, so that records list in order. */
export function recordKey(prefix: string, sequence: number): string {
  return `${prefix}backfill-${String(sequence).padStart(6, "0")}.json`;
}

/**
 * Reads a record.
 * @throws LockstepError `LedgerUnreadable`
 */
export function parseRecord(key: string, text: string): LedgerRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new LockstepError("LedgerUnreadable", `The ledger's record ${key} cannot be read.`, {
      hint: "It may be of a newer version of Lockstep. Do not delete it: it keeps a job from being started twice.",
      cause: error,
    });
  }
}

/** The number that the next intent gets: a record that is not settled has to be resumed first. */
export function nextSequence(latest: LedgerRecord | undefined): number {
  if (latest === undefined) return 1;
  return latest.state === "settled" ? latest.intent.sequence + 1 : latest.intent.sequence;
}

function contains(record: LedgerRecord, change: Partial<LedgerRecord>): boolean {
  return Object.entries(change).every(
    ([name, value]) => record[name as keyof LedgerRecord] === value,
  );
}

/** 412: the condition was not met. 409: another conditional write was under way. */
function isConflict(error: unknown): boolean {
  const status = awsFailure(error)?.httpStatus;
  return status === 412 || status === 409;
}
