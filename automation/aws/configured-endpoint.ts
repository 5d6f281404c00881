import { loadSharedConfigFiles } from "@smithy/core/config";
import type { OnAnswer } from "./answers";

/** Where the AWS SDK's own settings come from; tests and the demo name a file instead of the user's own. */
export interface AwsEnvironment {
  /** AWS config file; default: the SDK's own search. */
  readonly configFile?: string;
  /** AWS credentials file; default: `configFile` where that is given, else the SDK's own search. */
  readonly credentialsFile?: string;
  /**
   * Environment variables in place of the process's own: `AWS_PROFILE`, keys, `AWS_ENDPOINT_URL`. An empty one is none.
   * Default: the process's own.
   */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** A request with nothing sent or received for so long is given up and sent again, in milliseconds. Default 60,000. */
  readonly idleTimeoutMs?: number;
  /** Is given each answer of AWS to a client that is made in this environment. Default: nobody is. */
  readonly onAnswer?: OnAnswer;
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
  return configFile[profile ?? (variables["AWS_PROFILE"] || "default")]?.["endpoint_url"];
}

/** Whether an environment says by itself where AWS is, so that what the process says is not meant. */
export function hasOwnEndpoints({ configFile, variables }: AwsEnvironment): boolean {
  if (configFile !== undefined) return true;
  if (variables === undefined) return false;
  return [...new Set([...Object.keys(process.env), ...Object.keys(variables)])].some(
    (name) => name.startsWith("AWS_ENDPOINT_URL") && variables[name] !== process.env[name],
  );
}
