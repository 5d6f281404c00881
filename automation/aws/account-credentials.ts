/** Who a client is: from a profile, a role, or the variables of the environment that it belongs to. */

import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { AwsCredentialIdentityProvider } from "@smithy/types";
import type { AccountAccess } from "../../components/config/types";
import { withWhose } from "../errors";
import type { AwsEnvironment } from "./configured-endpoint";

/** What the clients that ask for credentials are made with. */
interface ClientBase {
  readonly region: string;
  readonly maxAttempts: number;
  readonly endpoint?: string;
}

/** Who somebody is in an account; once more as a role, where one is named. */
export interface CallerAccess extends AccountAccess {
  /** A role that is assumed by whoever the rest names. */
  readonly thenAssumeRoleArn?: string;
}

/** The SDK would write to the console that a profile goes before keys of the environment: the config names it, so that is meant. */
const QUIET = {
  debug: (): void => {},
  info: (): void => {},
  warn: (): void => {},
  error: (): void => {},
};

/**
 * The credentials of an account. Where the environment has variables of its own, what the process has under the same names is
 * not asked; what the machine gives by itself (a container's or an instance's role) is the same for all environments.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function accountCredentials(
  access: CallerAccess,
  environment: AwsEnvironment,
  base: ClientBase,
): AwsCredentialIdentityProvider {
  const provider = rolesOf(access).reduce(
    (masterCredentials, RoleArn) =>
      fromTemporaryCredentials({
        masterCredentials,
        params: { RoleArn, RoleSessionName: "lockstep" },
        clientConfig: base,
      }),
    ownCredentials(access, environment, base),
  );
  return async (options) => {
    try {
      return await provider(options);
    } catch (error) {
      // The SDK does not say of whose: a stack has several.
      throw withWhose(error, whoseCredentials(access));
    }
  };
}

/** As in `account 222222222222 (profile vault)`. */
function whoseCredentials(access: CallerAccess): string {
  const { accountId, profile } = access;
  const by = [
    ...(profile === undefined ? [] : [`profile ${profile}`]),
    ...rolesOf(access).map((arn) => `role ${arn}`),
  ];
  return `account ${accountId} (${by.length === 0 ? "no profile or role in the config" : by.join(", ")})`;
}

/** One after the other. */
function rolesOf({ assumeRoleArn, thenAssumeRoleArn }: CallerAccess): readonly string[] {
  return [assumeRoleArn, thenAssumeRoleArn].filter((arn) => arn !== undefined);
}

function ownCredentials(
  { profile }: AccountAccess,
  { configFile, credentialsFile = configFile, variables }: AwsEnvironment,
  base: ClientBase,
): AwsCredentialIdentityProvider {
  const common = {
    ...(configFile !== undefined && { configFilepath: configFile }),
    ...(credentialsFile !== undefined && { filepath: credentialsFile }),
    clientConfig: base,
    logger: QUIET,
  };
  if (variables === undefined) {
    return fromNodeProviderChain({ ...common, ...(profile !== undefined && { profile }) });
  }
  const named = profile ?? valueOf(variables, "AWS_PROFILE");
  const keys = named === undefined ? keysOf(variables) : undefined;
  if (keys !== undefined) return () => Promise.resolve(keys);
  return fromNodeProviderChain({
    ...common,
    // Without a name the SDK would ask the process's own variables for keys first.
    profile: named ?? "default",
    webIdentityTokenFile: variables["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "",
    roleArn: variables["AWS_ROLE_ARN"] ?? "",
    ...roleSessionName(variables),
  });
}

type Variables = NonNullable<AwsEnvironment["variables"]>;

function roleSessionName(variables: Variables): { readonly roleSessionName?: string } {
  const name = valueOf(variables, "AWS_ROLE_SESSION_NAME");
  return name === undefined ? {} : { roleSessionName: name };
}

function keysOf(variables: Variables) {
  const accessKeyId = valueOf(variables, "AWS_ACCESS_KEY_ID");
  const secretAccessKey = valueOf(variables, "AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const sessionToken = valueOf(variables, "AWS_SESSION_TOKEN");
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** An empty one is none, as for every AWS tool. */
function valueOf(variables: Variables, name: string): string | undefined {
  return variables[name] || undefined;
}
