import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import { SNSClient } from "@aws-sdk/client-sns";
import { STSClient } from "@aws-sdk/client-sts";
import {
  ManualClock,
  startSandbox,
  type RequestLogEntry,
  type Sandbox,
  type SandboxAccount,
  type SandboxOptions,
} from "../../src";

/** Where manual clocks start, unless told: 2026-07-30T12:00:00Z. */
export const START_EPOCH_MS = Date.UTC(2026, 6, 30, 12);

/** Keys of somebody, as `assumeRole` and `createAccessKey` answer them. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface ClientOverrides {
  readonly credentials?: Keys;
  readonly region?: string;
  readonly maxAttempts?: number;
}

/** A sandbox for the tests of one file, with the official SDK's clients of each account. */
export interface TestSandbox extends Sandbox {
  /** Every request since the start. */
  readonly requests: readonly RequestLogEntry[];
  account(name: string): SandboxAccount;
  s3(account?: string, overrides?: ClientOverrides): S3Client;
  s3control(account?: string, overrides?: ClientOverrides): S3ControlClient;
  iam(account?: string, overrides?: ClientOverrides): IAMClient;
  sts(account?: string, overrides?: ClientOverrides): STSClient;
  kms(account?: string, overrides?: ClientOverrides): KMSClient;
  cloudcontrol(account?: string, overrides?: ClientOverrides): CloudControlClient;
  sns(account?: string, overrides?: ClientOverrides): SNSClient;
  eventbridge(account?: string, overrides?: ClientOverrides): EventBridgeClient;
  cloudwatch(account?: string, overrides?: ClientOverrides): CloudWatchClient;
  cloudtrail(account?: string, overrides?: ClientOverrides): CloudTrailClient;
  athena(account?: string, overrides?: ClientOverrides): AthenaClient;
  /** A new folder, removed with the sandbox. */
  temporaryFolder(): Promise<string>;
}

export interface TestSandboxWithManualClock extends TestSandbox {
  readonly clock: ManualClock;
}

/**
 * Registers mocha hooks: a sandbox is started before the tests of the surrounding `describe` and closed after them.
 * The returned function gives the running one; call it inside tests and hooks only.
 *
 * @example
 * describe("CreateBucket", () => {
 *   const sandbox = useSandbox();
 *   it("makes a bucket", () => sandbox().s3("source").send(new CreateBucketCommand({ ... })));
 * });
 */
export function useSandbox(options: SandboxOptions = {}): () => TestSandbox {
  return register(() => startTestSandbox(options));
}

/** As {@link useSandbox}, with time that stands still until the test moves it: `sandbox().clock.advance(ms)`. */
export function useSandboxWithManualClock(
  options: Omit<SandboxOptions, "clock"> & { startEpochMs?: number } = {},
): () => TestSandboxWithManualClock {
  const { startEpochMs = START_EPOCH_MS, ...rest } = options;
  return register(async () => {
    const clock = new ManualClock(startEpochMs);
    return { ...(await startTestSandbox({ ...rest, clock })), clock };
  });
}

function register<T extends TestSandbox>(start: () => Promise<T>): () => T {
  let running: T | undefined;
  before(async () => {
    running = await start();
  });
  after(async () => {
    await running?.close();
    running = undefined;
  });
  return () => {
    if (running === undefined) throw new Error("The sandbox runs only during tests and hooks.");
    return running;
  };
}

/** The same without mocha hooks; the caller closes it. Defects of the sandbox fail the next `close`. */
export async function startTestSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const requests: RequestLogEntry[] = [];
  const defects: unknown[] = [];
  const folders: string[] = [];
  const clients: { destroy(): void }[] = [];
  const sandbox = await startSandbox({
    onDefect: (error) => defects.push(error),
    ...options,
    log: (entry) => {
      requests.push(entry);
      options.log?.(entry);
    },
  });

  function account(name: string): SandboxAccount {
    const found = sandbox.accounts.find((one) => one.name === name);
    if (found === undefined) throw new Error(`The sandbox has no account ${name}.`);
    return found;
  }

  function config(accountName: string, overrides: ClientOverrides) {
    const { region, accessKeyId, secretAccessKey } = account(accountName);
    return {
      endpoint: sandbox.endpoint,
      region: overrides.region ?? region,
      credentials: overrides.credentials ?? { accessKeyId, secretAccessKey },
      // A test that wants to see an error must not wait for retries.
      maxAttempts: overrides.maxAttempts ?? 1,
    };
  }

  function keep<T extends { destroy(): void; config: object }>(client: T): T {
    followSandboxTime(client.config, sandbox);
    clients.push(client);
    return client;
  }

  return {
    ...sandbox,
    requests,
    account,
    s3: (name = "source", overrides = {}) =>
      keep(new S3Client({ ...config(name, overrides), forcePathStyle: true })),
    s3control: (name = "source", overrides = {}) => {
      const settings = config(name, overrides);
      const client = keep(new S3ControlClient({ ...settings, disableHostPrefix: true }));
      // The SDK's endpoint rules put the account id before the host, and `111111111111.127.0.0.1` is no host. The
      // account is in the header `x-amz-account-id` as well, so the endpoint can be given as it is.
      client.config.endpointProvider = () => ({
        url: new URL(sandbox.endpoint),
        headers: {},
        properties: { authSchemes: [controlAuthScheme(settings.region)] },
      });
      return client;
    },
    iam: (name = "source", overrides = {}) => keep(new IAMClient(config(name, overrides))),
    sts: (name = "source", overrides = {}) => keep(new STSClient(config(name, overrides))),
    kms: (name = "source", overrides = {}) => keep(new KMSClient(config(name, overrides))),
    cloudcontrol: (name = "source", overrides = {}) =>
      keep(new CloudControlClient(config(name, overrides))),
    cloudwatch: (name = "source", overrides = {}) =>
      keep(new CloudWatchClient(config(name, overrides))),
    cloudtrail: (name = "source", overrides = {}) =>
      keep(new CloudTrailClient(config(name, overrides))),
    athena: (name = "source", overrides = {}) => keep(new AthenaClient(config(name, overrides))),
    sns: (name = "source", overrides = {}) => keep(new SNSClient(config(name, overrides))),
    eventbridge: (name = "source", overrides = {}) =>
      keep(new EventBridgeClient(config(name, overrides))),
    async temporaryFolder() {
      const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
      folders.push(folder);
      return folder;
    },
    async close() {
      for (const client of clients) client.destroy();
      await sandbox.close();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
      if (defects.length > 0) {
        throw new AggregateError(
          defects,
          `The sandbox had ${defects.length} defects: ${defects.join("; ")}`,
        );
      }
    },
  };
}

/** S3 Control signs as S3 does: under the name `s3`, with the path encoded once. */
function controlAuthScheme(signingRegion: string) {
  const name = "sigv4";
  return { name, signingName: "s3", signingRegion, disableDoubleEncoding: true, properties: {} };
}

/** Signs by the sandbox's clock, which may stand still in another year; the SDK reads this offset at each request. */
function followSandboxTime(config: object, sandbox: Sandbox): void {
  Object.defineProperty(config, "systemClockOffset", {
    get: () => sandbox.world.clock.nowEpochMs() - Date.now(),
    // The SDK corrects the offset from answers; the getter is right already.
    set: () => undefined,
  });
}
