import { checkAwsAccount, clientConfig } from "../credentials";
import { awsConfigSchema, checkConfig, providerConfig } from "../provider-config";
import { serveProvider } from "../server";
import { Clients } from "./clients";
import { functionOf, resourceOf } from "./modules";

let clients: Clients | undefined;

function configured(): Clients {
  if (clients === undefined) throw new Error("The provider is not configured yet.");
  return clients;
}

serveProvider({
  name: "aws",
  version: process.env["LOCKSTEP_PLUGIN_VERSION"] ?? "0.0.0",
  checkConfig: (config) => checkConfig(awsConfigSchema, config),

  async configure(raw) {
    const config = providerConfig(awsConfigSchema, raw);
    const made = await clientConfig(config);
    await checkAwsAccount(config, made);
    clients = new Clients(made, config.defaultTags);
  },

  // Single calls of AWS are short: what is under way finishes.
  cancel: () => undefined,

  resource: (token) => resourceOf(token, configured),

  async invoke(token, args) {
    const called = await functionOf(token);
    const refused = Object.keys(args).filter((name) => !called.args.includes(name));
    if (refused.length > 0) {
      throw new Error(`The local ${token} does not act on: ${refused.join(", ")}`);
    }
    return called.invoke(args, configured());
  },
});
