import { checkAccount, clientConfig } from "../credentials";
import type { LocalResource } from "../model";
import { awsConfigSchema, checkConfig, providerConfig } from "../provider-config";
import { serveProvider } from "../server";
import { bucket } from "./bucket";
import { bucketLifecycleConfiguration } from "./bucket-lifecycle-configuration";
import { bucketOwnershipControls } from "./bucket-ownership-controls";
import { bucketPolicy } from "./bucket-policy";
import { bucketPublicAccessBlock } from "./bucket-public-access-block";
import { bucketReplicationConfig } from "./bucket-replication-config";
import { bucketServerSideEncryptionConfiguration } from "./bucket-server-side-encryption-configuration";
import { bucketVersioning } from "./bucket-versioning";
import { Clients } from "./clients";
import { invokeFunction } from "./functions";
import { AwsResource } from "./resource";
import { role } from "./role";
import { rolePolicy } from "./role-policy";

let clients: Clients | undefined;

function configured(): Clients {
  if (clients === undefined) throw new Error("The provider is not configured yet.");
  return clients;
}

const resources = new Map<string, LocalResource>([
  [bucket.token, new AwsResource(bucket, configured)],
  [bucketLifecycleConfiguration.token, new AwsResource(bucketLifecycleConfiguration, configured)],
  [bucketOwnershipControls.token, new AwsResource(bucketOwnershipControls, configured)],
  [bucketPolicy.token, new AwsResource(bucketPolicy, configured)],
  [bucketPublicAccessBlock.token, new AwsResource(bucketPublicAccessBlock, configured)],
  [bucketReplicationConfig.token, new AwsResource(bucketReplicationConfig, configured)],
  [
    bucketServerSideEncryptionConfiguration.token,
    new AwsResource(bucketServerSideEncryptionConfiguration, configured),
  ],
  [bucketVersioning.token, new AwsResource(bucketVersioning, configured)],
  [role.token, new AwsResource(role, configured)],
  [rolePolicy.token, new AwsResource(rolePolicy, configured)],
]);

serveProvider({
  name: "aws",
  version: process.env["LOCKSTEP_PLUGIN_VERSION"] ?? "0.0.0",
  checkConfig: (config) => checkConfig(awsConfigSchema, config),

  async configure(raw) {
    const config = providerConfig(awsConfigSchema, raw, true);
    const made = await clientConfig(config);
    await checkAccount(config, made);
    clients = new Clients(made, config.usePathStyle ?? false);
  },

  // Single calls of AWS are short: what is under way finishes.
  cancel: () => undefined,

  resource(type) {
    const resource = resources.get(type);
    if (resource === undefined) {
      throw new Error(`The local aws provider does not have the resource type ${type}.`);
    }
    return resource;
  },

  invoke: (token, args) => invokeFunction(token, args, configured),
});
