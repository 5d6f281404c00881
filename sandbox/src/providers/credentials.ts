import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  fromIni,
  fromNodeProviderChain,
  fromTemporaryCredentials,
} from "@aws-sdk/credential-providers";
import { loadSharedConfigFiles } from "@smithy/core/config";
import { send } from "./send";
import type { ProviderConfig } from "./provider-config";

/** What every client of a provider is made with. */
export interface ClientConfig {
  /** In place of AWS's own; absent: the SDK's choice, which reads `AWS_ENDPOINT_URL`. */
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials: ReturnType<typeof fromNodeProviderChain>;
  readonly profile?: string;
  readonly maxAttempts?: number;
}

/** @throws Error when no Region is configured */
export async function clientConfig(config: ProviderConfig): Promise<ClientConfig> {
  if (config.region === undefined) {
    throw new Error(
      "missing required configuration: region. Set it on the provider or in AWS_REGION.",
    );
  }
  const endpoint = await profileEndpoint(config.profile);
  let credentials = baseCredentials(config);
  for (const role of config.assumeRoles) {
    credentials = fromTemporaryCredentials({
      masterCredentials: credentials,
      params: {
        RoleArn: role.roleArn,
        RoleSessionName: role.sessionName ?? "pulumi",
        ExternalId: role.externalId,
        Policy: role.policy,
        DurationSeconds: role.durationSeconds,
      },
      clientConfig: { region: config.region, profile: config.profile, ...endpoint },
    });
  }
  return {
    ...endpoint,
    region: config.region,
    credentials,
    profile: config.profile,
    maxAttempts: config.maxAttempts,
  };
}

/**
 * `endpoint_url` of the provider's own profile: by itself the SDK for JavaScript reads it from `AWS_PROFILE`'s profile only,
 * where the SDK that the real providers use reads that of the profile given. The environment's variable comes first.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
async function profileEndpoint(
  profile: string | undefined,
): Promise<{ endpoint: string } | undefined> {
  if (profile === undefined || process.env["AWS_ENDPOINT_URL"] !== undefined) return undefined;
  if (process.env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true") return undefined;
  const { configFile } = await loadSharedConfigFiles();
  const endpoint = configFile[profile]?.["endpoint_url"];
  return endpoint === undefined ? undefined : { endpoint };
}

function baseCredentials(config: ProviderConfig): ReturnType<typeof fromNodeProviderChain> {
  const { keys, profile } = config;
  if (keys !== undefined) return () => Promise.resolve(keys);
  if (profile !== undefined) return fromIni({ profile, filepath: config.sharedCredentialsFile });
  return fromNodeProviderChain({ filepath: config.sharedCredentialsFile });
}

/**
 * The check of `aws`, by HashiCorp's aws-sdk-go-base: the account is asked for unless both ways are skipped, and an account
 * that nobody asked for is on no list of allowed ones.
 * @throws Error when the account is not among the allowed ones, or is among the forbidden ones
 * @see https://github.com/hashicorp/aws-sdk-go-base `GetAwsAccountIDAndPartition`, `VerifyAccountIDAllowed`
 */
export async function checkAwsAccount(
  config: ProviderConfig,
  clients: ClientConfig,
): Promise<void> {
  const isAsked = !config.skipsCredentialsValidation || !config.skipsRequestingAccountId;
  const accountId = isAsked ? await callerAccount(clients) : "";
  const { allowedAccountIds, forbiddenAccountIds } = config;
  const isAllowed = allowedAccountIds.length === 0 || allowedAccountIds.includes(accountId);
  if (!isAllowed || forbiddenAccountIds.includes(accountId)) {
    throw new Error(`AWS account ID not allowed: ${accountId}`);
  }
}

/**
 * The check of `aws-native`: with `skipCredentialsValidation`, which its SDK sends unless told otherwise, the lists of
 * accounts are not looked at.
 * @throws Error when the account is not among the allowed ones, or is among the forbidden ones
 * @see https://github.com/pulumi/pulumi-aws-native/blob/master/provider/pkg/provider/provider.go `Configure`, `validateAccountId`
 */
export async function checkAwsNativeAccount(
  config: ProviderConfig,
  clients: ClientConfig,
): Promise<void> {
  if (config.skipsCredentialsValidation) return;
  const accountId = await callerAccount(clients);
  const { allowedAccountIds, forbiddenAccountIds } = config;
  if (forbiddenAccountIds.includes(accountId)) {
    throw new Error(`forbidden account ID (${accountId})`);
  }
  if (allowedAccountIds.length > 0 && !allowedAccountIds.includes(accountId)) {
    throw new Error(`account ID not allowed (${accountId})`);
  }
}

/** Whose credentials these are. */
export async function callerAccount(clients: ClientConfig): Promise<string> {
  const { Account = "" } = await send(new STSClient(clients), new GetCallerIdentityCommand({}));
  return Account;
}
