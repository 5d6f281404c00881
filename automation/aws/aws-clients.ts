import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient, type S3ControlClientConfig } from "@aws-sdk/client-s3-control";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { AccountAccess } from "../../components/config/types";
import { watchDate } from "./aws-date";
import { type AwsEnvironment, configuredEndpoint } from "./configured-endpoint";
import { ownBucketsClient } from "./own-buckets-client";
import { rememberRequests } from "./request-facts";

export { type AwsEnvironment, configuredEndpoint };

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
