import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type ObjectLockRetention,
} from "@aws-sdk/client-s3";
import {
  DescribeJobCommand,
  ListJobsCommand,
  type JobDescriptor,
} from "@aws-sdk/client-s3-control";
import type { AwsEnvironment } from "../../automation/aws/configured-endpoint";
import type { StackClients, VaultClients } from "../../automation/aws/stack-clients";
import type { RelockFields } from "../../automation/events";
import { relockFrame, relockJobs } from "../../automation/relock/relock-frame";
import { relock, type RelockOptions } from "../../automation/relock/run";
import type { LockStage, ReplicationConfig } from "../../components/config/types";
import { vaultOperationsBucketName } from "../../components/derived-names";
import { RELOCK_PREFIXES } from "../../components/operations-prefixes";
import {
  batchRoleTrust,
  relockRolePolicy,
  vaultBucketPolicy,
} from "../../components/policy-documents";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { promiseDigest } from "../../components/promise/promise";
import { lockOf } from "../../components/vault/lock-of";
import { relockFloorDays, relockLimitsOf } from "../../components/vault/relock-limits";
import type { HandMadeStack } from "./hand-made-stack";
import { makeBucketBeside } from "./vault-beside";

/** How the vault promises to lock from now on. */
export interface RaisedLock {
  readonly stage: LockStage;
  readonly retentionDays: number;
  readonly maximumRetentionDays?: number;
}

/** A hand-made stack whose vault, of 30 days of GOVERNANCE, has a stricter promise by now, and a relock role. */
export class RelockStack {
  private constructor(
    readonly stack: HandMadeStack,
    readonly config: ReplicationConfig,
    readonly outputs: LockstepOutputs,
    readonly clients: StackClients,
  ) {}

  static async make(stack: HandMadeStack, lock: RaisedLock): Promise<RelockStack> {
    const config: ReplicationConfig = {
      ...stack.config,
      vaults: stack.config.vaults.map((vault) => ({ ...vault, relock: true, lock })),
    };
    const outputs = raisedOutputs(stack, lock);
    const clients = await stack.clientsFor(config, outputs);
    const made = new RelockStack(stack, config, outputs, clients);
    await made.deploy(lock);
    return made;
  }

  get vault(): VaultClients {
    const [vault] = this.clients.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    return vault;
  }

  otherClients(environment: Pick<AwsEnvironment, "idleTimeoutMs"> = {}): Promise<StackClients> {
    return this.stack.clientsFor(this.config, this.outputs, environment);
  }

  relock(overrides: Partial<RelockOptions> = {}): Promise<RelockFields> {
    const { clients, config, outputs } = this;
    return relock({ ...this.stack.options(), clients, config, outputs, ...overrides });
  }

  verify() {
    const { clients, outputs } = this;
    return this.stack.verify({ clients, outputs });
  }

  /** The lock of the newest version of a key at the vault. */
  async lockAt(Key: string): Promise<ObjectLockRetention> {
    const Bucket = this.vault.outputs.bucketName;
    const { VersionId } = await this.vault.s3.send(new HeadObjectCommand({ Bucket, Key }));
    const { Retention } = await this.vault.s3.send(
      new GetObjectRetentionCommand({ Bucket, Key, VersionId }),
    );
    return Retention ?? {};
  }

  /** Every job that extends locks in this vault. */
  async jobs(): Promise<readonly JobDescriptor[]> {
    const { outputs, s3control } = this.vault;
    const { accountId: AccountId } = outputs;
    const { Jobs = [] } = await s3control.send(
      new ListJobsCommand({ AccountId, MaxResults: 1000 }),
    );
    const jobs: JobDescriptor[] = [];
    for (const { JobId } of Jobs) {
      const { Job } = await s3control.send(new DescribeJobCommand({ AccountId, JobId }));
      if (Job !== undefined && Job.RoleArn === outputs.guard?.relock?.role.roleArn) jobs.push(Job);
    }
    return jobs;
  }

  /** How each record of the ledger ended, the latest first. */
  async ledger(): Promise<readonly string[]> {
    const frame = relockFrame(this.vault.outputs);
    if (frame === undefined) throw new Error("no relock role");
    const { aside, entries } = await relockJobs(this.vault, frame).ledger.open();
    return [
      ...entries.map(({ record }) => `${record.state} ${record.outcome ?? ""}`),
      ...aside.map(({ why }) => why),
    ];
  }

  async close(): Promise<void> {
    this.clients.destroy();
    await this.stack.close();
  }

  private async deploy(lock: RaisedLock): Promise<void> {
    const { outputs, s3 } = this.vault;
    const { accountId, bucketArn, operationsBucketName: Bucket = "", region } = outputs;
    await makeBucketBeside(this.stack, this.vault);
    const operationsBucketArn = `arn:aws:s3:::${Bucket}`;
    const limits = relockLimitsOf({ accountId, region }, outputs.bucketName, lock);
    await this.stack.setVaultPolicy(
      vaultBucketPolicy({
        bucketArn,
        replicationRoleArns: [this.outputs.source.replicationRoleArn],
        deleteMarkers: false,
        ownerOverride: false,
        isPilot: false,
        isChained: false,
        maximumRetentionDays: lock.maximumRetentionDays ?? 3650,
        relock: limits,
      }),
    );
    const iam = new IAMClient({
      region,
      endpoint: this.stack.sandbox.endpoint,
      credentials: s3.config.credentials,
    });
    const RoleName = limits.roleArn.split("/").at(-1);
    const AssumeRolePolicyDocument = JSON.stringify(batchRoleTrust());
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = JSON.stringify(
      relockRolePolicy({
        vaultBucketArn: bucketArn,
        operationsBucketArn,
        ...RELOCK_PREFIXES,
        mayBypass: limits.mayBypass,
      }),
    );
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "relock", PolicyDocument }));
    iam.destroy();
  }
}

function raisedOutputs(stack: HandMadeStack, lock: RaisedLock): LockstepOutputs {
  const parts = {
    ...stack.outputs,
    vaults: stack.outputs.vaults.map((vault) => {
      const limits = relockLimitsOf(vault, vault.bucketName, lock);
      return {
        ...vault,
        operationsBucketName: vaultOperationsBucketName(vault.bucketName),
        lock: {
          ...lockOf(lock),
          maximumRetentionDays: lock.maximumRetentionDays ?? 3650,
          since: new Date().toISOString(),
        },
        guard: {
          stage: lock.stage,
          existing: false,
          isChained: false,
          policyStatements: [],
          relock: {
            role: {
              roleArn: limits.roleArn,
              existing: false,
              policies: [],
              managedPolicyArns: [],
            },
            modes: [...limits.modes],
            mayBypass: limits.mayBypass,
            floorDays: relockFloorDays(lock),
          },
        },
      };
    }),
  };
  return { ...parts, promise: { version: 1, digest: promiseDigest(parts) } };
}
