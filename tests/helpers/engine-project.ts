/**
 * A stack on the real Pulumi engine, with the stand-in providers and a sandbox of its own: what a user has after writing a
 * `Pulumi.<stack>.yaml`.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { S3Client } from "@aws-sdk/client-s3";
import type { Stack } from "@pulumi/pulumi/automation";
import { runBackfill } from "../../automation/backfill/run";
import { systemClock } from "../../automation/clock";
import { deployedSources } from "../../automation/stack/deployed-sources";
import {
  destroyStack,
  detachStack,
  previewStack,
  upStack,
  type ChangeSummary,
} from "../../automation/stack/deploy";
import { findEngine } from "../../automation/engine/find-engine";
import type { LockstepEvent, VerdictFields } from "../../automation/events";
import { stackClients } from "../../automation/aws/stack-clients";
import { openStack } from "../../automation/stack/workspace";
import { parseConfig } from "../../components/config";
import { startSandbox, type Sandbox, type SandboxOptions } from "lockstep-sandbox";
import { putLocalProviders } from "./local-providers";

/** Accounts of the sandbox; their names are their profiles. */
export const ACCOUNTS = {
  source: { accountId: "111111111111", region: "eu-west-1", profile: "source" },
  vault: { accountId: "222222222222", region: "eu-central-1", profile: "vault" },
  far: { accountId: "333333333333", region: "eu-north-1", profile: "far" },
} as const;

export class EngineProject {
  /** What the last operation told. */
  events: LockstepEvent[] = [];

  private constructor(
    readonly folder: string,
    readonly sandbox: Sandbox,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(options: SandboxOptions = {}): Promise<EngineProject> {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-project-"));
    const sandbox = await startSandbox({
      accounts: Object.values(ACCOUNTS).map(({ accountId, profile, region }) => ({
        name: profile,
        accountId,
        region,
      })),
      ...options,
      settings: {
        jobStepMs: 2,
        replicationDelayMs: 1,
        cloudControlDelayMs: 1,
        ...options.settings,
      },
    });
    const { configFile } = await sandbox.writeAwsConfig(join(folder, "aws"));
    const pulumiHome = join(folder, "home");
    await putLocalProviders(pulumiHome);
    return new EngineProject(folder, sandbox, {
      AWS_CONFIG_FILE: configFile,
      AWS_SHARED_CREDENTIALS_FILE: configFile,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      PULUMI_HOME: pulumiHome,
      PULUMI_BACKEND_URL: pathToFileURL(folder).href,
      PULUMI_CONFIG_PASSPHRASE: "",
    });
  }

  get session() {
    return {
      emit: (event: LockstepEvent) => void this.events.push(event),
      signal: new AbortController().signal,
      clock: systemClock,
    };
  }

  /** Opens a stack with a config as it would stand in the stack's file. */
  async open(raw: unknown, stack = "test", options: { detached?: boolean } = {}): Promise<Stack> {
    const engine = await findEngine(this.session);
    return openStack(
      { folder: this.folder, stack, environment: this.environment },
      parseConfig(raw),
      engine,
      "create",
      this.session.signal,
      {
        deployedAt: () => new Date(this.sandbox.world.clock.nowEpochMs()).toISOString(),
        ...options,
      },
    );
  }

  async preview(raw: unknown, stack?: string): Promise<ChangeSummary> {
    this.events = [];
    return previewStack(await this.open(raw, stack), this.session);
  }

  async up(raw: unknown, stack?: string): Promise<ChangeSummary> {
    this.events = [];
    return upStack(await this.open(raw, stack), this.session);
  }

  async destroy(raw: unknown, stack?: string): Promise<ChangeSummary> {
    this.events = [];
    await detachStack(await this.open(raw, stack, { detached: true }), this.session);
    return destroyStack(await this.open(raw, stack), this.session);
  }

  /** The outputs of a stack, as plain values. */
  async outputs(raw: unknown, stack?: string): Promise<Record<string, unknown>> {
    const values = await (await this.open(raw, stack)).outputs();
    return Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
  }

  /** The events of a type that the last operation told. */
  told(type: LockstepEvent["type"]): readonly LockstepEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  /** A backfill of one source, its plan approved. */
  async backfill(raw: unknown, source: string, stack?: string): Promise<VerdictFields> {
    this.events = [];
    const [deployed] = await deployedSources(await this.open(raw, stack), parseConfig(raw), source);
    if (deployed === undefined) throw new Error(`no source ${source}`);
    const clients = await stackClients(deployed.config, deployed.outputs, {
      configFile: this.environment["AWS_CONFIG_FILE"],
      variables: {},
    });
    const limits = { intervalMs: 5, maxIntervalMs: 50, deadlineMs: 60_000 };
    try {
      return await runBackfill({
        ...this.session,
        ...deployed,
        clients,
        confirm: () => Promise.resolve(true),
        reportsFolder: join(this.folder, "reports"),
        jobLimits: limits,
        settleLimits: limits,
        concurrency: 4,
      });
    } finally {
      clients.destroy();
    }
  }

  /** Warnings and notes that the program told in the last operation. */
  get said(): string {
    return this.events
      .map((event) => (event.type === "diagnostic" ? event.message : ""))
      .filter((text) => text !== "")
      .join("\n");
  }

  /** A client with the rights of an administrator of one account. */
  s3(name: keyof typeof ACCOUNTS): S3Client {
    return new S3Client(this.clientOptions(name));
  }

  clientOptions(name: keyof typeof ACCOUNTS) {
    const account = this.sandbox.accounts.find((one) => one.name === ACCOUNTS[name].profile);
    if (account === undefined) throw new Error(`no account ${name}`);
    return {
      endpoint: this.sandbox.endpoint,
      region: account.region,
      credentials: account,
      forcePathStyle: true,
    };
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
