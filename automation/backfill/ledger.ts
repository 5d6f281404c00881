/**
 * The ledger: one object per intended job in an operations bucket, `<prefix>backfill-000001.json` and so on.
 *
 *     intended --CreateJob--> created --confirmed--> approved --verdict--> settled
 *
 * A record is made with `If-None-Match: *`, so that of two desks one writes it and the other reads it, and changed with
 * `If-Match`, so that nobody writes over what he has not read. The next number is used only once the last is settled.
 * A crash between any two lines leaves a record from which the same job is found: by its id, else by the token in its
 * description, else it was never created and CreateJob is sent again with the same token.
 *
 * The bucket lies on the source's side, and others may write there. What is not a record that this stack would make is set
 * aside and named; it neither stands in the way nor counts, and its number is not used again.
 */
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { awsFailure, LockstepError } from "../errors";
import {
  foreignPart,
  GENERATOR_STATUSES,
  type IntentFrame,
  type JobIntent,
  kindOf,
} from "./intent";
import { BACKFILL, IN_ONE_FOLDER, type JobKind, RELOCK } from "./job-kind";
import { ownManifestKey } from "./own-manifest";
import { progressSchema } from "./progress";

const manifestSchema = z.object({
  key: z.string(),
  etag: z.string().regex(/^[0-9a-f]{32}(-\d+)?$/),
  versionsCount: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

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
    replicationStatuses: z.array(z.enum(GENERATOR_STATUSES)),
    manifest: manifestSchema.optional(),
    retention: z
      .object({
        mode: z.enum(["GOVERNANCE", "COMPLIANCE"]),
        retainUntil: z.iso.datetime(),
        bypassGovernance: z.boolean(),
      })
      .optional(),
    checksum: z
      .object({ algorithm: z.literal("SHA256"), type: z.literal("FULL_OBJECT") })
      .optional(),
    trial: z.object({ jobId: z.string(), key: z.string(), versionId: z.string() }).optional(),
  }),
  state: z.enum(["intended", "created", "approved", "settled"]),
  /** It becomes part of a folder's name, too. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html */
  jobId: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{5,36}$/)
    .optional(),
  planHash: z.string().optional(),
  /** ARN of whoever approved it, and when, ISO 8601. Absent in records of earlier versions. */
  approvedBy: z.string().optional(),
  approvedAt: z.string().optional(),
  /** `read`: of a job whose report was read, for a look that has not told its verdict yet. */
  outcome: z
    .enum(["clean", "not-clean", "nothing-to-do", "failed", "cancelled", "read"])
    .optional(),
  /** Why it failed, by AWS, for reports: nothing is decided by it. Absent where it did not, and in records of earlier versions. */
  failureReasons: z.array(z.object({ code: z.string(), reason: z.string() })).optional(),
  /** How the job went on, for reports: nothing is decided by it. Absent where nobody followed it, and in records of earlier versions. */
  progress: progressSchema.optional(),
  /** Names of the vaults' buckets that the job was for, once it is settled. */
  vaultBuckets: z.array(z.string()).optional(),
  /** Of the promise that the vaults were held against, once it is settled. Absent in records of earlier versions. */
  promiseDigest: z.string().optional(),
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

/** A file in the ledger's place that is not ours, or not any more. */
export interface SetAside {
  readonly key: string;
  readonly why: string;
}

/** What the ledger holds. */
export interface LedgerPages {
  /** Our records, the latest first. */
  readonly entries: readonly LedgerEntry[];
  readonly aside: readonly SetAside[];
  /** The number of the next intent. */
  readonly nextSequence: number;
}

/** As many records are read; jobs are few, and a folder full of files of others must not be read to its end. */
const READ_LIMIT = 50;

/** A number may be ahead of the count of files by as many: some records may have been deleted, a million were not. */
const NUMBER_SLACK = 1_000;

export class Ledger {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
    private readonly frame: IntentFrame,
    private readonly kind: JobKind = BACKFILL,
  ) {}

  /** Reads the records, and sets aside what is none of ours. */
  async open(signal?: AbortSignal): Promise<LedgerPages> {
    const { aside, numbers } = sortFiles(await this.listKeys(signal), this.prefix, this.kind);
    const entries: LedgerEntry[] = [];
    const setAside = [...aside];
    for (const { key, sequence } of numbers.slice(0, READ_LIMIT)) {
      const read = await this.read(key, sequence, signal);
      if ("why" in read) setAside.push(read);
      else entries.push(read);
    }
    return { entries, aside: setAside, nextSequence: (numbers[0]?.sequence ?? 0) + 1 };
  }

  /** Writes the record of a new intent, or reads the one that another desk wrote first under the same number. */
  intend(intent: JobIntent, signal?: AbortSignal): Promise<LedgerEntry> {
    return this.begin({ ...recordOf(intent), state: "intended" }, signal);
  }

  /** Writes a record for a job that runs already and that no record of ours names. */
  adopt(intent: JobIntent, jobId: string, signal?: AbortSignal): Promise<LedgerEntry> {
    return this.begin({ ...recordOf(intent), state: "created", jobId }, signal);
  }

  /**
   * Notes the job of an intent. Another desk that had the same intent made the same job, and may be further along with it.
   * @throws LockstepError `LedgerConflict` when the record names another job by now
   */
  noteJob(entry: LedgerEntry, jobId: string, signal?: AbortSignal): Promise<LedgerEntry> {
    const isNoted = (record: LedgerRecord): boolean => record.jobId === jobId;
    return this.update(entry, { state: "created", jobId }, signal, isNoted);
  }

  /**
   * Changes a record that nobody else has changed since it was read.
   * @param isDone whether what somebody else made of it is as good. Default: it says the same as the change. The reply to an
   * earlier try of ours may have been lost: then the change is there already
   * @throws LockstepError `LedgerConflict` when somebody has
   */
  async update(
    entry: LedgerEntry,
    change: Partial<Omit<LedgerRecord, "version" | "intent">>,
    signal?: AbortSignal,
    isDone = (current: LedgerRecord): boolean => contains(current, change),
  ): Promise<LedgerEntry> {
    const record = { ...entry.record, ...change };
    try {
      const etag = await this.put(entry.key, record, { IfMatch: entry.etag }, signal);
      return { key: entry.key, etag, record };
    } catch (error) {
      if (!isConflict(error)) throw error;
      const current = await this.read(entry.key, entry.record.intent.sequence, signal);
      if ("record" in current && isDone(current.record)) return current;
      throw conflict(this.kind, error);
    }
  }

  /** A record as it is by now; undefined where it is not ours any more. */
  async again(entry: LedgerEntry, signal?: AbortSignal): Promise<LedgerEntry | undefined> {
    const current = await this.read(entry.key, entry.record.intent.sequence, signal);
    return "record" in current ? current : undefined;
  }

  private async begin(record: LedgerRecord, signal?: AbortSignal): Promise<LedgerEntry> {
    const { sequence } = record.intent;
    const key = recordKey(this.prefix, sequence, this.kind);
    try {
      const etag = await this.put(key, record, { IfNoneMatch: "*" }, signal);
      return { key, etag, record };
    } catch (error) {
      if (!isConflict(error)) throw error;
      const current = await this.read(key, sequence, signal);
      if ("record" in current) return current;
      throw conflict(this.kind, error);
    }
  }

  private async listKeys(signal?: AbortSignal): Promise<readonly string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: this.prefix,
          ContinuationToken: token,
        }),
        { abortSignal: signal },
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  private async read(
    key: string,
    sequence: number,
    signal?: AbortSignal,
  ): Promise<LedgerEntry | SetAside> {
    const output = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }), {
      abortSignal: signal,
    });
    if ((output.ContentLength ?? 0) > MAX_RECORD_BYTES) {
      (output.Body as { destroy?: () => void } | undefined)?.destroy?.();
      return { key, why: `it has ${output.ContentLength} bytes` };
    }
    const text = (await output.Body?.transformToString()) ?? "";
    const record = parseRecord(text, sequence, this.frame, this.kind);
    return "why" in record
      ? { key, why: record.why }
      : { key, etag: output.ETag ?? "", record: record.record };
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

/** A record has about a thousand. */
const MAX_RECORD_BYTES = 64 * 1024;

/** Key of the record with a number. Six digits, so that records list in order. */
export function recordKey(
  prefix: string,
  sequence: number,
  { name }: Pick<JobKind, "name"> = BACKFILL,
): string {
  return `${prefix}${name}-${String(sequence).padStart(6, "0")}.json`;
}

/** Takes apart the files whose name and number can be a record's, the highest number first, and all others. Pure. */
export function sortFiles(
  keys: readonly string[],
  prefix: string,
  kind: JobKind = BACKFILL,
): {
  readonly numbers: readonly { readonly key: string; readonly sequence: number }[];
  readonly aside: readonly SetAside[];
} {
  const numbers: { key: string; sequence: number }[] = [];
  const aside: SetAside[] = [];
  const neighbours = IN_ONE_FOLDER.includes(kind)
    ? IN_ONE_FOLDER.filter((one) => one !== kind)
    : [];
  for (const key of keys) {
    const digits = /^[a-z]+-(\d{6,12})\.json$/.exec(key.slice(prefix.length))?.[1];
    const sequence = Number(digits ?? Number.NaN);
    if (neighbours.some((one) => recordKey(prefix, sequence, one) === key)) continue;
    if (recordKey(prefix, sequence, kind) !== key) {
      aside.push({ key, why: "its name is none of a record" });
    } else if (sequence === 0 || sequence > keys.length + NUMBER_SLACK) {
      // Else a single file would use up the numbers of all jobs to come.
      aside.push({ key, why: "no job has come to that number" });
    } else {
      numbers.push({ key, sequence });
    }
  }
  return { numbers: numbers.sort((one, other) => other.sequence - one.sequence), aside };
}

/** Reads a record, or says why it is none of ours. Pure. */
export function parseRecord(
  text: string,
  sequence: number,
  frame: IntentFrame,
  kind: JobKind = BACKFILL,
): { readonly record: LedgerRecord } | { readonly why: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: "it is not JSON: written half-way, or not by Lockstep" };
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { why: `it is no record: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}` };
  }
  const { intent } = parsed.data;
  if (intent.sequence !== sequence) {
    return { why: `it says that it is number ${intent.sequence}` };
  }
  // What a job that was taken up sets is asked of the job itself.
  const isTakenUp = kind === RELOCK && intent.manifest === undefined;
  if (kindOf(intent) !== kind && !isTakenUp) return { why: `it is of no ${kind.name}` };
  const foreign = foreignPart(intent, frame);
  if (foreign !== undefined) return { why: `not of this stack: ${foreign}` };
  const { manifest } = intent;
  if (
    manifest !== undefined &&
    manifest.key !== ownManifestKey(frame.manifestPrefix, manifest.sha256)
  ) {
    return { why: `its manifest ${manifest.key} is none of ours` };
  }
  return { record: parsed.data };
}

function recordOf(intent: JobIntent): Pick<LedgerRecord, "version" | "intent"> {
  return {
    version: 1,
    intent: { ...intent, replicationStatuses: [...intent.replicationStatuses] },
  };
}

/** Whether a record says all that a change would make it say. Pure. */
export function contains(record: LedgerRecord, change: Partial<LedgerRecord>): boolean {
  return Object.entries(change).every(
    ([name, value]) => JSON.stringify(record[name as keyof LedgerRecord]) === JSON.stringify(value),
  );
}

function conflict({ name }: JobKind, cause: unknown): LockstepError {
  return new LockstepError(
    "LedgerConflict",
    `Another run of Lockstep works on the same ${name} at this moment.`,
    { hint: "Let it finish, or run the command again: it carries on with the same job.", cause },
  );
}

/** 412: the condition was not met. 409: another conditional write was under way. */
function isConflict(error: unknown): boolean {
  const status = awsFailure(error)?.httpStatus;
  return status === 412 || status === 409;
}
