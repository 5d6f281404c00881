import { accountFunctions } from "./account-functions";
import { bucketFunctions } from "./bucket-functions";
import type { Clients } from "./clients";
import type { AwsFunction } from "./function";
import { roleAndKeyFunctions } from "./role-and-key-functions";
import type { Properties } from "../values";

const functions: Readonly<Record<string, AwsFunction>> = {
  ...accountFunctions,
  ...bucketFunctions,
  ...roleAndKeyFunctions,
};

/**
 * Calls a function (data source) of `aws`.
 * @throws Error naming the function or the argument that is not acted on, and what AWS refuses
 */
export async function invokeFunction(
  token: string,
  args: Properties,
  clients: () => Clients,
): Promise<Properties> {
  const called = functions[token];
  if (called === undefined) {
    throw new Error(`The local aws provider does not have the function ${token}.`);
  }
  const refused = Object.keys(args).filter((name) => !called.args.includes(name));
  if (refused.length > 0) {
    throw new Error(`The local ${token} does not act on: ${refused.join(", ")}`);
  }
  return called.invoke(args, clients());
}
