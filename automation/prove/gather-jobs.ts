/**
 * What a stack's jobs left: their records, what AWS tells of them, their manifests and reports, each with its MD5. Records and reports of
 * backfills lie on the source's side: they explain a verdict, and none is formed of them.
 */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import type { StackClients } from "../aws/stack-clients";
import { intentFrame } from "../backfill/intent";
import { BACKFILL, RELOCK, TRIAL, type JobKind } from "../backfill/job-kind";
import { readJobManifest } from "../backfill/job-manifest";
import { jobSnapshot } from "../backfill/job-snapshot";
import { Jobs } from "../backfill/jobs";
import { MissingFile } from "../backfill/download";
import { ledgerOf, trialLedgerOf } from "../backfill/earlier-reports";
import type { Ledger, LedgerEntry, LedgerRecord } from "../backfill/ledger";
import { readReport } from "../backfill/report";
import { whyUnread } from "../backfill/unread-report";
import { awsFailure, isLockstepError, messageOf } from "../errors";
import type { Session } from "../events";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { relockFrame, relockJobs } from "../relock/relock-frame";

/** One job, as `jobs.json` tells it. */
export interface JobEvidence {
  /** Name of the source in the config. */
  readonly source: string;
  /** Name of the vault whose locks it extended. Absent: it brought versions. */
  readonly vault?: string;
  readonly kind: JobKind["name"];
  /** Where its record and its files were. */
  readonly bucket: string;
  readonly recordKey: string;
  readonly record: LedgerRecord;
  /** What DescribeJob answered; null where AWS does not know the job any more, or there was none. */
  readonly description: JobDescriptor | null;
  /** As they were in S3. */
  readonly files: readonly JobFile[];
  /** What could not be had, in words. */
  readonly problems: readonly string[];
}

/** A file of a job. */
export interface JobFile {
  /** In the bundle. */
  readonly name: string;
  /** In S3. */
  readonly key: string;
  readonly md5: string;
  readonly sizeBytes: number;
}

/** What is asked of one source's jobs. */
export interface JobsOfSource {
  /** Name in the config. */
  readonly source: string;
  readonly outputs: LockstepOutputs;
  readonly clients: StackClients;
  /** Of its promise. */
  readonly promiseDigest: string;
}

/** One ledger, and how the jobs of its records are looked at. */
interface LedgerPlace {
  readonly kind: JobKind;
  readonly vault?: string;
  readonly ledger: Ledger;
  readonly jobs: Jobs;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly reportPrefix: string;
}

/** Gathers jobs of one source after the other. */
export class GatheredJobs {
  readonly #jobs: JobEvidence[] = [];
  readonly #copies = new Map<string, string>();
  readonly #problems: string[] = [];
  readonly #seen = new Set<string>();

  /** @param folder for the files */
  constructor(
    private readonly folder: string,
    private readonly session: Session,
  ) {}

  /** For `jobs.json`. */
  get jobs(): readonly JobEvidence[] {
    return this.#jobs;
  }

  /** Paths of the files, by their names in a bundle. */
  get copies(): ReadonlyMap<string, string> {
    return this.#copies;
  }

  /** What could not be had, in words. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Adds the jobs of a source's promise, and those that extended locks in its vaults. */
  async add(options: JobsOfSource): Promise<void> {
    for (const place of placesOf(options)) {
      const of = place.vault ?? options.source;
      for (const entry of await this.#entries(place, of)) {
        // Sources may share a vault, and with it the ledger of its locks.
        const name = `${place.bucket}/${entry.key}`;
        if (this.#seen.has(name) || !isOfPromise(entry.record, place, options.promiseDigest)) {
          continue;
        }
        this.#seen.add(name);
        const job = await this.#gather(entry, place, options.source);
        this.#jobs.push(job);
        for (const problem of job.problems) this.#tell(`${name} of ${of}: ${problem}`);
      }
    }
  }

  async #entries({ kind, ledger }: LedgerPlace, of: string): Promise<readonly LedgerEntry[]> {
    try {
      const { aside, entries, nextSequence } = await ledger.open(this.session.signal);
      if (nextSequence - 1 > entries.length + aside.length) {
        this.#problems.push(
          `of the records of ${kind.name} jobs of ${of} the latest ${entries.length} alone were read`,
        );
      }
      return [...entries].reverse();
    } catch (error) {
      if (awsFailure(error)?.httpStatus === undefined) throw error;
      const what = `the records of ${kind.name} jobs of ${of} cannot be read: ${messageOf(error)}`;
      this.#problems.push(what);
      this.session.emit({ type: "warning", code: "LedgerUnreadable", message: what });
      return [];
    }
  }

  #tell(problem: string): void {
    this.#problems.push(problem);
    this.session.emit({ type: "warning", code: "ReportUnreadable", message: problem });
  }

  async #gather(
    { key: recordKey, record }: LedgerEntry,
    place: LedgerPlace,
    source: string,
  ): Promise<JobEvidence> {
    const { bucket, kind, vault } = place;
    const number = String(this.#jobs.length + 1).padStart(4, "0");
    const reading = new JobReading(join(this.folder, number), `jobs/${number}`, place);
    const { jobId } = record;
    let description: JobDescriptor | null = null;
    if (record.state !== "settled") reading.problems.push("its job is not settled yet");
    if (jobId !== undefined) {
      description = await reading.describe(jobId, this.session.signal);
      await reading.manifest(description, record, this.session.signal);
      await reading.report(jobId, record, this.session.signal);
    }
    for (const [name, path] of reading.copies) this.#copies.set(name, path);
    return {
      source,
      ...(vault !== undefined && { vault }),
      kind: kind.name,
      bucket,
      recordKey,
      record,
      description,
      files: reading.files,
      problems: reading.problems,
    };
  }
}

function placesOf({ clients, outputs }: JobsOfSource): readonly LedgerPlace[] {
  const { s3, s3control } = clients.source;
  const { bucketName: bucket, reportPrefix } = outputs.operations;
  const frame = intentFrame(outputs);
  const ofSource = { s3, bucket, reportPrefix };
  return [
    {
      ...ofSource,
      kind: TRIAL,
      ledger: trialLedgerOf(s3, outputs),
      jobs: new Jobs(s3control, frame, TRIAL),
    },
    {
      ...ofSource,
      kind: BACKFILL,
      ledger: ledgerOf(s3, outputs),
      jobs: new Jobs(s3control, frame),
    },
    ...[...clients.vaults].flatMap(([vault, access]): readonly LedgerPlace[] => {
      const own = relockFrame(access.outputs);
      if (own === undefined) return [];
      return [
        {
          ...relockJobs(access, own),
          kind: RELOCK,
          vault,
          s3: access.s3,
          bucket: access.outputs.operationsBucketName ?? "",
          reportPrefix: own.reportPrefix,
        },
      ];
    }),
  ];
}

/** Records of jobs that extend locks name no promise: those of a vault are all of it. */
function isOfPromise(record: LedgerRecord, { kind }: LedgerPlace, promiseDigest: string): boolean {
  return kind === RELOCK || record.state !== "settled" || record.promiseDigest === promiseDigest;
}

/** Files of one job on their way into a folder. */
class JobReading {
  readonly files: JobFile[] = [];
  readonly copies = new Map<string, string>();
  readonly problems: string[] = [];

  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly place: LedgerPlace,
  ) {}

  async describe(jobId: string, signal: AbortSignal): Promise<JobDescriptor | null> {
    try {
      const job = await this.place.jobs.read(jobId, signal);
      const foreign = this.place.jobs.whyForeign(job);
      if (foreign !== undefined) this.problems.push(`the job ${jobId} is not ours: ${foreign}`);
      return job;
    } catch (error) {
      if (awsFailure(error)?.httpStatus === 403) {
        this.problems.push(`its job ${jobId} cannot be looked at: ${messageOf(error)}`);
        return null;
      }
      if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
      this.problems.push(`AWS does not know the job ${jobId} any more, which it keeps for 90 days`);
      return null;
    }
  }

  async manifest(
    description: JobDescriptor | null,
    record: LedgerRecord,
    signal: AbortSignal,
  ): Promise<void> {
    const { bucket, s3 } = this.place;
    const { manifest } = record.intent;
    const job =
      description === null
        ? { ...(manifest !== undefined && { manifest: { ...manifest, bucket } }) }
        : jobSnapshot(record.jobId ?? "", description);
    // A job that never came to its manifest has none.
    if (job.manifest === undefined && !hasRun(record)) return;
    let count = 0;
    await this.#attempt("manifest", async () => {
      await readJobManifest(s3, job, bucket, signal, async ({ content, md5, name: key }) => {
        const name = count++ === 0 ? "manifest" : `manifest-${count - 1}`;
        const path = join(this.folder, name);
        await mkdir(this.folder, { recursive: true });
        await writeFile(path, content.chunks());
        this.#add(name, { key, md5, path, sizeBytes: content.sizeBytes });
      });
    });
  }

  async report(jobId: string, record: LedgerRecord, signal: AbortSignal): Promise<void> {
    const { bucket, reportPrefix: prefix, s3 } = this.place;
    const folder = join(this.folder, "report");
    const isRead = await this.#attempt("report", async () => {
      try {
        await readReport(s3, { bucket, prefix, jobId, folder, signal });
      } catch (error) {
        // A job that failed before its first task has none.
        if (hasRun(record) || !(error instanceof MissingFile)) throw error;
      }
    });
    if (!isRead) return;
    let count = 0;
    const start = `${prefix === "" ? "" : `${prefix}/`}job-${jobId}`;
    for (const path of await filesIn(folder)) {
      const inReport = relative(folder, path).split(sep).join("/");
      const name = inReport.startsWith("results/") ? `results-${++count}.csv` : inReport;
      this.#add(`report/${name}`, {
        key: `${start}/${inReport}`,
        path,
        md5: await md5Of(path),
        sizeBytes: (await stat(path)).size,
      });
    }
  }

  #add(name: string, { path, ...file }: Omit<JobFile, "name"> & { readonly path: string }): void {
    const whole = `${this.name}/${name}`;
    this.files.push({ name: whole, ...file });
    this.copies.set(whole, path);
  }

  /** What cannot be read is told. */
  async #attempt(what: string, read: () => Promise<void>): Promise<boolean> {
    try {
      await read();
      return true;
    } catch (error) {
      const why = whyUnread(error);
      if (why === undefined) throw error;
      this.problems.push(`its ${what} cannot be read: ${why}`);
      return false;
    }
  }
}

function hasRun({ outcome }: LedgerRecord): boolean {
  return outcome === "clean" || outcome === "not-clean";
}

/** In one order on every machine; none where there is no folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return [];
  }
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
