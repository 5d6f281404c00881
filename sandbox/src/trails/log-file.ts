import { keyPrefix } from "../services/cloudtrail/trail-destination";
import type { Trail } from "../services/cloudtrail/model";
import type { Random } from "../values/random";
import { sha256Hex, type DeliveredLog } from "./digest";
import { eventTime, folderOf, type TrailRecord } from "./record";

const UNIQUE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UNIQUE_CHARACTERS = 16;

/** A log file that is ready to be delivered. */
export interface LogFile {
  readonly key: string;
  readonly text: string;
  readonly listed: DeliveredLog;
}

/**
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html (file name format)
 */
export function logFile(
  trail: Pick<Trail, "accountId" | "bucketName" | "prefix">,
  region: string,
  records: readonly TrailRecord[],
  nowEpochMs: number,
  random: Random,
): LogFile {
  const { accountId, bucketName } = trail;
  const now = eventTime(nowEpochMs);
  const minute = `${now.slice(0, 16).replace(/[-:]/g, "")}Z`;
  const unique = random.string(UNIQUE_CHARACTERS, UNIQUE_ALPHABET);
  const name = `${accountId}_CloudTrail_${region}_${minute}_${unique}.json.gz`;
  const key = `${keyPrefix(trail)}AWSLogs/${accountId}/CloudTrail/${region}/${folderOf(now)}/${name}`;
  const text = JSON.stringify({ Records: records });
  const times = records.map((record) => record.eventTime).sort();
  return {
    key,
    text,
    listed: {
      s3Bucket: bucketName,
      s3Object: key,
      hashValue: sha256Hex(text),
      hashAlgorithm: "SHA-256",
      newestEventTime: times.at(-1) ?? now,
      oldestEventTime: times[0] ?? now,
    },
  };
}
