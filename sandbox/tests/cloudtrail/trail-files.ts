import { gunzipSync } from "node:zlib";
import { CreateTrailCommand, StartLoggingCommand } from "@aws-sdk/client-cloudtrail";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { TestSandboxWithManualClock } from "../helpers/sandbox";

/** The accounts of the sandbox of tests. */
export const SOURCE = "111111111111";
export const VAULT = "222222222222";
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** An event as a reader of log files has it. */
export interface TrailEvent {
  readonly eventName: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventID: string;
  readonly requestID: string;
  readonly awsRegion: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly responseElements: Readonly<Record<string, unknown>> | null;
  readonly additionalEventData?: Readonly<Record<string, unknown>>;
  readonly resources?: readonly Readonly<Record<string, unknown>>[];
  readonly readOnly: boolean;
  readonly managementEvent: boolean;
  readonly eventCategory: string;
  readonly recipientAccountId: string;
  readonly sharedEventID?: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly tlsDetails?: object;
}

export interface DeliveredFile {
  readonly key: string;
  readonly text: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What AWS's documentation puts on the bucket of a trail, for each account that writes to it. */
export function trailBucketPolicy(
  bucket: string,
  trailArns: readonly string[],
  prefix = "",
): string {
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  const accounts = new Set(trailArns.map((arn) => arn.split(":")[4]));
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AWSCloudTrailAclCheck20150319",
        Effect: "Allow",
        Principal,
        Action: "s3:GetBucketAcl",
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringEquals: { "aws:SourceArn": trailArns } },
      },
      {
        Sid: "AWSCloudTrailWrite20150319",
        Effect: "Allow",
        Principal,
        Action: "s3:PutObject",
        Resource: [...accounts].map(
          (accountId) => `arn:aws:s3:::${bucket}/${prefix}AWSLogs/${accountId}/*`,
        ),
        Condition: {
          StringEquals: {
            "s3:x-amz-acl": "bucket-owner-full-control",
            "aws:SourceArn": trailArns,
          },
        },
      },
    ],
  });
}

export function trailArn(name: string, accountId = SOURCE, region = "eu-west-1"): string {
  return `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`;
}

/** A bucket that lets the trails in. */
export async function makeTrailBucket(
  s3: S3Client,
  bucket: string,
  trailArns: readonly string[],
  options: { readonly region?: string; readonly hasObjectLock?: boolean } = {},
): Promise<void> {
  const { region = "eu-west-1", hasObjectLock } = options;
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" },
      ObjectLockEnabledForBucket: hasObjectLock,
    }),
  );
  const Policy = trailBucketPolicy(bucket, trailArns);
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
}

/** A trail that logs into a bucket of its own, `NAME-logs`. */
export async function startTrail(
  sandbox: TestSandboxWithManualClock,
  name: string,
  settings: Partial<ConstructorParameters<typeof CreateTrailCommand>[0]> = {},
  account: "source" | "vault" = "source",
): Promise<{ readonly arn: string; readonly bucket: string }> {
  const { accountId, region } = sandbox.account(account);
  const arn = trailArn(name, accountId, region);
  const bucket = `${name}-logs`;
  await makeTrailBucket(sandbox.s3(account), bucket, [arn], { region });
  const cloudtrail = sandbox.cloudtrail(account);
  await cloudtrail.send(new CreateTrailCommand({ Name: name, S3BucketName: bucket, ...settings }));
  await cloudtrail.send(new StartLoggingCommand({ Name: name }));
  return { arn, bucket };
}

/** The files under a folder of the bucket, oldest first, out of their compression. */
export async function filesIn(
  s3: S3Client,
  Bucket: string,
  folder: "CloudTrail" | "CloudTrail-Digest",
  known: Map<string, DeliveredFile> = new Map(),
): Promise<readonly DeliveredFile[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const keys = Contents.map(({ Key = "" }) => Key).filter((key) => key.includes(`/${folder}/`));
  for (const Key of keys.filter((key) => !known.has(key))) {
    const { Body, Metadata = {} } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const text = gunzipSync(bytes).toString("utf8");
    known.set(Key, { key: Key, text, metadata: Metadata });
  }
  return [...known.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

export function recordsOf(file: Pick<DeliveredFile, "text">): readonly TrailEvent[] {
  return (JSON.parse(file.text) as { Records: TrailEvent[] }).Records;
}

/** Reads what is delivered to a bucket, each file once. */
export class LogReader {
  private readonly known = new Map<string, DeliveredFile>();

  constructor(
    private readonly sandbox: TestSandboxWithManualClock,
    private readonly bucket: string,
    private readonly account: "source" | "vault" = "source",
  ) {}

  /** Every event up to now, once what is under way has arrived; of a Region in the order in which they happened. */
  async events(): Promise<readonly TrailEvent[]> {
    this.sandbox.clock.advance(6 * MINUTE_MS);
    const { account, bucket, known, sandbox } = this;
    return (await filesIn(sandbox.s3(account), bucket, "CloudTrail", known)).flatMap(recordsOf);
  }
}
