import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface ProfileFacts {
  readonly name: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Writes `config` with a profile per account into `directory` (made when absent), readable by its owner alone. With
 * `AWS_CONFIG_FILE` set to it, AWS's SDKs and CLI need nothing else than a profile's name.
 * @throws Error of `node:fs` when the directory cannot be written
 */
export async function writeAwsConfigFile(
  directory: string,
  endpoint: string,
  profiles: readonly ProfileFacts[],
): Promise<{ configFile: string }> {
  await mkdir(directory, { recursive: true });
  const configFile = join(directory, "config");
  await writeFile(configFile, profiles.map((profile) => section(profile, endpoint)).join("\n"), {
    mode: 0o600,
  });
  return { configFile };
}

function section(profile: ProfileFacts, endpoint: string): string {
  return [
    `[profile ${profile.name}]`,
    `region = ${profile.region}`,
    `aws_access_key_id = ${profile.accessKeyId}`,
    `aws_secret_access_key = ${profile.secretAccessKey}`,
    `endpoint_url = ${endpoint}`,
    // S3 Control would put the account id before the host: `111111111111.127.0.0.1` is no host. The AWS CLI does so in
    // spite of this setting; it reaches the sandbox with `HTTP_PROXY` set to the endpoint.
    "disable_host_prefix_injection = true",
    "s3 =",
    "    addressing_style = path",
    // The AWS CLI presigns with Signature Version 2 at endpoints it does not know.
    "    signature_version = s3v4",
    "",
  ].join("\n");
}
