/** Where a trail delivers, and what lies there by its names. Pure. */

/** A trail, as far as its files are found by it. */
export interface TrailPlace {
  /** ARN. */
  readonly trailArn: string;
  readonly name: string;
  readonly homeRegion: string;
  readonly bucket: string;
  /** With a slash at its end; empty where there is none. */
  readonly prefix: string;
  /** Its files lie under the organization's id. */
  readonly isOrganization: boolean;
}

/** A digest file by its name. */
export interface NamedDigest {
  readonly key: string;
  readonly endEpochMs: number;
}

/**
 * Folders of the digests that may tell of an event: those of its day, and of the next where its hour ends there.
 * @param root with a slash at its end: `AWSLogs/`, behind the trail's prefix, and the organization's id
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function digestFolders(
  root: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
  eventEpochMs: number,
): readonly string[] {
  const days = [eventEpochMs, eventEpochMs + TOLD_WITHIN_MS].map(dayOf);
  return [...new Set(days)].map((day) => `${root}${accountId}/CloudTrail-Digest/${region}/${day}/`);
}

/** An event is delivered within some minutes, and a digest is made each hour; a backfill one may come later. */
export const TOLD_WITHIN_MS = 3 * 60 * 60_000;

/** The digest of a trail that an object's name is of; undefined for another trail's, and for what is no digest. */
export function digestNamed(
  key: string,
  { homeRegion, name }: Pick<TrailPlace, "homeRegion" | "name">,
): NamedDigest | undefined {
  const file = key.slice(key.lastIndexOf("/") + 1);
  const match = /^\d{12}_CloudTrail-Digest_(.+)_(\d{8}T\d{6}Z)(?:_backfill)?\.json\.gz$/.exec(file);
  const [, of = "", end = ""] = match ?? [];
  // The Region that it tells of stands before the trail's name, and its home Region behind.
  if (!of.endsWith(`_${name}_${homeRegion}`)) return undefined;
  const iso = end.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const endEpochMs = Date.parse(iso);
  return Number.isNaN(endEpochMs) ? undefined : { key, endEpochMs };
}

/** Whether a digest may list the log file of an event. */
export function mayTell({ endEpochMs }: NamedDigest, eventEpochMs: number): boolean {
  return endEpochMs >= eventEpochMs && endEpochMs <= eventEpochMs + TOLD_WITHIN_MS;
}

/**
 * Whether a log file that a digest lists may have an event. Times of events are of whole seconds, and a little apart from AWS's answer.
 * What tells no times has none of its time.
 */
export function isOfTime(
  {
    newestEventTime = "",
    oldestEventTime = "",
  }: {
    readonly newestEventTime?: string | undefined;
    readonly oldestEventTime?: string | undefined;
  },
  eventEpochMs: number,
): boolean {
  return (
    Date.parse(oldestEventTime) <= eventEpochMs + MINUTE_MS &&
    Date.parse(newestEventTime) >= eventEpochMs - MINUTE_MS
  );
}

const MINUTE_MS = 60_000;

/** The organization's ids among the folders below `AWSLogs/`. */
export function organizationFolders(folders: readonly string[]): readonly string[] {
  return folders.filter((folder) => /\/o-[a-z0-9]{10,32}\/$/.test(folder));
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10).replaceAll("-", "/");
}
