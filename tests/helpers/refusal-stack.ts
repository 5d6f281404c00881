import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, PutKeyPolicyCommand, type KMSClient } from "@aws-sdk/client-kms";
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import type { RefusalFact, RefusalsResult } from "../../automation/refusals/fields";
import { tryRefusals, type RefusalOptions } from "../../automation/refusals/try-refusals";
import type { ReplicationConfig } from "../../components/config/types";
import { vaultOperationsBucketName } from "../../components/derived-names";
import {
  vaultBucketPolicy,
  vaultKeyPolicy,
  type PolicyDocument,
} from "../../components/policy-documents";
import type { LockMode, LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import { promiseDigest } from "../../components/promise/promise";
import type { Sandbox } from "lockstep-sandbox";
import { HandMadeStack } from "./hand-made-stack";
import { makeBucketBeside } from "./vault-beside";

/** Who may do anything in the vault's account, as far as its own policies go. */
export const AUDITOR = "auditor";
/** Whom the vault's policies leave out. */
export const BREAK_GLASS = "break-glass";
/** Who may do nothing. */
export const NOBODY = "nobody";

/** What kind of vault it is. */
export interface RefusalVaultKind {
  readonly mode: LockMode;
  readonly hasBreakGlass: boolean;
  readonly hasKey?: boolean;
}

/** A hand-made stack with a vault that has everything that refusals are about. */
export class RefusalStack {
  private constructor(
    readonly stack: HandMadeStack,
    readonly config: ReplicationConfig,
    readonly outputs: LockstepOutputs,
    readonly admin: AccountClients,
    private readonly hasBreakGlass: boolean,
  ) {}

  static async make(sandbox: Sandbox, name: string, kind: RefusalVaultKind): Promise<RefusalStack> {
    const stack = await HandMadeStack.make(sandbox, name, []);
    const [vault] = stack.config.vaults;
    if (vault === undefined) throw new Error("no vault");
    const admin = await accountClients(vault, stack.environment);
    const keyArn = kind.hasKey === true ? await makeKey(admin.kms, stack, kind) : undefined;
    const outputs = outputsOf(stack.outputs, kind, keyArn);
    const made = new RefusalStack(stack, stack.config, outputs, admin, kind.hasBreakGlass);
    await made.deploy(kind);
    return made;
  }

  get vault(): VaultOutputs {
    const [vault] = this.outputs.vaults;
    if (vault === undefined) throw new Error("no vault");
    return vault;
  }

  roleArn(name: string): string {
    return `arn:aws:iam::${this.vault.accountId}:role/${name}-${this.vault.bucketName}`;
  }

  /** Tries, with a role beside the vault's own credentials. */
  async try(role?: string, overrides: Partial<RefusalOptions> = {}): Promise<RefusalsResult> {
    const config = this.configAs(role);
    const clients = await this.stack.clientsFor(config, this.outputs);
    const { clock, confirm, emit, jobLimits, signal } = this.stack.options();
    try {
      return await tryRefusals({
        sources: [{ config, outputs: this.outputs, clients }],
        environment: this.stack.environment,
        limits: jobLimits,
        clock,
        confirm,
        emit,
        signal,
        ...overrides,
      });
    } finally {
      clients.destroy();
    }
  }

  /** The config whose vault has the role. */
  configAs(role: string | undefined): ReplicationConfig {
    const refusalsRoleArn = role === undefined ? {} : { refusalsRoleArn: this.roleArn(role) };
    const vaults = this.config.vaults.map((vault) => ({
      ...vault,
      ...refusalsRoleArn,
      ...(this.hasBreakGlass && { breakGlassRoleArn: this.roleArn(BREAK_GLASS) }),
    }));
    return { ...this.config, vaults };
  }

  /** Every version of the vault. */
  async versions(): Promise<readonly string[]> {
    const Bucket = this.vault.bucketName;
    const found = await this.admin.s3.send(new ListObjectVersionsCommand({ Bucket }));
    return (found.Versions ?? []).map(({ Key, VersionId }) => `${Key ?? ""} ${VersionId ?? ""}`);
  }

  /** The states of a note, the oldest first. */
  async notes(attempt: "suspend" | "delete-key"): Promise<readonly string[]> {
    const { s3 } = this.admin;
    const Bucket = this.vault.operationsBucketName;
    const Prefix = `refusals/${attempt}.json`;
    const found = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    const states: string[] = [];
    for (const { Key, VersionId } of [...(found.Versions ?? [])].reverse()) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const note = JSON.parse((await Body?.transformToString()) ?? "") as { state: string };
      states.push(note.state);
    }
    return states;
  }

  async policyText(): Promise<string | undefined> {
    const command = new GetBucketPolicyCommand({ Bucket: this.vault.bucketName });
    return (await this.admin.s3.send(command)).Policy;
  }

  async dropPolicy(): Promise<void> {
    await this.admin.s3.send(new DeleteBucketPolicyCommand({ Bucket: this.vault.bucketName }));
  }

  /** A policy that lets replication in and denies nothing. */
  async allowReplicasAlone(): Promise<void> {
    const policy = JSON.parse((await this.policyText()) ?? "") as { Statement: { Sid: string }[] };
    const Statement = policy.Statement.filter(({ Sid }) => Sid === "AllowReplicas");
    await this.stack.setVaultPolicy({ ...policy, Statement });
  }

  /** Of the vault's account. */
  iam(): IAMClient {
    return new IAMClient({
      region: this.vault.region,
      endpoint: this.stack.sandbox.endpoint,
      credentials: this.admin.s3.config.credentials,
    });
  }

  /** Gives the key a policy that denies nothing, as the break-glass role may. */
  async openKey(clients: AccountClients): Promise<void> {
    const policy = keyPolicy(this.stack, undefined);
    const KeyId = this.vault.kmsKeyArn;
    await clients.kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(policy) }));
  }

  /** Gives it the policy that is deployed. */
  async guardKey(clients: AccountClients): Promise<void> {
    const policy = keyPolicy(this.stack, this.roleArn(BREAK_GLASS));
    const KeyId = this.vault.kmsKeyArn;
    const Policy = JSON.stringify(policy);
    const input = { KeyId, Policy, BypassPolicyLockoutSafetyCheck: true };
    await clients.kms.send(new PutKeyPolicyCommand(input));
  }

  /** In the place of the vault's. */
  async makeAnotherKey(clients: AccountClients): Promise<void> {
    this.vault.kmsKeyArn = await makeKey(clients.kms, this.stack, {
      mode: "COMPLIANCE",
      hasBreakGlass: true,
    });
  }

  async close(): Promise<void> {
    this.admin.destroy();
    await this.stack.close();
  }

  private async deploy({ hasBreakGlass, mode }: RefusalVaultKind): Promise<void> {
    const { bucketArn, bucketName } = this.vault;
    const { s3 } = this.admin;
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucketName,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: mode, Days: 30 } },
        },
      }),
    );
    await makeBucketBeside(this.stack, { outputs: this.vault, s3 });
    const iam = this.iam();
    for (const [role, actions] of [
      [AUDITOR, "*"],
      [BREAK_GLASS, "*"],
      [NOBODY, "sts:GetSessionToken"],
    ] as const) {
      await makeRole(iam, this.roleArn(role), actions);
    }
    iam.destroy();
    await this.stack.setVaultPolicy(
      vaultBucketPolicy({
        bucketArn,
        replicationRoleArns: [this.outputs.source.replicationRoleArn],
        deleteMarkers: false,
        ownerOverride: false,
        isPilot: false,
        isChained: false,
        maximumRetentionDays: 3650,
        ...(hasBreakGlass && { breakGlassRoleArn: this.roleArn(BREAK_GLASS) }),
      }),
    );
  }
}

/** The attempts as `attempt as WHO: outcome, why, shows`. */
export function inShort(attempts: readonly RefusalFact[]): readonly string[] {
  return attempts.map(({ attempt, outcome, principal, shows, why }) => {
    const who = /assumed-role\/(auditor|break-glass|nobody)-/.exec(principal)?.[1] ?? "admin";
    return `${attempt} as ${who}: ${outcome}, ${why}, ${shows}`;
  });
}

async function makeRole(iam: IAMClient, arn: string, Action: string): Promise<void> {
  const [, accountId = "", RoleName] = /::(\d{12}):role\/(.*)$/.exec(arn) ?? [];
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "sts:AssumeRole",
      },
    ],
  };
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
  const PolicyDocument = JSON.stringify(policy);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "work", PolicyDocument }));
}

function keyPolicy(stack: HandMadeStack, breakGlassRoleArn: string | undefined): PolicyDocument {
  const [vault] = stack.config.vaults;
  const { accountId = "", region = "" } = vault ?? {};
  const replicationRoleArns = [stack.outputs.source.replicationRoleArn];
  return vaultKeyPolicy({ accountId, region, replicationRoleArns, breakGlassRoleArn });
}

async function makeKey(
  kms: KMSClient,
  stack: HandMadeStack,
  { hasBreakGlass }: RefusalVaultKind,
): Promise<string> {
  const [vault] = stack.outputs.vaults;
  const role = `arn:aws:iam::${vault?.accountId ?? ""}:role/${BREAK_GLASS}-${vault?.bucketName ?? ""}`;
  const Policy = JSON.stringify(keyPolicy(stack, hasBreakGlass ? role : undefined));
  const input = { Policy, BypassPolicyLockoutSafetyCheck: true };
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  return KeyMetadata?.Arn ?? "";
}

function outputsOf(
  outputs: LockstepOutputs,
  { mode }: RefusalVaultKind,
  kmsKeyArn: string | undefined,
): LockstepOutputs {
  const parts = {
    ...outputs,
    vaults: outputs.vaults.map((vault) => ({
      ...vault,
      operationsBucketName: vaultOperationsBucketName(vault.bucketName),
      lock: { ...vault.lock, mode },
      ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    })),
  };
  return { ...parts, promise: { version: 1, digest: promiseDigest(parts) } };
}
