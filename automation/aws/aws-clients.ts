import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient, type S3ControlClientConfig } from "@aws-sdk/client-s3-control";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { loadSharedConfigFiles } from "@smithy/core/config";
import type { AccountAccess } from "../../components/config/types";
import { watchDate } from "./aws-date";
import { ownBucketsClient } from "./own-buckets-client";
import { rememberRequests } from "./request-facts";

/** Where the AWS SDK's own settings come from; tests and the demo name a file instead of the user's own. */
export interface AwsEnvironment {
  /** AWS config file; default: the SDK's own search. */
  readonly configFile?: string;
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** The clients of one account in one Region. */
export interface AccountClients {
  /** Works in buckets of the account only. */
  readonly s3: S3Client;
  readonly s3control: S3ControlClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  /** The address in place of AWS's own; undefined for AWS itself. */
  readonly endpoint: string | undefined;
  destroy(): void;
}

const MAX_ATTEMPTS = 5;

/**
 * Makes the clients of an account from its profile or role. The same code serves AWS and the sandbox: only the endpoint
 * that the profile or the environment names tells them apart.
 */
export async function accountClients(
  access: AccountAccess,
  environment: AwsEnvironment = {},
): Promise<AccountClients> {
  const endpoint = await configuredEndpoint(access.profile, environment);
  const base = {
    region: access.region,
    maxAttempts: MAX_ATTEMPTS,
    ...(endpoint !== undefined && { endpoint }),
  };
  const ownCredentials = fromNodeProviderChain({
    ...(access.profile !== undefined && { profile: access.profile }),
    ...(environment.configFile !== undefined && {
      configFilepath: environment.configFile,
      filepath: environment.configFile,
    }),
    clientConfig: base,
  });
  const credentials =
    access.assumeRoleArn === undefined
      ? ownCredentials
      : fromTemporaryCredentials({
          masterCredentials: ownCredentials,
          params: { RoleArn: access.assumeRoleArn, RoleSessionName: "lockstep" },
          clientConfig: base,
        });
  const s3 = ownBucketsClient(
    { ...base, credentials, forcePathStyle: endpoint !== undefined },
    access.accountId,
  );
  const s3control = new S3ControlClient({
    ...base,
    credentials,
    ...(endpoint !== undefined && withoutAccountHost(endpoint)),
  });
  const sts = new STSClient({ ...base, credentials });
  const iam = new IAMClient({ ...base, credentials });
  const kms = new KMSClient({ ...base, credentials });
  const all = [s3, s3control, sts, iam, kms];
  for (const client of all) rememberRequests(client);
  return {
    s3,
    s3control,
    sts,
    iam,
    kms,
    endpoint,
    destroy() {
      for (const client of all) client.destroy();
    },
  };
}

/**
 * S3 Control puts the account id before the host, in its endpoint rules and once more as a host prefix.
 * `111111111111.127.0.0.1` is no address; the header x-amz-account-id, which is sent too, says the same.
 */
function withoutAccountHost(
  endpoint: string,
): Pick<S3ControlClientConfig, "disableHostPrefix" | "endpointProvider"> {
  return {
    disableHostPrefix: true,
    endpointProvider: () => ({ url: new URL(endpoint), properties: {}, headers: {} }),
  };
}

/** Who the credentials belong to, and what time it is for AWS. */
export async function callerIdentity(
  clients: AccountClients,
  signal?: AbortSignal,
): Promise<{ accountId: string; arn: string; answeredEpochMs: number | undefined }> {
  const command = new GetCallerIdentityCommand({});
  const answeredAt = watchDate(command);
  const output = await clients.sts.send(command, { abortSignal: signal });
  const { Account: accountId = "", Arn: arn = "" } = output;
  return { accountId, arn, answeredEpochMs: answeredAt() };
}

/**
 * The endpoint in place of AWS's own, as every AWS tool reads it: `AWS_ENDPOINT_URL`, then `endpoint_url` of the profile.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function configuredEndpoint(
  profile: string | undefined,
  environment: AwsEnvironment = {},
): Promise<string | undefined> {
  const variables = environment.variables ?? process.env;
  if (variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true") return undefined;
  const fromVariable = variables["AWS_ENDPOINT_URL"];
  if (fromVariable !== undefined && fromVariable !== "") return fromVariable;
  const { configFile } = await loadSharedConfigFiles({
    ignoreCache: true,
    ...(environment.configFile !== undefined && {
      configFilepath: environment.configFile,
      filepath: environment.configFile,
    }),
  });
  return configFile[profile ?? variables["AWS_PROFILE"] ?? "default"]?.["endpoint_url"];
}
