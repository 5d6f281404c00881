import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
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
  endReading,
} from "../../automation/checksum/run";
import { checksumJobs, sourceFrame, vaultFrame } from "../../automation/checksum/checksum-frame";
import type { IntentFrame } from "../../automation/backfill/intent";
import type { LockstepEvent, VerdictFields } from "../../automation/events";
import type { Look } from "../../automation/look/look";
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
import { eventually } from "./eventually";
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

  /** As the command does it with `--level checksum`. @param afterwards what is done with what was read, before the verdict */
  async verify({
    afterwards = (look) => Promise.resolve(look),
    ...overrides
  }: Partial<CompareBytesOptions> & {
    readonly afterwards?: (look: Look) => Promise<Look>;
  } = {}): Promise<VerdictFields> {
    const options = { ...this.options(), ...overrides };
    const sides = checksumSides(options);
    const verdict = await this.stack.verify({
      ...options,
      level: { level: "checksum" },
      readMore: async (look) => afterwards(await compareBytes(look, sides, options)),
    });
    await endReading(sides);
    return verdict;
  }

  /** Makes the job that reads all of a side, and leaves it where it waits to be confirmed, as a run that dies there. @returns its id */
  async leaveJob(side: "source" | "vault"): Promise<string> {
    const controller = new AbortController();
    let waiting = "";
    const options = {
      ...this.options(),
      signal: controller.signal,
      emit: (event: LockstepEvent): void => {
        if (event.type !== "job-status" || event.status !== "Suspended") return;
        waiting = event.jobId;
        controller.abort();
      },
    };
    const reading = checksumSides(options).all[side === "source" ? 0 : 1];
    const { Bucket, s3 } = this.stack.atSource();
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const versions = Versions.map(({ Key = "", Size = 0, VersionId = "" }) => ({
      key: Key,
      versionId: VersionId,
      sizeBytes: Size,
    }));
    const stopped = await reading?.read(undefined, versions).catch((error: unknown) => error);
    if (waiting === "") throw new Error("no job waits", { cause: stopped });
    return waiting;
  }

  /** Takes the report of a job away. */
  async deleteReport(side: "source" | "vault", jobId: string): Promise<void> {
    const frame = this.frame(side);
    const Bucket = frame.operationsBucketArn.slice("arn:aws:s3:::".length);
    const { s3 } = side === "source" ? this.clients.source : this.vault;
    const Key = `${frame.reportPrefix}/job-${jobId}/manifest.json`;
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  }

  /** Waits until as many versions are at the vault. */
  async arrived(count: number): Promise<void> {
    const { Bucket, s3 } = this.stack.atVault();
    await eventually(async () => {
      const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      if (Versions.length < count) throw new Error(`${Versions.length} versions are there`);
    });
  }

  /** Moves a version to another class, as a lifecycle rule does it. */
  archive(side: "source" | "vault", key: string, storageClass: string): void {
    Object.defineProperty(this.version(side, key), "storageClass", { value: storageClass });
  }

  /** Changes the bytes of a version where they lie, and nothing that a HEAD or a listing tells. */
  rot(side: "source" | "vault", key: string): void {
    const version = this.version(side, key);
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
    const frame = this.frame(side);
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

  private options(): CompareBytesOptions & ReturnType<HandMadeStack["options"]> {
    const { clients, config, outputs } = this;
    return { ...this.stack.options(), clients, config, outputs };
  }

  private version(side: "source" | "vault", key: string) {
    const { source } = this.outputs;
    const bucketName = side === "source" ? source.bucketName : this.vault.outputs.bucketName;
    const version = this.stack.sandbox.world.s3.findBucket(bucketName)?.objects.current(key);
    if (version === undefined || version.isDeleteMarker) throw new Error(`no ${key}`);
    return version;
  }

  private frame(side: "source" | "vault"): IntentFrame {
    const { outputs, vault } = this;
    const frame =
      side === "source"
        ? sourceFrame(outputs)
        : vaultFrame(vault.outputs, outputs.source.bucketName);
    if (frame === undefined) throw new Error("no role");
    return frame;
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
