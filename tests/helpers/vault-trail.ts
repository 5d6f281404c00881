import { gunzipSync, gzipSync } from "node:zlib";
import {
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import type { AccountClients } from "../../automation/aws/aws-clients";
import type { VaultOutputs } from "../../components/promise/outputs";

/** The vault that is logged. */
export type LoggedVault = Pick<VaultOutputs, "accountId" | "bucketArn" | "region">;

/** A trail of a vault's account, with a bucket of its own and data events of the vault's objects. */
export class VaultTrail {
  static readonly bucket = "vault-trail-logs";

  private constructor(private readonly clients: AccountClients) {}

  static async start(clients: AccountClients, vault: LoggedVault): Promise<VaultTrail> {
    const { accountId, bucketArn, region } = vault;
    const Bucket = VaultTrail.bucket;
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      }),
    );
    const Principal = { Service: "cloudtrail.amazonaws.com" };
    const policy = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal,
          Action: "s3:GetBucketAcl",
          Resource: `arn:aws:s3:::${Bucket}`,
        },
        {
          Effect: "Allow",
          Principal,
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${Bucket}/AWSLogs/${accountId}/*`,
          Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
        },
      ],
    };
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    const { cloudtrail } = clients;
    const TrailName = "audit";
    const EnableLogFileValidation = true;
    await cloudtrail.send(
      new CreateTrailCommand({ Name: TrailName, S3BucketName: Bucket, EnableLogFileValidation }),
    );
    const objects = { Type: "AWS::S3::Object", Values: [`${bucketArn}/`] };
    const EventSelectors = [
      { ReadWriteType: "All" as const, IncludeManagementEvents: true, DataResources: [objects] },
    ];
    await cloudtrail.send(new PutEventSelectorsCommand({ TrailName, EventSelectors }));
    await cloudtrail.send(new StartLoggingCommand({ Name: TrailName }));
    return new VaultTrail(clients);
  }

  /** Lays an object into the trail's bucket, as whoever may write there. @returns takes it away */
  async lay(
    Key: string,
    Body: Uint8Array,
    Metadata: Readonly<Record<string, string>> = {},
  ): Promise<() => Promise<void>> {
    const { s3 } = this.clients;
    const Bucket = VaultTrail.bucket;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata }));
    return async () => void (await s3.send(new DeleteObjectCommand({ Bucket, Key })));
  }

  /** Of each digest, in the order in which S3 lists them. */
  async digestKeys(): Promise<readonly string[]> {
    const { Contents = [] } = await this.clients.s3.send(
      new ListObjectsV2Command({ Bucket: VaultTrail.bucket }),
    );
    return Contents.flatMap(({ Key = "" }) => (Key.includes("/CloudTrail-Digest/") ? [Key] : []));
  }

  /** Out of its compression. */
  async read(Key: string): Promise<string> {
    const get = new GetObjectCommand({ Bucket: VaultTrail.bucket, Key });
    const { Body } = await this.clients.s3.send(get);
    return gunzipSync((await Body?.transformToByteArray()) ?? "").toString("utf8");
  }

  /** Writes log files anew that have a text in them, as whoever administers the account may. */
  async forge(text: string, by: string): Promise<number> {
    const { s3 } = this.clients;
    const Bucket = VaultTrail.bucket;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    let count = 0;
    for (const { Key = "" } of Contents.filter((one) => one.Key?.includes("/CloudTrail/"))) {
      const content = await this.read(Key);
      if (!content.includes(text)) continue;
      const Forged = gzipSync(content.replaceAll(text, by));
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Forged }));
      count++;
    }
    return count;
  }
}
