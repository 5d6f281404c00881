import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClientEndpoints } from "./client-settings";

export interface ProfileFacts {
  readonly name: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Writes `config` with a profile per account into `directory` (made when absent), readable by its owner alone. With
 * `AWS_CONFIG_FILE` set to it, boto3 and the AWS CLI need nothing else than a profile's name.
 * @throws Error of `node:fs` when the directory cannot be written
 */
export async function writeAwsConfigFile(
  directory: string,
  endpoints: ClientEndpoints,
  profiles: readonly ProfileFacts[],
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const configFile = join(directory, "config");
  const sections = [
    ...profiles.map((profile) => profileSection(profile, endpoints)),
    servicesSection(endpoints),
  ];
  await writeFile(configFile, sections.join("\n"), { mode: 0o600 });
  return configFile;
}

/** Of the services that need another endpoint than the profile's. */
const SERVICES = "lockstep-sandbox";

function profileSection(profile: ProfileFacts, { endpoint }: ClientEndpoints): string {
  return [
    `[profile ${profile.name}]`,
    `region = ${profile.region}`,
    `aws_access_key_id = ${profile.accessKeyId}`,
    `aws_secret_access_key = ${profile.secretAccessKey}`,
    `endpoint_url = ${endpoint}`,
    `services = ${SERVICES}`,
    "s3 =",
    "    addressing_style = path",
    // The AWS CLI presigns with Signature Version 2 at endpoints it does not know.
    "    signature_version = s3v4",
    "",
  ].join("\n");
}

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function servicesSection({ inFile }: ClientEndpoints): string {
  const lines = Object.entries(inFile).flatMap(([service, url]) => [
    `${service} =`,
    `    endpoint_url = ${url}`,
  ]);
  return [`[services ${SERVICES}]`, ...lines, ""].join("\n");
}
