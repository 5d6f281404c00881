import {
  callerAccount,
  checkAwsNativeAccount,
  clientConfig,
  type ClientConfig,
} from "../credentials";
import { awsNativeConfigSchema, checkConfig, providerConfig } from "../provider-config";
import { serveProvider } from "../server";
import { CloudControl } from "./cloud-control";
import { getResource } from "./get-resource";
import { NativeResource } from "./resource";
import { typeDataOf } from "./type-data";

let cloudControl: CloudControl | undefined;
let clients: ClientConfig | undefined;

function configured(): CloudControl {
  if (cloudControl === undefined) throw new Error("The provider is not configured yet.");
  return cloudControl;
}

serveProvider({
  name: "aws-native",
  version: process.env["LOCKSTEP_PLUGIN_VERSION"] ?? "0.0.0",
  checkConfig: (config) => checkConfig(awsNativeConfigSchema, config),

  async configure(raw) {
    const config = providerConfig(awsNativeConfigSchema, raw);
    clients = await clientConfig(config);
    await checkAwsNativeAccount(config, clients);
    cloudControl = new CloudControl(clients);
  },

  // What is under way is waited for; the engine asks for nothing new.
  cancel: () => undefined,

  resource: async (type) => new NativeResource(typeDataOf(type), configured),

  async invoke(token, args) {
    if (token !== "aws-native:index:getAccountId") return getResource(token, args, configured);
    if (clients === undefined) throw new Error("The provider is not configured yet.");
    return { accountId: await callerAccount(clients) };
  },
});
