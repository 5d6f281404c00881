import type { LocalResource } from "../model";
import type { Clients } from "./clients";
import type { AwsFunction } from "./function";
import type { AwsModule } from "./module";

/**
 * The modules by the first part of their tokens. Each is loaded on first use: the engine starts a provider for every
 * command, and most programs need few of the AWS SDK's clients.
 */
const MODULES: Readonly<Record<string, () => Promise<AwsModule>>> = {
  "aws:cloudwatch": async () => (await import("./cloudwatch/index.js")).cloudwatch,
  "aws:iam": async () => (await import("./iam/index.js")).iam,
  "aws:index": async () => (await import("./account/index.js")).account,
  "aws:kms": async () => (await import("./kms/index.js")).kms,
  "aws:s3": async () => (await import("./s3/index.js")).s3,
  "aws:sns": async () => (await import("./sns/index.js")).sns,
};

/** @throws Error naming the resource type when there is none */
export async function resourceOf(token: string, clients: () => Clients): Promise<LocalResource> {
  const module = await moduleOf(token);
  const type = module?.types.find((each) => each.token === token);
  if (type === undefined) {
    throw new Error(`The local aws provider does not have the resource type ${token}.`);
  }
  return type.make(clients);
}

/** @throws Error naming the function when there is none */
export async function functionOf(token: string): Promise<AwsFunction> {
  const found = (await moduleOf(token))?.functions[token];
  if (found === undefined) {
    throw new Error(`The local aws provider does not have the function ${token}.`);
  }
  return found;
}

async function moduleOf(token: string): Promise<AwsModule | undefined> {
  return MODULES[token.split("/")[0] ?? ""]?.();
}
