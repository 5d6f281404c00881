/**
 * Looks for the events of attempts in the trails of the vaults' accounts, and brings the files that they are verified by. Reading only.
 *
 *     trails of the account -> digests of the hours behind the attempt -> log files of its time -> its event
 *
 * What is brought is verified at once with what a check without AWS goes by, so that no event is told as signed that is not.
 */

import { gunzipSync } from "node:zlib";
import { DescribeTrailsCommand, ListPublicKeysCommand } from "@aws-sdk/client-cloudtrail";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { VaultConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accountClients, type AccountClients } from "../aws/aws-clients";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import type { Session } from "../events";
import { ask } from "../guard/ask";
import { type DigestContent, readDigest } from "./digest-file";
import type { SoughtAttempt, SoughtEvent, TrailEvent, TrailFacts } from "./fields";
import { type BroughtDigest, Found } from "./found-files";
import { trailClient } from "./trail-client";
import { differences, eventOf } from "./trail-event";
import {
  digestFolders,
  digestNamed,
  mayTell,
  organizationFolders,
  TOLD_WITHIN_MS,
  type TrailPlace,
} from "./trail-places";
import { DIGEST_PROBLEMS, isListed, type TrailPublicKey, verifyDigest } from "./verify-digest";

/** A vault whose attempts are looked for. */
export interface TrailVault {
  readonly config: VaultConfig;
  /** What its stack tells of it. */
  readonly outputs: VaultOutputs;
}

/** What is looked for, and where. */
export interface ReadTrailOptions extends Session {
  readonly vaults: readonly TrailVault[];
  /** Of an earlier run: those of this one are in no digest yet. */
  readonly sought: readonly SoughtAttempt[];
  /** Where profiles are. */
  readonly environment: AwsEnvironment;
}

/** What was found. */
export interface ReadTrail {
  /** `facts/trail.json`. */
  readonly facts: TrailFacts;
  /** Files that it names, and no others, by their names. A log file has events of others of the account too: its hash is of the whole. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Files are some hundred KiB; what claims to be more is not read, nor would a check of the bundle. */
const FILE_LIMIT_BYTES = 64 * 1024 * 1024;

/** @throws what is no answer: no network, an aborted signal, unusable credentials */
export async function readTrail(options: ReadTrailOptions): Promise<ReadTrail> {
  const found = new Found();
  const names = new Set(options.vaults.map(({ outputs }) => outputs.name));
  const events: SoughtEvent[] = options.sought
    .filter(({ vault }) => !names.has(vault))
    .map((sought) => ({ sought, outcome: "not-found", says: NO_VAULT }));
  for (const vault of options.vaults) {
    const sought = options.sought.filter((one) => one.vault === vault.outputs.name);
    if (sought.length === 0) continue;
    const clients = await accountClients(vault.config, options.environment);
    const reader = new VaultTrails(vault.outputs, clients, found, options);
    try {
      for (const one of sought) events.push(await reader.find(one));
    } finally {
      reader.close();
      clients.destroy();
    }
  }
  return { facts: { ...found.facts(), events }, files: found.files };
}

/** The trails that log what happens at one vault. */
class VaultTrails {
  readonly #s3: S3Client;
  #places: Promise<readonly TrailPlace[] | string> | undefined;

  constructor(
    private readonly vault: VaultOutputs,
    private readonly clients: AccountClients,
    private readonly found: Found,
    private readonly session: ReadTrailOptions,
  ) {
    this.#s3 = trailClient(clients, vault, session.environment);
  }

  close(): void {
    this.#s3.destroy();
  }

  async find(sought: SoughtAttempt): Promise<SoughtEvent> {
    const { date } = sought;
    const about = { sought };
    const places = await (this.#places ??= this.#readPlaces());
    if (typeof places === "string") return { ...about, outcome: "not-readable", says: places };
    if (places.length === 0) return { ...about, outcome: "no-trail", says: NO_TRAIL };
    let unread: string | undefined;
    for (const place of places) {
      const found = await this.#findIn(place, sought);
      if (typeof found !== "string") return { ...about, ...found };
      if (found !== "") unread = found;
    }
    if (unread !== undefined) return { ...about, outcome: "not-readable", says: unread };
    const isEarly = this.session.clock.nowEpochMs() < Date.parse(date) + TOLD_WITHIN_MS;
    return isEarly
      ? { ...about, outcome: "not-yet", says: NOT_YET }
      : { ...about, outcome: "not-found", says: NOT_FOUND };
  }

  /** The event; else empty, or what could not be read. */
  async #findIn(
    place: TrailPlace,
    sought: SoughtAttempt,
  ): Promise<Omit<SoughtEvent, "sought"> | string> {
    const eventEpochMs = Date.parse(sought.date);
    const keys = await this.#digestKeys(place, eventEpochMs);
    if ("unreadable" in keys) return refused(keys);
    for (const key of keys.value ?? []) {
      const brought = await this.#bringDigest(place, key);
      if (typeof brought === "string") return brought;
      if (brought === undefined) continue;
      for (const log of brought.content.logFiles) {
        if (!isOfTime(log, eventEpochMs)) continue;
        const bytes = await this.#read(log.s3Bucket, log.s3Object);
        if ("unreadable" in bytes) return refused(bytes);
        if (bytes.value === undefined) continue;
        const event = eventOf(bytes.value.bytes, sought.requestId);
        if (event === undefined) continue;
        const told = this.#judged(sought, event, brought, { ...log, ...bytes.value });
        if (told.outcome === "signed") this.found.trails.add(place.trailArn);
        return told;
      }
    }
    return "";
  }

  /** By no less than a check with the bundle alone, so that no event is called signed that is not. */
  #judged(
    sought: SoughtAttempt,
    event: TrailEvent,
    digest: BroughtDigest,
    log: { readonly s3Bucket: string; readonly s3Object: string; readonly bytes: Uint8Array },
  ): Omit<SoughtEvent, "sought"> {
    const other = differences(event, sought);
    if (other.length > 0) return unsound(`its event has another ${other.join(", ")}`);
    const { key, region } = digest;
    if (key === undefined) return unsound(`${digest.file.key} is signed by no key of ${region}`);
    const verified = verifyDigest(digest.file, key);
    if ("problem" in verified) {
      return unsound(`${digest.file.key} ${DIGEST_PROBLEMS[verified.problem]}`);
    }
    const { bytes, s3Bucket, s3Object } = log;
    if (!isListed(verified, { bucket: s3Bucket, key: s3Object, bytes })) {
      return unsound(`${s3Object} is not as a signed digest lists it`);
    }
    return {
      outcome: "signed",
      says: "Its event is in a log file that CloudTrail has signed for.",
      log: this.found.addLog(bytes),
      digest: this.found.addDigest({ ...digest, key }),
      event,
    };
  }

  async #readPlaces(): Promise<readonly TrailPlace[] | string> {
    const { region } = this.vault;
    const trails = await ask("cloudtrail:DescribeTrails", undefined, async () => {
      const command = new DescribeTrailsCommand({ includeShadowTrails: true });
      const options = { abortSignal: this.session.signal };
      return (await this.clients.cloudtrail.send(command, options)).trailList;
    });
    if ("unreadable" in trails) return refused(trails);
    return (trails.value ?? []).flatMap((trail): readonly TrailPlace[] => {
      const { HomeRegion = "", Name = "", S3BucketName = "", S3KeyPrefix, TrailARN = "" } = trail;
      if (trail.LogFileValidationEnabled !== true || S3BucketName === "") return [];
      if (trail.IsMultiRegionTrail !== true && HomeRegion !== region) return [];
      return [
        {
          trailArn: TrailARN,
          name: Name,
          homeRegion: HomeRegion,
          bucket: S3BucketName,
          prefix: S3KeyPrefix === undefined ? "" : `${S3KeyPrefix}/`,
          isOrganization: trail.IsOrganizationTrail === true,
        },
      ];
    });
  }

  #digestKeys(place: TrailPlace, eventEpochMs: number) {
    return ask("s3:ListBucket", ["NoSuchBucket"], async () => {
      const found = new Set<string>();
      for (const root of await this.#roots(place)) {
        for (const Prefix of digestFolders(root, this.vault, eventEpochMs)) {
          for (const key of await this.#list(place.bucket, Prefix)) {
            const named = digestNamed(key, place);
            if (named !== undefined && mayTell(named, eventEpochMs)) found.add(key);
          }
        }
      }
      return [...found].sort();
    });
  }

  async #roots({ bucket, isOrganization, prefix }: TrailPlace): Promise<readonly string[]> {
    const root = `${prefix}AWSLogs/`;
    if (!isOrganization) return [root];
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: root, Delimiter: "/" });
    const { CommonPrefixes = [] } = await this.#send(command);
    return organizationFolders(CommonPrefixes.map((folder) => folder.Prefix ?? ""));
  }

  async #list(Bucket: string, Prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
      const { Contents = [], NextContinuationToken } = await this.#send(command);
      keys.push(...Contents.map(({ Key = "" }) => Key));
      ContinuationToken = NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  }

  #send(command: ListObjectsV2Command) {
    return this.#s3.send(command, { abortSignal: this.session.signal });
  }

  async #bringDigest(place: TrailPlace, key: string): Promise<BroughtDigest | string | undefined> {
    const { region } = this.vault;
    const read = await this.#read(place.bucket, key);
    if ("unreadable" in read) return refused(read);
    const content = read.value === undefined ? undefined : readDigest(read.value.bytes);
    if (read.value === undefined || content === undefined) return undefined;
    const { bytes, metadata } = read.value;
    const known = await this.#keyOf(content);
    if (typeof known === "string") return known;
    const { signature = "", "signature-algorithm": signatureAlgorithm = "" } = metadata;
    const file = { bucket: place.bucket, key, bytes, signature, signatureAlgorithm };
    return { file, content, region, key: known };
  }

  /** The key that a digest names; undefined where CloudTrail has no such key. */
  async #keyOf(content: DigestContent): Promise<TrailPublicKey | string | undefined> {
    const listed = await ask("cloudtrail:ListPublicKeys", undefined, async () => {
      const range = {
        StartTime: new Date(content.digestStartTime),
        EndTime: new Date(content.digestEndTime),
      };
      const command = new ListPublicKeysCommand(range);
      const options = { abortSignal: this.session.signal };
      return (await this.clients.cloudtrail.send(command, options)).PublicKeyList;
    });
    if ("unreadable" in listed) return refused(listed);
    const fingerprint = content.digestPublicKeyFingerprint;
    const der = (listed.value ?? []).find((one) => one.Fingerprint === fingerprint)?.Value;
    return der === undefined ? undefined : { fingerprint, der };
  }

  /** An object out of its compression; undefined where it is not there any more, or is none. */
  #read(Bucket: string, Key: string) {
    return ask("s3:GetObject", ["NoSuchKey", "NoSuchBucket"], async () => {
      const command = new GetObjectCommand({ Bucket, Key });
      const { Body, Metadata = {} } = await this.#s3.send(command, {
        abortSignal: this.session.signal,
      });
      const bytes = unpacked((await Body?.transformToByteArray()) ?? new Uint8Array());
      return bytes === undefined ? undefined : { bytes, metadata: Metadata };
    });
  }
}

const NO_VAULT = "Its vault is not in the stack any more.";
const NO_TRAIL =
  "No trail of the vault's account has its log files validated and logs in the vault's Region.";
const NOT_YET = "It is in no digest yet: CloudTrail makes one each hour.";
const NOT_FOUND =
  "None of the trail's log files of that time that can be read has it. Deletions and retentions are there only where the trail has data events of the vault's objects.";

function unsound(why: string): Omit<SoughtEvent, "sought"> {
  return { outcome: "unsound", says: `What is there is not to be believed: ${why}.` };
}

function refused({ action, unreadable }: { readonly action: string; readonly unreadable: string }) {
  return `The trail may not be read: needs ${action} (${unreadable}).`;
}

/** Times of events are of whole seconds, and a little apart from AWS's answer. */
function isOfTime(
  log: { readonly oldestEventTime: string; readonly newestEventTime: string },
  eventEpochMs: number,
): boolean {
  return (
    Date.parse(log.oldestEventTime) <= eventEpochMs + MINUTE_MS &&
    Date.parse(log.newestEventTime) >= eventEpochMs - MINUTE_MS
  );
}

const MINUTE_MS = 60_000;

function unpacked(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: FILE_LIMIT_BYTES });
  } catch {
    // What does not come out of its compression is no file of CloudTrail's.
    return undefined;
  }
}
