import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  DescribeJobCommand,
  ListJobsCommand,
  type JobDescriptor,
  type S3ControlClient,
} from "@aws-sdk/client-s3-control";
import type { StackClients, VaultClients } from "../../automation/aws/stack-clients";
import {
  checksumSides,
  compareBytes,
  type CompareBytesOptions,
} from "../../automation/checksum/run";
import { checksumJobs, sourceFrame, vaultFrame } from "../../automation/checksum/checksum-frame";
import type { VerdictFields } from "../../automation/events";
import type { ReplicationConfig } from "../../components/config/types";
import {
  checksumRoleName,
  roleArn,
  vaultOperationsBucketName,
} from "../../components/derived-names";
import { CHECKSUM_PREFIXES } from "../../components/operations-prefixes";
import {
  batchRoleTrust,
  checksumRolePolicy,
  type PolicyDocument,
  vaultBucketPolicy,
  vaultOperationsBucketPolicy,
} from "../../components/policy-documents";
import type { LockstepOutputs, RoleOutputs } from "../../components/promise/outputs";
import { promiseDigest } from "../../components/promise/promise";
import type { HandMadeStack } from "./hand-made-stack";

/** A hand-made stack whose source and vault have the roles that read for checksums. */
export class ChecksumStack {
  private constructor(
    readonly stack: HandMadeStack,
    readonly config: ReplicationConfig,
    readonly outputs: LockstepOutputs,
    readonly clients: StackClients,
  ) {}

  static async make(stack: HandMadeStack): Promise<ChecksumStack> {
    const config: ReplicationConfig = {
      ...stack.config,
      verdict: { accept: [], checksums: true },
    };
    const outputs = outputsWithRoles(stack);
    const clients = await stack.clientsFor(config, outputs);
    const made = new ChecksumStack(stack, config, outputs, clients);
    await made.deploy();
    return made;
  }

  get vault(): VaultClients {
    const [vault] = this.clients.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    return vault;
  }

  otherClients(): Promise<StackClients> {
    return this.stack.clientsFor(this.config, this.outputs);
  }

  /** As the command does it with `--level checksum`. */
  async verify(overrides: Partial<CompareBytesOptions> = {}): Promise<VerdictFields> {
    const { clients, config, outputs } = this;
    const options = { ...this.stack.options(), clients, config, outputs, ...overrides };
    const sides = checksumSides(options);
    return this.stack.verify({
      ...options,
      level: { level: "checksum" },
      readMore: (look) => compareBytes(look, sides, options),
    });
  }

  /** Changes the bytes of a version where they lie, and nothing that a HEAD or a listing tells. */
  rot(side: "source" | "vault", key: string): void {
    const { source } = this.outputs;
    const bucketName = side === "source" ? source.bucketName : this.vault.outputs.bucketName;
    const version = this.stack.sandbox.world.s3.findBucket(bucketName)?.objects.current(key);
    if (version === undefined || version.isDeleteMarker) throw new Error(`no ${key}`);
    // Of its own: a replica shares the bytes of its source.
    const body = Buffer.from(version.body);
    body.writeUInt8(body.readUInt8(0) ^ 1, 0);
    Object.defineProperty(version, "body", { value: body });
  }

  /** Every job that reads at a side, the first one first. */
  async jobs(side: "source" | "vault"): Promise<readonly JobDescriptor[]> {
    const at = side === "source" ? this.outputs.source : this.vault.outputs;
    const role =
      side === "source"
        ? this.outputs.roles?.checksum?.roleArn
        : this.vault.outputs.guard?.checksumRole?.roleArn;
    return jobsOf(
      side === "source" ? this.clients.source.s3control : this.vault.s3control,
      at.accountId,
      role,
    );
  }

  /** How each record of a side's ledger ended, the latest first. */
  async ledger(side: "source" | "vault"): Promise<readonly string[]> {
    const { operations } = this.outputs;
    const frame = side === "source" ? sourceFrame(this.outputs) : vaultFrame(this.vault.outputs);
    if (frame === undefined) throw new Error("no role");
    const clients = side === "source" ? this.clients.source : this.vault;
    const bucket =
      side === "source" ? operations.bucketName : (this.vault.outputs.operationsBucketName ?? "");
    const { aside, entries } = await checksumJobs(clients, bucket, frame).ledger.open();
    return [
      ...entries.map(({ record }) => `${record.state} ${record.outcome ?? ""}`.trim()),
      ...aside.map(({ why }) => why),
    ];
  }

  /** Gives the role of a side another policy. */
  async setRolePolicy(side: "source" | "vault", document: PolicyDocument): Promise<void> {
    const { s3 } = side === "source" ? this.clients.source : this.vault;
    const { roleArn: arn = "" } =
      (side === "source" ? this.outputs.roles?.checksum : this.vault.outputs.guard?.checksumRole) ??
      {};
    await this.withIam(s3, (iam) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: arn.split("/").at(-1),
          PolicyName: "checksum",
          PolicyDocument: JSON.stringify(document),
        }),
      ),
    );
  }

  /** As it is deployed. */
  rolePolicy(side: "source" | "vault"): PolicyDocument {
    const { operations, source } = this.outputs;
    const { outputs: vault } = this.vault;
    const at = side === "source" ? source : vault;
    return checksumRolePolicy({
      accountId: at.accountId,
      region: at.region,
      bucketName: at.bucketName,
      operationsBucketName:
        side === "source" ? operations.bucketName : (vault.operationsBucketName ?? ""),
      ...CHECKSUM_PREFIXES,
    });
  }

  async close(): Promise<void> {
    this.clients.destroy();
    await this.stack.close();
  }

  private async deploy(): Promise<void> {
    const { outputs, s3 } = this.vault;
    const { accountId, bucketArn, guard, operationsBucketName: Bucket = "", region } = outputs;
    const LocationConstraint = region as BucketLocationConstraint;
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint },
        ObjectLockEnabledForBucket: true,
      }),
    );
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const besideArn = `arn:aws:s3:::${Bucket}`;
    const besidePolicy = { bucketArn: besideArn, accountId, isPilot: false };
    await this.stack.setPolicy(s3, Bucket, vaultOperationsBucketPolicy(besidePolicy));
    await this.stack.setVaultPolicy(
      vaultBucketPolicy({
        bucketArn,
        replicationRoleArns: [this.outputs.source.replicationRoleArn],
        deleteMarkers: false,
        ownerOverride: false,
        isPilot: false,
        isChained: false,
        maximumRetentionDays: 3650,
        checksumRoleArn: guard?.checksumRole?.roleArn,
      }),
    );
    for (const [side, client, role] of [
      ["source", this.clients.source.s3, this.outputs.roles?.checksum],
      ["vault", s3, guard?.checksumRole],
    ] as const) {
      await this.withIam(client, (iam) =>
        iam.send(
          new CreateRoleCommand({
            RoleName: role?.roleArn.split("/").at(-1),
            AssumeRolePolicyDocument: JSON.stringify(batchRoleTrust()),
          }),
        ),
      );
      await this.setRolePolicy(side, this.rolePolicy(side));
    }
  }

  private async withIam(s3: S3Client, work: (iam: IAMClient) => Promise<unknown>): Promise<void> {
    const { credentials, region } = s3.config;
    const iam = new IAMClient({ region, endpoint: this.stack.sandbox.endpoint, credentials });
    await work(iam).finally(() => iam.destroy());
  }
}

async function jobsOf(
  s3control: S3ControlClient,
  AccountId: string,
  role: string | undefined,
): Promise<readonly JobDescriptor[]> {
  const { Jobs = [] } = await s3control.send(new ListJobsCommand({ AccountId, MaxResults: 1000 }));
  const jobs: JobDescriptor[] = [];
  for (const { JobId } of Jobs) {
    const { Job } = await s3control.send(new DescribeJobCommand({ AccountId, JobId }));
    if (Job !== undefined && Job.RoleArn === role) jobs.push(Job);
  }
  const createdAt = ({ CreationTime }: JobDescriptor): number => CreationTime?.getTime() ?? 0;
  return jobs.sort((one, other) => createdAt(one) - createdAt(other));
}

function outputsWithRoles({ outputs }: HandMadeStack): LockstepOutputs {
  const role = (arn: string): RoleOutputs => ({
    roleArn: arn,
    existing: false,
    policies: [],
    managedPolicyArns: [],
  });
  const { source } = outputs;
  const parts = {
    ...outputs,
    roles: {
      replication: { ...role(source.replicationRoleArn), existing: true },
      batch: { ...role(outputs.batchRoleArn), existing: true },
      checksum: {
        ...role(roleArn(source, checksumRoleName("source", source.bucketName))),
        existing: true,
      },
    },
    vaults: outputs.vaults.map((vault) => ({
      ...vault,
      operationsBucketName: vaultOperationsBucketName(vault.bucketName),
      guard: {
        stage: "governance" as const,
        existing: false,
        isChained: false,
        policyStatements: [],
        checksumRole: role(roleArn(vault, checksumRoleName("vault", vault.bucketName))),
      },
    })),
  };
  return { ...parts, promise: { version: 1, digest: promiseDigest(parts) } };
}
