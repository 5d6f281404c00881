/**
 * The completion report of a job.
 *
 *     <prefix>/job-<id>/manifest.json        names each CSV with its MD5
 *     <prefix>/job-<id>/manifest.json.md5    MD5 of manifest.json, hex
 *     <prefix>/job-<id>/results/<hash>.csv   no header, one row per task
 *
 * `ReportSchema` says that ErrorCode comes before HTTPStatusCode, the rows have them the other way round. So the two
 * columns are told apart by content: the one of digits only is the HTTP status.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { parse as parseCsv } from "csv-parse/sync";
import { z } from "zod";
import { inOrder } from "../concurrency";
import { decodeKey } from "../proof/source-versions";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import { cut } from "../words";
import {
  checkMd5,
  countBytes,
  download,
  FILES_AT_ONCE,
  MAX_FILES,
  MAX_TOTAL_BYTES,
  store,
  unreadable,
  wholeRecords,
} from "./download";

/** A CSV of a report, as its manifest names it. */
export interface ReportPart {
  /** In the operations bucket. */
  readonly key: string;
  /** Its name on this machine. */
  readonly name: string;
  /** In hex, as the manifest has it. */
  readonly md5: string;
  /** Of which tasks it has rows. */
  readonly status: "succeeded" | "failed";
}

/** What a report consists of. */
export interface ReportManifest {
  readonly parts: readonly ReportPart[];
  /** What manifest.json and manifest.json.md5 hold. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** One task of the job. */
export interface ReportRow {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  /** `null` (the word) for the null version. */
  readonly versionId: string;
  readonly succeeded: boolean;
  readonly httpStatus: number | undefined;
  /** Empty for a succeeded task; `OTHER_CODE` for what no code of AWS looks like. */
  readonly errorCode: string;
  /** At most 4,096 characters. */
  readonly message: string;
}

export interface CompletionReport {
  readonly rows: Sequence<ReportRow>;
  /** Where the files were kept. */
  readonly folder: string | undefined;
  /** Rows of tasks in another bucket than `taskBucket`; absent where there are none. */
  readonly elsewhere?: RowsElsewhere;
}

/** Rows of a report that are of another bucket. */
export interface RowsElsewhere {
  readonly count: number;
  /** The bucket that the first one names, and the file that has it. */
  readonly first: { readonly bucket: string; readonly file: string };
}

/** In place of a code that is none: whoever has the source can write a report, and what it tells is shown in many places. */
export const OTHER_CODE = "(another code)";

/** AWS's codes are names of letters, as in `DstBucketNotFound`, or an HTTP status. */
const CODE = /^[A-Za-z0-9.]{1,64}$/;

/** AWS's longest have a few hundred characters. */
const MESSAGE_CHARACTERS = 4_096;

/** So much is told of a name that the source's side wrote. */
const NAME_CHARACTERS = 256;

const MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

const manifestSchema = z.object({
  Format: z.literal("Report_CSV_20180820"),
  Results: z.array(
    z.object({
      TaskExecutionStatus: z.enum(["succeeded", "failed"]),
      Bucket: z.string(),
      MD5Checksum: z.string(),
      Key: z.string(),
    }),
  ),
});

export interface ReadReportOptions {
  readonly bucket: string;
  /** Report prefix of the job, without a slash at its end. */
  readonly prefix: string;
  readonly jobId: string;
  /** Folder to keep the files in; made when it is not there. Absent: they are only read. */
  readonly folder?: string;
  /** Rows of other buckets than this one are counted. Absent: none is. */
  readonly taskBucket?: string;
  readonly signal?: AbortSignal;
  /** The most that its result files may hold together. Default: 4 GiB. */
  readonly maxTotalBytes?: number;
}

/**
 * Downloads a job's report, checks every MD5 and parses every row.
 * @throws LockstepError `ReportUnreadable`
 */
export async function readReport(
  s3: S3Client,
  options: ReadReportOptions,
): Promise<CompletionReport> {
  const keep = async (name: string, content: Iterable<Buffer>): Promise<void> => {
    if (options.folder === undefined) return;
    const path = join(options.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  const { files: manifest, parts } = await readReportManifest(s3, options);
  for (const [name, content] of manifest) await keep(name, [content]);

  const rows = new SpilledList<ReportRow>();
  let elsewhere: RowsElsewhere | undefined;
  const count = countBytes(
    `The files that ${baseOf(options)}/manifest.json names`,
    options.maxTotalBytes,
  );
  const files = inOrder(parts, { limit: FILES_AT_ONCE }, async (part) => ({
    part,
    file: await store(s3, options.bucket, part.key, options.signal, MAX_TOTAL_BYTES, count),
  }));
  for await (const { file, part } of files) {
    checkMd5(part.key, file.md5, part.md5);
    await keep(join("results", part.name), file.content.chunks());
    let rowsCount = 0;
    for await (const text of wholeRecords(part.key, file.content.chunks())) {
      for (const row of parseReportRows(text, rowsCount, part.key)) {
        rowsCount++;
        if (row.succeeded !== (part.status === "succeeded")) {
          throw unreadable(`${part.key} lists ${part.status} tasks but has another at ${row.key}`);
        }
        if (options.taskBucket !== undefined && row.bucket !== options.taskBucket) {
          const bucket = cut(row.bucket, NAME_CHARACTERS);
          const first = elsewhere?.first ?? { bucket, file: part.key };
          elsewhere = { count: (elsewhere?.count ?? 0) + 1, first };
        }
        rows.push(row);
      }
    }
  }
  return { rows, folder: options.folder, ...(elsewhere !== undefined && { elsewhere }) };
}

/** The folder of a job's report. */
function baseOf({ jobId, prefix }: Pick<ReadReportOptions, "jobId" | "prefix">): string {
  return `${prefix === "" ? "" : `${prefix}/`}job-${jobId}`;
}

/**
 * Reads what a job's report consists of; none of its parts is read.
 * @throws LockstepError `ReportUnreadable`, also for a part that is not one of this job
 */
export async function readReportManifest(
  s3: S3Client,
  { bucket, jobId, prefix, signal }: Omit<ReadReportOptions, "folder">,
): Promise<ReportManifest> {
  const base = baseOf({ jobId, prefix });
  const content = await download(s3, bucket, `${base}/manifest.json`, signal);
  const md5Content = await download(s3, bucket, `${base}/manifest.json.md5`, signal);
  const md5 = createHash("md5").update(content).digest("hex");
  checkMd5(`${base}/manifest.json`, md5, md5Content.toString("utf8"));
  const text = content.toString("utf8");
  const parts = parseReportManifest(text, `${base}/manifest.json`).map((result) => ({
    key: result.Key,
    name: resultFileName(result, bucket, base),
    md5: result.MD5Checksum,
    status: result.TaskExecutionStatus,
  }));
  const files = new Map([
    ["manifest.json", content],
    ["manifest.json.md5", md5Content],
  ]);
  return { parts, files };
}

/**
 * Name of a result file on this machine. The manifest comes from the source's side: a file elsewhere than in this job's own
 * folder is not taken, and nothing of a key but a plain name becomes a path here.
 */
function resultFileName(
  result: { readonly Bucket: string; readonly Key: string },
  bucket: string,
  base: string,
): string {
  const folder = `${base}/results/`;
  const name = result.Key.startsWith(folder) ? result.Key.slice(folder.length) : "";
  if (result.Bucket !== bucket || !/^[A-Za-z0-9_-]+\.csv$/.test(name)) {
    throw unreadable(
      `${base}/manifest.json names ${cut(result.Key, NAME_CHARACTERS)} in ${cut(result.Bucket, NAME_CHARACTERS)}, which is not a result file of this job`,
    );
  }
  return name;
}

/**
 * The result files that a report's manifest.json names.
 * @param name its key, for messages
 * @throws LockstepError `ReportUnreadable`
 */
export function parseReportManifest(
  text: string,
  name = "manifest.json",
): z.infer<typeof manifestSchema>["Results"] {
  let results: z.infer<typeof manifestSchema>["Results"];
  try {
    results = manifestSchema.parse(JSON.parse(text)).Results;
  } catch (error) {
    throw unreadable(`${name} is not in the form Report_CSV_20180820`, error);
  }
  if (results.length > MAX_FILES) {
    throw unreadable(`${name} names more than ${MAX_FILES} files`);
  }
  const keys = new Set<string>();
  const byMd5 = new Map<string, string>();
  for (const { Key, MD5Checksum } of results) {
    const told = cut(Key, NAME_CHARACTERS);
    if (keys.has(Key)) throw unreadable(`${name} names ${told} twice`);
    keys.add(Key);
    // No task is in two files, so that none has what another has; but for those that have nothing.
    const other = byMd5.get(MD5Checksum);
    if (other !== undefined && MD5Checksum !== MD5_OF_NOTHING) {
      throw unreadable(`${name} names ${told} with the MD5 of ${cut(other, NAME_CHARACTERS)}`);
    }
    byMd5.set(MD5Checksum, Key);
  }
  return results;
}

/**
 * Parses rows of one result file.
 * @param rowsBefore how many rows of it came before
 * @param name of the file, for messages
 * @throws LockstepError `ReportUnreadable` for a row that is not understood: a row left out would be a version not proven
 */
export function parseReportRows(
  text: string,
  rowsBefore = 0,
  name = "a result file",
): readonly ReportRow[] {
  let records: string[][];
  try {
    records = parseCsv(text, { relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw unreadable(`${name} is not CSV`, error);
  }
  return records.map((fields, index) =>
    parseReportRow(fields, `row ${rowsBefore + index + 1} of ${name}`),
  );
}

/**
 * Parses a row.
 * @param where as in `row 7 of reports/job-1/results/a.csv`
 * @throws LockstepError `ReportUnreadable`
 */
export function parseReportRow(fields: readonly string[], where: string): ReportRow {
  const [bucket, key, versionId, status, fifth, sixth, message] = fields;
  if (
    fields.length !== 7 ||
    bucket === undefined ||
    key === undefined ||
    fifth === undefined ||
    sixth === undefined ||
    (status !== "succeeded" && status !== "failed")
  ) {
    throw unreadable(`${where} does not have the seven columns of a task`);
  }
  return {
    bucket,
    key: decodeReportKey(key, where),
    versionId: versionId === undefined || versionId === "" ? "null" : versionId,
    succeeded: status === "succeeded",
    ...taskCodes(fifth, sixth),
    message: cut(message ?? "", MESSAGE_CHARACTERS),
  };
}

/** What the fifth and the sixth column of a row tell, whichever is which. */
export function taskCodes(
  fifth: string,
  sixth: string,
): Pick<ReportRow, "errorCode" | "httpStatus"> {
  const fifthIsStatus = isHttpStatus(fifth) || !isHttpStatus(sixth);
  const [httpStatus, errorCode] = fifthIsStatus ? [fifth, sixth] : [sixth, fifth];
  return {
    httpStatus: isHttpStatus(httpStatus) ? Number(httpStatus) : undefined,
    errorCode: errorCode === "" || CODE.test(errorCode) ? errorCode : OTHER_CODE,
  };
}

function decodeReportKey(key: string, where: string): string {
  try {
    return decodeKey(key);
  } catch (error) {
    throw unreadable(`${where} has a key that is not URL-encoded`, error);
  }
}

function isHttpStatus(text: string): boolean {
  return /^\d{3}$/.test(text);
}
