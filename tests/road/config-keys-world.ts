/** What the table of configuration keys looks at: AWS as the sandbox has it, by the official SDK's clients. */

import { mkdir } from "node:fs/promises";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ListSubscriptionsCommand, SNSClient } from "@aws-sdk/client-sns";
import { upStack } from "../../automation/stack/deploy";
import { findEngine } from "../../automation/engine/find-engine";
import { openStack, readStackConfig } from "../../automation/stack/workspace";
import { CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";
import { EXISTING, type Prepared, type StackName } from "./config-keys-stacks";

export type AccountName = keyof typeof ACCOUNTS;

/** Who asked what of which bucket, as CloudTrail would have it. */
interface Asked {
  readonly operation?: string | undefined;
  readonly principalArn?: string | undefined;
  readonly accountId?: string | undefined;
  readonly bucket?: string | undefined;
}

export class World {
  private constructor(
    readonly project: CliProject,
    private readonly asked: readonly Asked[],
  ) {}

  static async start(): Promise<World> {
    const asked: Asked[] = [];
    const log = (entry: Asked): void => void asked.push(entry);
    // Roles are assumed with the credentials of the environment.
    return new World(await CliProject.start({ log }, { AWS_PROFILE: "vault" }), asked);
  }

  s3(account: AccountName): S3Client {
    return this.project.engine.s3(account);
  }

  /** Where a bucket is: `222222222222 eu-central-1`. */
  async placeOf(account: AccountName, Bucket: string): Promise<string> {
    const ExpectedBucketOwner = ACCOUNTS[account].accountId;
    const head = await this.s3(account).send(
      new HeadBucketCommand({ Bucket, ExpectedBucketOwner }),
    );
    return `${ExpectedBucketOwner} ${head.BucketRegion}`;
  }

  /** Who made a bucket with S3's own operation. */
  makersOf(bucket: string): string[] {
    return this.#principals(
      (entry) => entry.operation === "CreateBucket" && entry.bucket === bucket,
    );
  }

  /** Who made something in an account by Cloud Control. */
  makersIn(account: AccountName): string[] {
    const { accountId } = ACCOUNTS[account];
    return this.#principals(
      (entry) => entry.operation === "CreateResource" && entry.accountId === accountId,
    );
  }

  /** Without the names of sessions. */
  #principals(isMeant: (entry: Asked) => boolean): string[] {
    const found = this.asked.filter(isMeant).map(({ principalArn = "" }) => principalArn);
    return [...new Set(found.map((arn) => arn.replace(/(:assumed-role\/[^/]+)\/.*/, "$1")))];
  }

  async lockOf(account: AccountName, Bucket: string) {
    const { ObjectLockConfiguration } = await this.s3(account).send(
      new GetObjectLockConfigurationCommand({ Bucket }),
    );
    return ObjectLockConfiguration?.Rule?.DefaultRetention;
  }

  /** ARN of the key of a bucket's default encryption, and whose key it is. */
  async keyOf(account: AccountName, Bucket: string) {
    const { ServerSideEncryptionConfiguration } = await this.s3(account).send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
    return rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  }

  async descriptionOfKey(account: AccountName, KeyId: string | undefined) {
    const kms = new KMSClient(this.project.engine.clientOptions(account));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    return KeyMetadata?.Description;
  }

  async tagsOf(account: AccountName, Bucket: string) {
    const { TagSet = [] } = await this.s3(account).send(new GetBucketTaggingCommand({ Bucket }));
    return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]));
  }

  async policyOf(account: AccountName, Bucket: string): Promise<string> {
    const { Policy = "" } = await this.s3(account).send(new GetBucketPolicyCommand({ Bucket }));
    return Policy;
  }

  async replicationOf(account: AccountName, Bucket: string) {
    const { ReplicationConfiguration } = await this.s3(account).send(
      new GetBucketReplicationCommand({ Bucket }),
    );
    return ReplicationConfiguration;
  }

  async inventoryOf(account: AccountName, Bucket: string, Id: string) {
    const { InventoryConfiguration } = await this.s3(account).send(
      new GetBucketInventoryConfigurationCommand({ Bucket, Id }),
    );
    return InventoryConfiguration;
  }

  /** A rule of a source bucket, by its ID. */
  async ruleOf(account: AccountName, bucket: string, id: string) {
    const configuration = await this.replicationOf(account, bucket);
    const rule = configuration?.Rules?.find(({ ID }) => ID === id);
    if (rule === undefined) throw new Error(`${bucket} has no rule ${id}`);
    return rule;
  }

  async role(account: AccountName, RoleName: string) {
    const { Role } = await this.iam(account).send(new GetRoleCommand({ RoleName }));
    const tags = Object.fromEntries((Role?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    return {
      path: Role?.Path,
      boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tags as Record<string, string | undefined>,
    };
  }

  async rolePolicy(account: AccountName, RoleName: string, PolicyName: string): Promise<string> {
    const { PolicyDocument = "" } = await this.iam(account).send(
      new GetRolePolicyCommand({ RoleName, PolicyName }),
    );
    return decodeURIComponent(PolicyDocument);
  }

  /** Endpoints that are told, in the Region of the sources. */
  async subscribers(): Promise<(string | undefined)[]> {
    const sns = new SNSClient(this.project.engine.clientOptions("source"));
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
    return Subscriptions.map(({ Endpoint }) => Endpoint);
  }

  /** The alarms of a metric of a rule; pending and latency metrics are in the vault's Region. */
  async alarmsOf(metric: string, ruleId: string) {
    const found = await Promise.all(
      [ACCOUNTS.source.region, ACCOUNTS.vault.region].map(async (region) => {
        const options = { ...this.project.engine.clientOptions("source"), region };
        const { MetricAlarms = [] } = await new CloudWatchClient(options).send(
          new DescribeAlarmsCommand({}),
        );
        return MetricAlarms;
      }),
    );
    return found
      .flat()
      .filter(
        ({ Dimensions = [], MetricName }) =>
          MetricName === metric && Dimensions.some(({ Value }) => Value === ruleId),
      );
  }

  cloudwatch(): CloudWatchClient {
    return new CloudWatchClient(this.project.engine.clientOptions("source"));
  }

  iam(account: AccountName): IAMClient {
    return new IAMClient(this.project.engine.clientOptions(account));
  }

  /** Deploys a stack file as it lies in the project's folder. */
  async up(stack: StackName): Promise<void> {
    const { engine } = this.project;
    const address = { folder: engine.folder, stack, environment: this.project.environment };
    const config = await readStackConfig(address);
    const found = await findEngine(engine.session);
    const opened = await openStack(address, config, found, "create", engine.session.signal);
    await upStack(opened, engine.session);
  }

  /** What the stack files refer to. */
  async prepare(): Promise<Prepared> {
    for (const account of ["source", "vault"] as const) {
      for (const Bucket of EXISTING[account]) {
        await this.s3(account).send(
          new CreateBucketCommand({
            Bucket,
            CreateBucketConfiguration: { LocationConstraint: ACCOUNTS[account].region },
          }),
        );
      }
    }
    for (const Key of ["before", "before as well"]) {
      const request = { Bucket: "job-records", Key, Body: Key };
      await this.s3("source").send(new PutObjectCommand(request));
    }
    await mkdir(this.project.folder, { recursive: true });
    const { Policy } = await this.iam("source").send(
      new CreatePolicyCommand({
        PolicyName: "boundary",
        PolicyDocument: policy({ Action: "*", Resource: "*" }),
      }),
    );
    const administrators = { AWS: `arn:aws:iam::${ACCOUNTS.vault.accountId}:root` };
    return {
      sourceKeyArn: await this.#makeKey("source"),
      vaultKeyArn: await this.#makeKey("vault"),
      boundaryArn: Policy?.Arn ?? "",
      replicatorArn: await this.#makeRole("source", "replicator", { Service: "s3.amazonaws.com" }),
      sourceDeployArn: await this.#makeRole("source", "deploy", administrators),
      vaultDeployArn: await this.#makeRole("vault", "deploy", administrators),
    };
  }

  async #makeKey(account: AccountName): Promise<string> {
    const kms = new KMSClient(this.project.engine.clientOptions(account));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? "";
  }

  /** A role with every right. */
  async #makeRole(account: AccountName, RoleName: string, Principal: object): Promise<string> {
    const iam = this.iam(account);
    const AssumeRolePolicyDocument = policy({ Principal, Action: "sts:AssumeRole" });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = policy({ Action: "*", Resource: "*" });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument }));
    return Role?.Arn ?? "";
  }
}

function policy(statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...statement }],
  });
}
