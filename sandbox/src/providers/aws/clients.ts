import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { STSClient } from "@aws-sdk/client-sts";
import type { ClientConfig } from "../credentials";

/** The clients of one configured provider, made (and their modules loaded) on first use. */
export class Clients {
  private readonly made = new Map<string, Promise<unknown>>();

  constructor(
    private readonly config: ClientConfig,
    /** Tags that every resource gets unless it has its own of the same key. */
    readonly defaultTags: Readonly<Record<string, string>> = {},
  ) {}

  get region(): string {
    return this.config.region;
  }

  /** @param region of the resource, when it differs from the provider's; of the other services as well */
  s3(region: string = this.region): Promise<S3Client> {
    return this.once("s3", region, async (config) => {
      const { S3Client } = await import("@aws-sdk/client-s3");
      // The sandbox is an address, which has no virtual hosts. The SDK knows that, but for names with dots: `a.b.127.0.0.1`.
      return new S3Client({ ...config, forcePathStyle: true });
    });
  }

  iam(): Promise<IAMClient> {
    return this.once("iam", this.region, async (config) => {
      const { IAMClient } = await import("@aws-sdk/client-iam");
      return new IAMClient(config);
    });
  }

  sts(): Promise<STSClient> {
    return this.once("sts", this.region, async (config) => {
      const { STSClient } = await import("@aws-sdk/client-sts");
      return new STSClient(config);
    });
  }

  kms(region: string = this.region): Promise<KMSClient> {
    return this.once("kms", region, async (config) => {
      const { KMSClient } = await import("@aws-sdk/client-kms");
      return new KMSClient(config);
    });
  }

  sns(region: string = this.region): Promise<SNSClient> {
    return this.once("sns", region, async (config) => {
      const { SNSClient } = await import("@aws-sdk/client-sns");
      return new SNSClient(config);
    });
  }

  cloudwatch(region: string = this.region): Promise<CloudWatchClient> {
    return this.once("cloudwatch", region, async (config) => {
      const { CloudWatchClient } = await import("@aws-sdk/client-cloudwatch");
      return new CloudWatchClient(config);
    });
  }

  eventbridge(region: string = this.region): Promise<EventBridgeClient> {
    return this.once("eventbridge", region, async (config) => {
      const { EventBridgeClient } = await import("@aws-sdk/client-eventbridge");
      return new EventBridgeClient(config);
    });
  }

  private once<Client>(
    service: string,
    region: string,
    make: (config: ClientConfig) => Promise<Client>,
  ): Promise<Client> {
    const key = `${service} ${region}`;
    const known = this.made.get(key) ?? make({ ...this.config, region });
    this.made.set(key, known);
    return known as Promise<Client>;
  }
}
