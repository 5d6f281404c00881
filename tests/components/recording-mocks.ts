/**
 * Stands in for the engine: records every resource that a program registers and answers like a provider
 * that makes what it is asked for.
 *
 * What these mocks cannot prove, and engine tests do: parents and URNs, what the engine makes of `dependsOn` and
 * `retainOnDelete`, which are only recorded here, and that a provider accepts the inputs.
 */

import * as pulumi from "@pulumi/pulumi";

export interface RecordedResource {
  type: string;
  name: string;
  /** Name of the provider resource, or empty when a default provider would be taken. */
  provider: string;
  // Inputs are whatever a resource takes; tests assert on the members they name.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  inputs: any;
  /** Names of what has to be there before, by `dependsOn` and by the outputs among the inputs. */
  dependencies: readonly string[];
  retainOnDelete: boolean;
}

export interface RecordedInvoke {
  token: string;
  provider: string;
  inputs: unknown;
}

export interface Recording<Result> {
  result: Result;
  /** Custom resources without providers, in the order of registration. */
  resources: RecordedResource[];
  components: string[];
  providers: RecordedResource[];
  invokes: RecordedInvoke[];
}

/** Buckets that a look-up finds, by name, and their Regions. */
export type ExistingBuckets = Record<string, string>;

/** Stands in for a transform of Pulumi's, which runs in the engine: gets a resource's name and inputs, answers others. */
export type EngineTransform = (
  name: string,
  inputs: Record<string, unknown>,
) => Record<string, unknown>;

/** What is answered where nothing is configured; an error as the engine makes it, with its text in `details`. */
const ABSENT: Readonly<Record<string, Error | Record<string, unknown>>> = {
  "aws:s3/getBucketReplicationConfiguration:getBucketReplicationConfiguration": Object.assign(
    new Error("couldn't find resource"),
    { details: "couldn't find resource" },
  ),
  "aws:s3/getBucketNotification:getBucketNotification": {
    eventbridge: false,
    topics: [],
    queues: [],
    lambdaFunctions: [],
  },
  "pulumi:pulumi:readStackOutputs": { outputs: {} },
};

/** What tells whose credentials a provider has: here those of the account that it is made for. */
const ACCOUNT_FUNCTIONS: ReadonlySet<string> = new Set([
  "aws:index/getCallerIdentity:getCallerIdentity",
  "aws-native:index:getAccountId",
]);

function allowedAccount(providers: readonly RecordedResource[], name: string): string {
  const { allowedAccountIds } = one(providers, name).inputs as { allowedAccountIds: string };
  return (JSON.parse(allowedAccountIds) as [string])[0];
}

/** Runs a program until everything it registered has been answered. */
export async function record<Result>(
  program: () => Result | Promise<Result>,
  existing: ExistingBuckets = {},
): Promise<Recording<Awaited<Result>>> {
  const recorded: Omit<Recording<unknown>, "result"> = {
    resources: [],
    providers: [],
    components: [],
    invokes: [],
  };
  await install(recorded, existing);
  const result = await program();
  await pulumi.runtime.disconnect();
  return { result, ...recorded };
}

/**
 * The error that an output fails with. Does not wait for the rest: what depends on a failed output is never registered.
 */
export async function failureOf(
  program: () => pulumi.Output<unknown>,
  existing: ExistingBuckets = {},
): Promise<Error> {
  await install({ resources: [], providers: [], components: [], invokes: [] }, existing);
  return valueOf(program()).then(
    (value) => {
      throw new Error(`expected a failure, got ${String(value)}`);
    },
    (error: Error) => error,
  );
}

/**
 * The errors of outputs that nothing waits for, which end a real program. Judged when all that was registered has been
 * answered.
 */
export async function looseFailuresOf(
  program: () => unknown,
  transform: EngineTransform,
): Promise<Error[]> {
  const failures = new Set<Error>();
  const collect = (error: Error): void => void failures.add(error);
  const listeners = process.rawListeners("unhandledRejection") as (() => void)[];
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", collect);
  try {
    await install({ resources: [], providers: [], components: [], invokes: [] }, {}, transform);
    program();
    await pulumi.runtime.disconnect();
    // Node tells of a rejection once all that was due is done.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", collect);
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
  return [...failures];
}

/** What a request to register a resource says that mocks are not told. */
type RecordedOptions = Pick<RecordedResource, "dependencies" | "retainOnDelete">;

/** Pulumi's request to register a resource, as far as it is read here. */
interface RegisterRequest {
  getDependenciesList(): string[];
  getRetainondelete(): boolean;
}

/** Has every request to register a resource read, right before the mocks answer it. */
function readOptions(read: (options: RecordedOptions) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: RegisterRequest, callback: unknown): unknown;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    read({
      dependencies: request.getDependenciesList().map((urn) => urn.split("::").at(-1) ?? ""),
      retainOnDelete: request.getRetainondelete(),
    });
    return register(request, callback);
  };
}

async function install(
  { resources, providers, components, invokes }: Omit<Recording<unknown>, "result">,
  existing: ExistingBuckets,
  transform: EngineTransform = (_name, inputs) => inputs,
): Promise<void> {
  let options: RecordedOptions = { dependencies: [], retainOnDelete: false };
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs: declared, provider = "", custom }) {
        const inputs = transform(name, declared as Record<string, unknown>);
        const recorded = { type, name, inputs, provider: providerName(provider), ...options };
        if (type.startsWith("pulumi:providers:")) providers.push(recorded);
        else if (custom === true) resources.push(recorded);
        else components.push(`${type} ${name}`);
        return {
          id: idOf(type, name, inputs),
          state: {
            ...inputs,
            ...computed(type, name, inputs, partitionIn(providers, providerName(provider))),
          },
        };
      },
      call({ token, inputs, provider = "" }) {
        invokes.push({ token, inputs, provider: providerName(provider) });
        if (ACCOUNT_FUNCTIONS.has(token)) {
          return { accountId: allowedAccount(providers, providerName(provider)) };
        }
        const absent = ABSENT[token];
        if (absent !== undefined) {
          if (absent instanceof Error) throw absent;
          return absent;
        }
        const region = existing[inputs.bucket as string];
        if (token !== "aws:s3/getBucket:getBucket" || region === undefined) {
          // The engine's failures are gRPC's, whose text is in `details`.
          const details = `couldn't find resource: ${String(inputs.bucket)}`;
          throw Object.assign(new Error(details), { details });
        }
        return {
          id: inputs.bucket,
          bucket: inputs.bucket,
          arn: `arn:aws:s3:::${String(inputs.bucket)}`,
          bucketRegion: region,
        };
      },
    },
    "lockstep",
    "test",
    false,
    "organization",
  );
  readOptions((read) => {
    options = read;
  });
}

/** The value of an output. */
export function valueOf<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    output.apply(resolve as (value: unknown) => void);
    // A failed output never calls apply; its promise is what tells.
    (output as unknown as { promise(): Promise<Value> }).promise().catch(reject);
  });
}

/** `type name`, short enough to compare as a list. */
export function listOf(resources: readonly RecordedResource[]): string[] {
  return resources.map(({ type, name }) => `${type} ${name}`).sort();
}

export function one(resources: readonly RecordedResource[], name: string): RecordedResource {
  const found = resources.filter((resource) => resource.name === name);
  if (found[0] === undefined || found.length > 1) {
    throw new Error(`expected one "${name}" among ${listOf(resources).join(", ")}`);
  }
  return found[0];
}

/** A provider's reference is `<urn>::<id>`; the URN ends in its name. */
function providerName(reference: string): string {
  return reference.split("::").at(-2) ?? "";
}

function idOf(type: string, name: string, inputs: Record<string, unknown>): string {
  if (type === "aws:s3/bucket:Bucket") return String(inputs.bucket);
  if (type === "aws-native:s3:Bucket") return String(inputs.bucketName);
  return `${name}-id`;
}

/** The partition that a provider's Region is in. */
function partitionIn(providers: readonly RecordedResource[], name: string): string {
  const found = providers.find((provider) => provider.name === name);
  const region = String((found?.inputs as { region?: unknown } | undefined)?.region);
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return region.startsWith("eusc-") ? "aws-eusc" : "aws";
}

function computed(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  partition: string,
): Record<string, unknown> {
  switch (type) {
    case "aws:s3/bucket:Bucket":
      return { arn: `arn:${partition}:s3:::${String(inputs.bucket)}` };
    case "aws-native:s3:Bucket":
      return { arn: `arn:${partition}:s3:::${String(inputs.bucketName)}` };
    case "aws-native:kms:Key":
      return {
        keyId: `${name}-key-id`,
        arn: `arn:${partition}:kms:eu-central-1:222222222222:key/${name}`,
      };
    case "aws:kms/key:Key":
      return {
        keyId: `${name}-key-id`,
        arn: `arn:${partition}:kms:eu-west-1:111111111111:key/${name}`,
      };
    case "aws:sns/topic:Topic":
      return { arn: `arn:${partition}:sns:eu-west-1:111111111111:${name}` };
    case "aws:iam/role:Role":
      return {
        arn: `arn:${partition}:iam::111111111111:role${String(inputs.path ?? "/")}${String(inputs.name)}`,
      };
    default:
      return {};
  }
}
