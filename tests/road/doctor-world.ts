/** A deployed stack that tests break in one way after the other, look at with the doctor, and mend again. */

import { setMaxListeners } from "node:events";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ReplicationConfiguration,
} from "@aws-sdk/client-s3";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { parseConfig } from "../../components/config";
import { verifyStack } from "../../automation/backfill/look";
import { runBackfill } from "../../automation/backfill/run";
import { stackClients } from "../../automation/aws/stack-clients";
import { examine } from "../../automation/doctor/examine";
import type { FindingFields } from "../../automation/doctor/finding";
import { messageOf, type Problem } from "../../automation/errors";
import type { Confirm, VerdictFields } from "../../automation/events";
import {
  deployedSources,
  type DeployedSource,
  type OutputsOfStack,
} from "../../automation/stack/deployed-sources";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";

/** Puts back what a test broke. */
export type Mend = () => Promise<unknown>;

interface PolicyOfRole {
  readonly Statement: readonly { readonly Sid: string; Action: unknown; Resource: unknown }[];
}

const LIMITS = { intervalMs: 5, maxIntervalMs: 50, deadlineMs: 60_000 };

export class DoctorWorld {
  private constructor(
    readonly project: EngineProject,
    readonly raw: Record<string, unknown>,
    readonly source: DeployedSource,
    private readonly stack: OutputsOfStack,
  ) {}

  /** Deploys a config, once. @param prepare makes what has to be there before */
  static async deploy(
    raw: Record<string, unknown>,
    prepare: (project: EngineProject) => Promise<unknown>,
  ): Promise<DoctorWorld> {
    const project = await EngineProject.start();
    try {
      await prepare(project);
      await project.up(raw);
      const opened = await project.open(raw);
      const outputs = await opened.outputs();
      const stack = { name: "test", outputs: () => Promise.resolve(outputs) };
      const [source] = await deployedSources(stack, parseConfig(raw));
      if (source === undefined) throw new Error("the config has no source");
      return new DoctorWorld(project, raw, source, stack);
    } catch (error) {
      await project.close();
      throw error;
    }
  }

  get sourceBucket(): string {
    return this.source.outputs.source.bucketName;
  }

  get vaultBucket(): string {
    return this.source.outputs.vaults[0]?.bucketName ?? "";
  }

  private get session() {
    const { signal, ...session } = this.project.session;
    // As in the command line: many requests at once listen to it.
    setMaxListeners(0, signal);
    return { ...session, signal };
  }

  get environment() {
    return { configFile: this.project.environment["AWS_CONFIG_FILE"], variables: {} };
  }

  s3(name: keyof typeof ACCOUNTS = "source") {
    return this.project.s3(name);
  }

  iam(name: keyof typeof ACCOUNTS = "source"): IAMClient {
    return new IAMClient(this.project.clientOptions(name));
  }

  /**
   * @param raw another config for the same stack, as one that reaches an account in another way
   * @param change of what the stack tells, as an earlier version did
   */
  async examine(
    raw: Record<string, unknown> = this.raw,
    change?: (outputs: OutputMap) => void,
  ): Promise<readonly FindingFields[]> {
    const found: FindingFields[] = [];
    const outputs = structuredClone(await this.stack.outputs());
    change?.(outputs);
    await examine({
      config: parseConfig(raw),
      stack: { ...this.stack, outputs: () => Promise.resolve(outputs) },
      inState: () => Promise.resolve([]),
      environment: this.environment,
      session: this.session,
      tell: (one) => void found.push(one),
    });
    return found;
  }

  /** What a backfill ends with: the causes of its verdict, or its error, in words. */
  async backfill(
    confirm: Confirm = () => Promise.resolve(true),
    raw: Record<string, unknown> = this.raw,
  ): Promise<string> {
    try {
      return causesOf(await this.verdict(raw, "backfill", confirm));
    } catch (error) {
      const { problems = [] } = error as { problems?: readonly Problem[] };
      const told = problems.map(({ message, path }) => `${path}: ${message}`);
      return [messageOf(error), ...told].join("\n");
    }
  }

  /** The causes of a verdict without a job; empty where it is clean. */
  async verify(raw: Record<string, unknown> = this.raw): Promise<string> {
    return causesOf(await this.verdict(raw, "verify", () => Promise.resolve(true)));
  }

  async verdict(
    raw: Record<string, unknown>,
    command: "verify" | "backfill",
    confirm: Confirm,
  ): Promise<VerdictFields> {
    const [deployed] = await deployedSources(this.stack, parseConfig(raw));
    if (deployed === undefined) throw new Error("the config has no source");
    const clients = await stackClients(deployed.config, deployed.outputs, this.environment);
    const options = {
      ...this.session,
      ...deployed,
      clients,
      confirm,
      reportsFolder: join(this.project.folder, "reports"),
      jobLimits: LIMITS,
      settleLimits: LIMITS,
      concurrency: 8,
    };
    try {
      return await (command === "verify" ? verifyStack(options) : runBackfill(options));
    } finally {
      clients.destroy();
    }
  }

  /** Writes a version that replication does not see. */
  async putMissing(Key: string, rest: Partial<PutObjectCommandInput> = {}): Promise<void> {
    const mend = await this.changeRules(() => undefined);
    await this.s3().send(
      new PutObjectCommand({ Bucket: this.sourceBucket, Key, Body: Key, ...rest }),
    );
    await mend();
  }

  /** Writes a version, and waits until replication has failed on it. */
  async putFailing(Key: string, rest: Partial<PutObjectCommandInput> = {}): Promise<void> {
    const Bucket = this.sourceBucket;
    await this.s3().send(new PutObjectCommand({ Bucket, Key, Body: Key, ...rest }));
    await eventually(async () => {
      const { ReplicationStatus } = await this.s3().send(new HeadObjectCommand({ Bucket, Key }));
      if (ReplicationStatus !== "FAILED") throw new Error(`${Key} is ${ReplicationStatus}`);
    });
  }

  /** Writes other rules; `undefined` takes them all away. */
  async changeRules(
    change: (rules: ReplicationConfiguration) => ReplicationConfiguration | undefined,
  ): Promise<Mend> {
    const Bucket = this.sourceBucket;
    const s3 = this.s3();
    const { ReplicationConfiguration: before } = await s3.send(
      new GetBucketReplicationCommand({ Bucket }),
    );
    const put = (ReplicationConfiguration: ReplicationConfiguration | undefined) =>
      s3.send(
        ReplicationConfiguration === undefined
          ? (new DeleteBucketReplicationCommand({ Bucket }) as never)
          : new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }),
      );
    await put(change(structuredClone(before) as ReplicationConfiguration));
    return () => put(before);
  }

  /** Changes a statement of the inline policy of one of the source's roles. */
  async changeRole(
    kind: "replication" | "batch",
    sid: string,
    change: (statement: { Action: unknown; Resource: unknown }) => void,
  ): Promise<Mend> {
    const role = this.source.outputs.roles?.[kind];
    const RoleName = role?.roleArn.split("/").at(-1) ?? "";
    const PolicyName = role?.policies[0]?.name ?? "";
    const iam = this.iam();
    const read = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const before = decodeURIComponent(read.PolicyDocument ?? "");
    const policy = JSON.parse(before) as PolicyOfRole;
    const statement = policy.Statement.find(({ Sid }) => Sid === sid);
    if (statement === undefined) throw new Error(`${RoleName} has no statement ${sid}`);
    change(statement);
    const put = (PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await put(JSON.stringify(policy));
    return () => put(before);
  }

  /** Adds a profile of the same name to the AWS config file that takes on a role. */
  async addRoleProfile(roleName: string, account: keyof typeof ACCOUNTS): Promise<void> {
    const { accountId, profile, region } = ACCOUNTS[account];
    await appendFile(
      this.environment.configFile ?? "",
      [
        "",
        `[profile ${roleName}]`,
        `role_arn = arn:aws:iam::${accountId}:role/${roleName}`,
        `source_profile = ${profile}`,
        `region = ${region}`,
        `endpoint_url = ${this.project.sandbox.endpoint}`,
        "",
      ].join("\n"),
    );
  }

  close(): Promise<void> {
    return this.project.close();
  }
}

/** Takes actions out of a statement. */
export const without =
  (...actions: string[]) =>
  (statement: { Action: unknown }): void => {
    const left = [statement.Action].flat().filter((action) => !actions.includes(String(action)));
    // A statement has an action; this one lets nobody do anything that matters.
    statement.Action = left.length === 0 ? "s3:GetBucketLocation" : left;
  };

function causesOf({ disagreements, failures }: VerdictFields): string {
  return [
    ...failures.map(({ cause, code, key, kind }) => `${key}: ${kind}/${code}: ${cause}`),
    ...disagreements,
  ].join("\n");
}

/** Makes a bucket, in the Region of its account. */
export async function makeBucket(
  project: EngineProject,
  account: keyof typeof ACCOUNTS,
  Bucket: string,
  rest: { readonly ObjectLockEnabledForBucket?: boolean } = {},
): Promise<void> {
  await project.s3(account).send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: ACCOUNTS[account].region },
      ...rest,
    }),
  );
}
