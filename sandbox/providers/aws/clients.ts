import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import type { STSClient } from "@aws-sdk/client-sts";
import type { ClientConfig } from "../credentials";

/** The clients of one configured provider, made (and their modules loaded) on first use. */
export class Clients {
  private readonly s3ByRegion = new Map<string, Promise<S3Client>>();
  private iamClient?: Promise<IAMClient>;
  private stsClient?: Promise<STSClient>;

  constructor(
    private readonly config: ClientConfig,
    private readonly usePathStyle: boolean,
  ) {}

  get region(): string {
    return this.config.region;
  }

  /** @param region of the resource, when it differs from the provider's */
  s3(region: string = this.region): Promise<S3Client> {
    const known = this.s3ByRegion.get(region);
    if (known !== undefined) return known;
    const client = import("@aws-sdk/client-s3").then(
      ({ S3Client }) =>
        new S3Client({
          ...this.config,
          region,
          // Undefined leaves it to the SDK, which knows that an address has no virtual hosts.
          ...(this.usePathStyle ? { forcePathStyle: true } : {}),
        }),
    );
    this.s3ByRegion.set(region, client);
    return client;
  }

  iam(): Promise<IAMClient> {
    return (this.iamClient ??= import("@aws-sdk/client-iam").then(
      ({ IAMClient }) => new IAMClient(this.config),
    ));
  }

  sts(): Promise<STSClient> {
    return (this.stsClient ??= import("@aws-sdk/client-sts").then(
      ({ STSClient }) => new STSClient(this.config),
    ));
  }
}
