import { z } from "zod";
import { strictIssues } from "./strict-issues";
import type { CheckFailure } from "./model";
import { isObject, type Properties } from "./values";

const strings = z.array(z.string());

const assumeRole = z.strictObject({
  roleArn: z.string(),
  sessionName: z.string().optional(),
  externalId: z.string().optional(),
  policy: z.string().optional(),
  durationSeconds: z.number().optional(),
});

/** Configuration that either provider acts on; names are those of the providers' own SDKs. */
const shared = {
  region: z.string().optional(),
  profile: z.string().optional(),
  accessKey: z.string().optional(),
  secretKey: z.string().optional(),
  token: z.string().optional(),
  allowedAccountIds: strings.optional(),
  forbiddenAccountIds: strings.optional(),
  maxRetries: z.number().optional(),
  // Taken and always so: the sandbox is an address.
  s3UsePathStyle: z.boolean().optional(),
  skipCredentialsValidation: z.boolean().optional(),
  version: z.string().optional(),
};

/** What `aws` is configured with. */
export const awsConfigSchema = z.strictObject({
  ...shared,
  skipRequestingAccountId: z.boolean().optional(),
  // There is neither a metadata service nor a list of Regions here that these would skip.
  skipMetadataApiCheck: z.boolean().optional(),
  skipRegionValidation: z.boolean().optional(),
  assumeRoles: z.array(assumeRole).optional(),
  defaultTags: z.strictObject({ tags: z.record(z.string(), z.string()).optional() }).optional(),
});

/**
 * What `aws-native` is configured with. The real one refuses to be told not to skip what it has not implemented, and to
 * skip asking for the account id.
 * @see https://github.com/pulumi/pulumi-aws-native/blob/master/provider/pkg/provider/provider.go `CheckConfig`
 */
export const awsNativeConfigSchema = z.strictObject({
  ...shared,
  assumeRole: assumeRole.optional(),
  sharedCredentialsFile: z.string().optional(),
  skipGetEc2Platforms: z.literal(true).optional(),
  skipMetadataApiCheck: z.literal(true).optional(),
  skipRegionValidation: z.literal(true).optional(),
});

/** Both providers' configuration in one form. */
export interface ProviderConfig {
  readonly region?: string;
  readonly profile?: string;
  readonly keys?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Assumed one after the other. */
  readonly assumeRoles: readonly z.infer<typeof assumeRole>[];
  readonly allowedAccountIds: readonly string[];
  readonly forbiddenAccountIds: readonly string[];
  readonly maxAttempts?: number;
  readonly sharedCredentialsFile?: string;
  /** Nobody asks STS at the start whose the credentials are. */
  readonly skipsCredentialsValidation: boolean;
  readonly skipsRequestingAccountId: boolean;
  /** Tags for every resource that takes tags. */
  readonly defaultTags?: Readonly<Record<string, string>>;
}

type AnyConfig = z.infer<typeof awsConfigSchema> &
  Pick<z.infer<typeof awsNativeConfigSchema>, "assumeRole" | "sharedCredentialsFile">;

type ConfigSchema = typeof awsConfigSchema | typeof awsNativeConfigSchema;

/** Names what the provider does not act on and what has the wrong type. */
export function checkConfig(schema: ConfigSchema, config: Properties): CheckFailure[] {
  return strictIssues(schema, decodeConfig(config), "this provider");
}

/**
 * The configuration for use. Where `skipCredentialsValidation` says nothing, both providers validate; it is the SDK of
 * `aws-native` that sends `true` unless a program says otherwise.
 */
export function providerConfig(schema: ConfigSchema, raw: Properties): ProviderConfig {
  const config: AnyConfig = schema.parse(decodeConfig(raw));
  return {
    region: config.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"],
    profile: config.profile || undefined,
    keys:
      config.accessKey !== undefined && config.secretKey !== undefined
        ? {
            accessKeyId: config.accessKey,
            secretAccessKey: config.secretKey,
            sessionToken: config.token,
          }
        : undefined,
    assumeRoles: [
      ...(config.assumeRoles ?? []),
      ...(config.assumeRole === undefined ? [] : [config.assumeRole]),
    ],
    allowedAccountIds: config.allowedAccountIds ?? [],
    forbiddenAccountIds: config.forbiddenAccountIds ?? [],
    maxAttempts: config.maxRetries === undefined ? undefined : config.maxRetries + 1,
    sharedCredentialsFile: config.sharedCredentialsFile,
    defaultTags: config.defaultTags?.tags,
    skipsCredentialsValidation: config.skipCredentialsValidation ?? false,
    skipsRequestingAccountId: config.skipRequestingAccountId ?? false,
  };
}

/** Everything but plain text travels as JSON text in a provider's configuration. */
function decodeConfig(config: Properties): Properties {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, PLAIN.has(name) ? value : decode(value)]),
  );
}

const PLAIN = new Set([
  "region",
  "profile",
  "accessKey",
  "secretKey",
  "token",
  "version",
  "roleArn",
]);

function decode(value: unknown): unknown {
  if (typeof value !== "string") return isObject(value) ? { ...value } : value;
  try {
    return JSON.parse(value);
  } catch {
    // Plain text such as a file's path: the schema says whether that is right here.
    return value;
  }
}
