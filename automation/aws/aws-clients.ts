import { Agent } from "node:https";
import type * as Athena from "@aws-sdk/client-athena";
import type * as CloudTrail from "@aws-sdk/client-cloudtrail";
import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Kms from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import type * as S3Control from "@aws-sdk/client-s3-control";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { HttpHandler } from "@smithy/core/protocols";
import { accountCredentials, type CallerAccess } from "./account-credentials";
import { tellAnswers } from "./answers";
import { watchDate } from "./aws-date";
import { type AwsEnvironment, configuredEndpoint, hasOwnEndpoints } from "./configured-endpoint";
import { OwnBucketsClient } from "./own-buckets-client";
import { type KeyedClient, retryRefusedKeys } from "./refused-keys";
import { MOST_IN_FLIGHT } from "./request-pace";
import { type AnyClient, rememberRequests, shareSignals } from "./request-facts";

export { type AwsEnvironment, configuredEndpoint };

/** The clients of one account in one Region. Those that a command never asks for are neither made nor loaded. */
export interface AccountClients {
  /** Works in buckets of the account only. */
  readonly s3: S3Client;
  /** For batch jobs. */
  readonly s3control: S3Control.S3ControlClient;
  /** Says who the caller is. */
  readonly sts: STSClient;
  /** For roles and what they may do. */
  readonly iam: Iam.IAMClient;
  /** For questions to what lies in S3. */
  readonly athena: Athena.AthenaClient;
  /** For keys of the Region. */
  readonly kms: Kms.KMSClient;
  /** For trails that are seen in the Region. */
  readonly cloudtrail: CloudTrail.CloudTrailClient;
  /** For metrics of a Region. */
  readonly cloudwatch: (region: string) => CloudWatchAccess;
  /** The address in place of AWS's own; undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** Ends the connections of every client that was made. */
  destroy(): void;
}

/** The client of CloudWatch in one Region, and what is sent with it. */
export interface CloudWatchAccess extends Pick<typeof CloudWatch, "GetMetricDataCommand"> {
  /** One for each Region. */
  readonly client: CloudWatch.CloudWatchClient;
}

const MAX_ATTEMPTS = 5;

/**
 * As of the AWS CLI. The SDK itself would wait for ever for an answer that does not come.
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html
 */
const IDLE_TIMEOUT_MS = 60_000;
const CONNECTION_TIMEOUT_MS = 60_000;

/* eslint-disable @typescript-eslint/no-require-imports -- `import()` would go past the loader of a clone */
const PACKAGES = {
  athena: () => require("@aws-sdk/client-athena") as typeof Athena,
  cloudtrail: () => require("@aws-sdk/client-cloudtrail") as typeof CloudTrail,
  cloudwatch: () => require("@aws-sdk/client-cloudwatch") as typeof CloudWatch,
  iam: () => require("@aws-sdk/client-iam") as typeof Iam,
  kms: () => require("@aws-sdk/client-kms") as typeof Kms,
  s3control: () => require("@aws-sdk/client-s3-control") as typeof S3Control,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * Makes the clients of an account from its profile or role. The same code serves AWS and the sandbox: only the endpoint
 * that the profile or the environment names tells them apart.
 */
export async function accountClients(
  access: CallerAccess,
  environment: AwsEnvironment = {},
): Promise<AccountClients> {
  const endpoint = await configuredEndpoint(access.profile, environment);
  const base = {
    region: access.region,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      socketTimeout: environment.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    },
    ...(endpoint !== undefined && { endpoint }),
    // The SDK would look for one by itself, in what is the process's own.
    ...(endpoint === undefined &&
      hasOwnEndpoints(environment) && { ignoreConfiguredEndpointUrls: true }),
  };
  const credentials = accountCredentials(access, environment, base);
  const { onAnswer } = environment;
  const s3 = new OwnBucketsClient(
    { ...base, credentials, forcePathStyle: endpoint !== undefined },
    access.accountId,
    onAnswer,
  );
  useManyConnections(s3);
  shareSignals(s3);
  const made: AnyClient[] = [s3];
  const kept = <Client extends AnyClient & KeyedClient>(client: Client): Client => {
    rememberRequests(client);
    if (onAnswer !== undefined) tellAnswers(client, access, onAnswer);
    retryRefusedKeys(client);
    shareSignals(client);
    made.push(client);
    return client;
  };
  const s3control = once(() => {
    const { S3ControlClient } = PACKAGES.s3control();
    const address = endpoint === undefined ? {} : withoutAccountHost(endpoint);
    return kept(new S3ControlClient({ ...base, credentials, ...address }));
  });
  const athena = once(() => {
    const { AthenaClient } = PACKAGES.athena();
    return kept(new AthenaClient({ ...base, credentials }));
  });
  const iam = once(() => {
    const { IAMClient } = PACKAGES.iam();
    return kept(new IAMClient({ ...base, credentials }));
  });
  const kms = once(() => {
    const { KMSClient } = PACKAGES.kms();
    return kept(new KMSClient({ ...base, credentials }));
  });
  const cloudtrail = once(() => {
    const { CloudTrailClient } = PACKAGES.cloudtrail();
    return kept(new CloudTrailClient({ ...base, credentials }));
  });
  const cloudwatch = new Map<string, CloudWatchAccess>();
  return {
    s3,
    sts: kept(new STSClient({ ...base, credentials })),
    get s3control() {
      return s3control();
    },
    get athena() {
      return athena();
    },
    get iam() {
      return iam();
    },
    get kms() {
      return kms();
    },
    get cloudtrail() {
      return cloudtrail();
    },
    cloudwatch(region) {
      const { CloudWatchClient, GetMetricDataCommand } = PACKAGES.cloudwatch();
      const access = cloudwatch.get(region) ?? {
        client: kept(new CloudWatchClient({ ...base, region, credentials })),
        GetMetricDataCommand,
      };
      cloudwatch.set(region, access);
      return access;
    },
    endpoint,
    destroy() {
      for (const client of made) client.destroy();
    },
  };
}

/** The SDK's own limit of 50 would be less than what S3 takes. */
function useManyConnections({ config }: S3Client): void {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_IN_FLIGHT });
  // One that is not the SDK's for Node is not there: nobody hands one in.
  const handler = config.requestHandler as unknown as HttpHandler<{ httpsAgent: Agent }>;
  handler.updateHttpClientConfig("httpsAgent", agent);
}

function once<Value>(make: () => Value): () => Value {
  let value: { readonly made: Value } | undefined;
  return () => (value ??= { made: make() }).made;
}

/**
 * S3 Control puts the account id before the host, in its endpoint rules and once more as a host prefix.
 * `111111111111.127.0.0.1` is no address; the header x-amz-account-id, which is sent too, says the same.
 */
function withoutAccountHost(
  endpoint: string,
): Pick<S3Control.S3ControlClientConfig, "disableHostPrefix" | "endpointProvider"> {
  return {
    disableHostPrefix: true,
    endpointProvider: () => ({ url: new URL(endpoint), properties: {}, headers: {} }),
  };
}

/** Who the credentials belong to, and what time it is for AWS. */
export async function callerIdentity(
  clients: Pick<AccountClients, "sts">,
  signal?: AbortSignal,
): Promise<{ accountId: string; arn: string; answeredEpochMs: number | undefined }> {
  const command = new GetCallerIdentityCommand({});
  const answeredAt = watchDate(command);
  const output = await clients.sts.send(command, { abortSignal: signal });
  const { Account: accountId = "", Arn: arn = "" } = output;
  return { accountId, arn, answeredEpochMs: answeredAt() };
}
