/** The trails that log what happens at one vault, and the events in them. Reading only. */

import { DescribeTrailsCommand, ListPublicKeysCommand } from "@aws-sdk/client-cloudtrail";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { VaultOutputs } from "../../components/promise/outputs";
import type { AccountClients } from "../aws/aws-clients";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import type { Session } from "../events";
import { asked, type Asked } from "./asked";
import { FOLLOWS_ANOTHER } from "./digest-links";
import { hourOf, readDigest } from "./digest-file";
import type { SoughtAttempt, SoughtEvent } from "./fields";
import type { BroughtDigest, Found } from "./found-files";
import { unpackedObject, type UnpackedObject } from "./packed-object";
import { trailClient } from "./trail-client";
import { differences, eventsOf } from "./trail-event";
import {
  digestFolders,
  digestNamed,
  isOfTime,
  mayTell,
  organizationFolders,
  TOLD_WITHIN_MS,
  type TrailPlace,
} from "./trail-places";
import {
  DIGEST_PROBLEMS,
  isListed,
  verifyDigest,
  type S3Place,
  type TrailPublicKey,
} from "./verify-digest";

/** As whom, until when, and how much of a file. */
export interface VaultTrailsOptions extends Pick<Session, "clock" | "signal"> {
  readonly clients: AccountClients;
  readonly environment: AwsEnvironment;
  readonly fileMaxBytes: number;
}

/** What was passed over on the way: the first of each. */
interface PassedOver {
  /** Could not be read, in a sentence. */
  unread?: string;
  /** Is not as it was signed, or is another event, in words. */
  unsound?: string;
}

type Told = Omit<SoughtEvent, "sought">;

/** The trails that log what happens at one vault. */
export class VaultTrails {
  readonly #s3: S3Client;
  readonly #signed = new Map<string, BroughtDigest>();
  #places: Promise<Asked<readonly TrailPlace[]>> | undefined;

  constructor(
    private readonly vault: VaultOutputs,
    private readonly options: VaultTrailsOptions,
  ) {
    this.#s3 = trailClient(options.clients, vault, options.environment);
  }

  close(): void {
    this.#s3.destroy();
  }

  /**
   * What became of looking for an attempt's event.
   * @param found is given the files that a signed one needs
   */
  async find(sought: SoughtAttempt, found: Found): Promise<SoughtEvent> {
    return { sought, ...(await this.#told(sought, found)) };
  }

  async #told(sought: SoughtAttempt, found: Found): Promise<Told> {
    const places = await (this.#places ??= this.#readPlaces());
    if ("unread" in places) return { outcome: "not-readable", says: places.unread };
    if (places.value.length === 0) return { outcome: "no-trail", says: NO_TRAIL };
    const passed: PassedOver = {};
    for (const place of places.value) {
      const told = await this.#findIn(place, sought, found, passed);
      if (told !== undefined) return told;
    }
    const { unread, unsound } = passed;
    if (unread !== undefined) return { outcome: "not-readable", says: unread };
    const toldByMs = Date.parse(sought.date) + TOLD_WITHIN_MS;
    // What somebody laid there says nothing of a digest that may still come.
    if (this.options.clock.nowEpochMs() < toldByMs) return { outcome: "not-yet", says: NOT_YET };
    if (unsound === undefined) return { outcome: "not-found", says: NOT_FOUND };
    return { outcome: "unsound", says: `What is there is not to be believed: ${unsound}.` };
  }

  async #findIn(
    place: TrailPlace,
    sought: SoughtAttempt,
    found: Found,
    passed: PassedOver,
  ): Promise<Told | undefined> {
    const eventEpochMs = Date.parse(sought.date);
    const keys = valueOf(await this.#digestKeys(place, eventEpochMs), passed) ?? [];
    for (const key of keys) {
      const digest = await this.#signedDigest({ bucket: place.bucket, key }, passed);
      for (const log of digest?.verified.logFiles ?? []) {
        const { s3Bucket: bucket, s3Object } = log;
        if (digest === undefined || bucket === undefined || s3Object === undefined) continue;
        if (!isOfTime(log, eventEpochMs)) continue;
        const logPlace = { bucket, key: s3Object };
        const told = await this.#findInLog(logPlace, digest, sought, found, passed);
        if (told === undefined) continue;
        found.trails.add(place.trailArn);
        return told;
      }
    }
    return undefined;
  }

  /** By no less than a check with the bundle alone, so that no event is called signed that is not. */
  async #findInLog(
    place: S3Place,
    digest: BroughtDigest,
    sought: SoughtAttempt,
    found: Found,
    passed: PassedOver,
  ): Promise<Told | undefined> {
    const bytes = (await this.#read(place, passed))?.bytes;
    if (bytes === undefined) return undefined;
    if (!isListed(digest.verified, { ...place, bytes })) {
      passed.unsound ??= `${place.key} is not as a signed digest lists it`;
      return undefined;
    }
    for (const event of eventsOf(bytes, sought.requestId)) {
      const other = differences(event, sought);
      if (other.length > 0) {
        passed.unsound ??= `its event has another ${other.join(", ")}`;
      } else if (!found.takesDigest(digest)) {
        passed.unsound ??= `${digest.file.key} ${FOLLOWS_ANOTHER}`;
      } else if (!found.addEvent(event.eventID)) {
        passed.unsound ??= `its event ${event.eventID} is another request's too`;
      } else {
        return {
          outcome: "signed",
          says: "Its event is in a log file that CloudTrail has signed for.",
          log: found.addLog(bytes),
          digest: found.addDigest(digest),
          event,
        };
      }
    }
    return undefined;
  }

  async #readPlaces(): Promise<Asked<readonly TrailPlace[]>> {
    const { region } = this.vault;
    const trails = await this.#ask("cloudtrail:DescribeTrails", [], async (options) => {
      const command = new DescribeTrailsCommand({ includeShadowTrails: true });
      return (await this.options.clients.cloudtrail.send(command, options)).trailList;
    });
    if ("unread" in trails) return trails;
    const value = (trails.value ?? []).flatMap((trail): readonly TrailPlace[] => {
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
    return { value };
  }

  #digestKeys(place: TrailPlace, eventEpochMs: number) {
    return this.#ask("s3:ListBucket", ["NoSuchBucket"], async (options) => {
      const found = new Set<string>();
      for (const root of await this.#roots(place, options)) {
        for (const Prefix of digestFolders(root, this.vault, eventEpochMs)) {
          for (const key of await this.#list(place.bucket, Prefix, options)) {
            const named = digestNamed(key, place);
            if (named !== undefined && mayTell(named, eventEpochMs)) found.add(key);
          }
        }
      }
      return [...found].sort();
    });
  }

  async #roots({ bucket, isOrganization, prefix }: TrailPlace, options: SendOptions) {
    const root = `${prefix}AWSLogs/`;
    if (!isOrganization) return [root];
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: root, Delimiter: "/" });
    const { CommonPrefixes = [] } = await this.#s3.send(command, options);
    return organizationFolders(CommonPrefixes.map((folder) => folder.Prefix ?? ""));
  }

  async #list(Bucket: string, Prefix: string, options: SendOptions): Promise<readonly string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
      const { Contents = [], NextContinuationToken } = await this.#s3.send(command, options);
      keys.push(...Contents.map(({ Key = "" }) => Key));
      ContinuationToken = NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  }

  /** A digest whose signature is right; undefined for what is not there, not readable, or not sound. */
  async #signedDigest(place: S3Place, passed: PassedOver): Promise<BroughtDigest | undefined> {
    const known = this.#signed.get(`${place.bucket}/${place.key}`);
    if (known !== undefined) return known;
    const read = await this.#read(place, passed);
    if (read === undefined) return undefined;
    const { "signature-algorithm": signatureAlgorithm = "", signature = "" } = read.metadata;
    const file = { ...place, bytes: read.bytes, signature, signatureAlgorithm };
    const key = await this.#keyOf(file, passed);
    if (key === undefined) return undefined;
    const verified = verifyDigest(file, key);
    if ("problem" in verified) {
      passed.unsound ??= `${place.key} ${DIGEST_PROBLEMS[verified.problem]}`;
      return undefined;
    }
    const digest = { file, key, region: this.vault.region, verified };
    this.#signed.set(`${place.bucket}/${place.key}`, digest);
    return digest;
  }

  /** The key that a digest names, as CloudTrail has it: nothing else of a digest is gone by before it is verified. */
  async #keyOf(
    { bytes, key }: S3Place & { readonly bytes: Uint8Array },
    passed: PassedOver,
  ): Promise<TrailPublicKey | undefined> {
    const content = readDigest(bytes);
    const hour = content === undefined ? undefined : hourOf(content);
    if (content === undefined || hour === undefined) {
      passed.unsound ??= `${key} ${DIGEST_PROBLEMS.content}`;
      return undefined;
    }
    const answer = await this.#ask("cloudtrail:ListPublicKeys", [], async (options) => {
      const command = new ListPublicKeysCommand({ StartTime: hour.start, EndTime: hour.end });
      return (await this.options.clients.cloudtrail.send(command, options)).PublicKeyList ?? [];
    });
    const listed = valueOf(answer, passed);
    if (listed === undefined) return undefined;
    const fingerprint = content.digestPublicKeyFingerprint;
    const der = listed.find((one) => one.Fingerprint === fingerprint)?.Value;
    if (der !== undefined) return { fingerprint, der };
    passed.unsound ??= `${key} is signed by no key of ${this.vault.region}`;
    return undefined;
  }

  /** An object out of its compression; undefined for what is not there any more, not readable, or no file of CloudTrail's. */
  async #read(place: S3Place, passed: PassedOver): Promise<UnpackedObject | undefined> {
    const { fileMaxBytes: maxBytes, signal } = this.options;
    const answer = await this.#ask("s3:GetObject", ["NoSuchKey", "NoSuchBucket"], () =>
      unpackedObject(this.#s3, place, { maxBytes, signal }),
    );
    const object = valueOf(answer, passed);
    if (typeof object !== "string") return object;
    passed.unsound ??= `${place.key} ${object}`;
    return undefined;
  }

  #ask<Value>(
    action: string,
    absentCodes: readonly string[],
    read: (options: SendOptions) => Promise<Value>,
  ): Promise<Asked<Value | undefined>> {
    const { signal } = this.options;
    return asked(action, absentCodes, signal, () => read({ abortSignal: signal }));
  }
}

interface SendOptions {
  readonly abortSignal: AbortSignal | undefined;
}

/** Undefined for what could not be read, which is noted, and for what is not there. */
function valueOf<Value>(answer: Asked<Value>, passed: PassedOver): Value | undefined {
  if (!("unread" in answer)) return answer.value;
  passed.unread ??= answer.unread;
  return undefined;
}

const NO_TRAIL =
  "No trail of the vault's account has its log files validated and logs in the vault's Region.";
const NOT_YET = "It is in no digest yet: CloudTrail makes one each hour.";
const NOT_FOUND =
  "None of the trail's log files of that time that can be read has it. Deletions and retentions are there only where the trail has data events of the vault's objects.";
