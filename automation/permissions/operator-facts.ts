import { hasMetrics, type RuleConfig } from "../../components/config/rule";
import { replicationOf } from "../../components/config/schema";
import type { AccountAccess, AthenaConfig, LockstepConfig } from "../../components/config/types";
import { bucketArn, partitionOf } from "../../components/config/values";
import {
  checksumRoleName,
  configuredReplicationRole,
  dashboardName,
  derivedNames,
  relockRoleName,
  roleArn,
  slackConfigurationName,
  vaultOperationsBucketName,
} from "../../components/derived-names";
import { canaryFolder } from "../canary/canary-key";

/** What one source or vault is called at AWS, as policies name it. */
export interface OperatorFacts {
  readonly side: "source" | "vault";
  readonly accountId: string;
  /** `aws`, or another one of AWS's. */
  readonly partition: string;
  /** The bucket with the data, or the vault. */
  readonly bucketArn: string;
  /** The operations bucket beside it. */
  readonly operationsArn: string;
  /** Of a source: the roles that are made for it. */
  readonly roleArns: readonly string[];
  /** Those and, since IAM knows no path of a role that is not there yet, the same without it. */
  readonly lookedAtRoleArns: readonly string[];
  /** Of a source: the role that S3 replicates under, and the one that jobs run under. */
  readonly replicationRoleArn: string;
  readonly batchRoleArn: string;
  readonly dashboardArn: string;
  /** Of a source: the boundary of its roles. */
  readonly boundaryArns: readonly string[];
  /** Where alarms go to Slack: the channels' configurations, and their roles, whose names the engine makes up. */
  readonly slackChannelArns: readonly string[];
  readonly slackRoleArns: readonly string[];
  /** `arn:aws:s3:eu-west-1:111111111111:` and alike, of a service in the Region of the bucket. */
  arnOf(service: string, resource: string, region?: string): string;
  /** A key is made in this account, or given, or may be there: what a bucket that was there before is under, the config does not say. */
  readonly hasKeys: boolean;
  /** Of a source: keys of others that the config names. */
  readonly givenKeyArns: readonly string[];
  readonly makesKeys: boolean;
  /** One of those is of data, and so has an alias. */
  readonly makesAliases: boolean;
  readonly makesBucket: boolean;
  /** Of a vault: it was there before, and so was a source of this stack, which `destroy` takes our part out of. */
  readonly isReadByDestroy: boolean;
  readonly hasMonitoring: boolean;
  readonly hasDashboard: boolean;
  /** Of a source: a rule has metrics, and this stack looks at what it fills. */
  readonly hasMetrics: boolean;
  /** Of a vault: the role that may change it where nobody else may. */
  readonly breakGlassRoleArns: readonly string[];
  /** Of a vault: the role that refusals are tried as too. */
  readonly refusalsRoleArns: readonly string[];
  /** Of a vault: the role that locks are extended as, where they may be. */
  readonly relockRoleArns: readonly string[];
  /** The role that jobs read the bucket, or the vault, as, where they may. */
  readonly checksumRoleArns: readonly string[];
  /** Of such a vault: it promises COMPLIANCE, so that GOVERNANCE locks become that. */
  readonly raisesModes: boolean;
  /** The bucket, or the vault, encrypts with a key of KMS, or may. */
  readonly isUnderKms: boolean;
  /** Where canaries lie, and those that have tags. */
  readonly canaryArns: readonly string[];
  readonly taggedCanaryArns: readonly string[];
  /** S3 lists the bucket, or the vault, and delivers to the operations bucket. */
  readonly hasInventory: boolean;
  /** Of a vault that the config names an Athena for, or a source. */
  readonly athena?: AthenaFacts;
  /** The stack knows both sides: it keeps the promise's copy, and looks at versions. */
  readonly seesBothSides: boolean;
}

/** What an Athena is called at AWS. */
export interface AthenaFacts {
  readonly workgroupArn: string;
  /** The Data Catalog, its database and the tables that are made in it. */
  readonly catalogArns: readonly string[];
  /** Of the bucket that it works in. */
  readonly bucketArn: string;
  /** What is put there. */
  readonly objectsArn: string;
}

/** The sources and vaults of a config, as far as this stack works on them. Pure. */
export function operatorFacts(config: LockstepConfig): readonly OperatorFacts[] {
  const sources = config.side === "vaults" ? [] : config.sources;
  const vaults = config.side === "source" ? [] : config.vaults;
  const seesBothSides = config.side === "both";
  const hasInventory = config.inventory !== undefined;
  const hasChecksums = config.verdict?.checksums === true;
  return [
    ...sources.map((source): OperatorFacts => {
      const names = derivedNames(source.bucket.name);
      const batchRoleArn = roleArn(source, names.batchRoleName, source.roles?.path);
      const replicationRoleArn = configuredReplicationRole(source);
      const hasMonitoring = config.monitoring !== undefined;
      const slack = config.monitoring?.subscribers.slack ?? [];
      const { encryption, existing } = source.bucket;
      const makesKeys = encryption?.kms === "create" || hasMonitoring;
      const isUnderKms = encryption === undefined ? existing : encryption.kms !== "none";
      const checksumRoleArns = hasChecksums
        ? [roleArn(source, checksumRoleName("source", source.bucket.name), source.roles?.path)]
        : [];
      const given = [encryption?.kms ?? "none", ...source.kmsKeyArns];
      return {
        ...placeOf(source, source.bucket.name, names.operationsBucketName),
        side: "source",
        roleArns: [replicationRoleArn, batchRoleArn, ...checksumRoleArns],
        checksumRoleArns,
        lookedAtRoleArns: [
          ...new Set([
            replicationRoleArn,
            batchRoleArn,
            ...(source.replicationRoleArn === undefined
              ? [roleArn(source, names.replicationRoleName)]
              : []),
            roleArn(source, names.batchRoleName),
            ...checksumRoleArns,
            ...(hasChecksums
              ? [roleArn(source, checksumRoleName("source", source.bucket.name))]
              : []),
          ]),
        ],
        replicationRoleArn,
        batchRoleArn,
        dashboardArn: `arn:${partitionOf(source.region)}:cloudwatch::${source.accountId}:dashboard/${dashboardName(source.bucket.name)}`,
        boundaryArns:
          source.roles?.permissionsBoundary === undefined ? [] : [source.roles.permissionsBoundary],
        slackChannelArns: slack.map(
          ({ channelId }) =>
            `arn:${partitionOf(source.region)}:chatbot::${source.accountId}:chat-configuration/slack-channel/` +
            slackConfigurationName(source.bucket.name, channelId),
        ),
        slackRoleArns: slack
          .slice(0, 1)
          .map(() => roleArn(source, "lockstep-monitoring*-slack-*", source.roles?.path)),
        hasKeys: makesKeys || isUnderKms || source.kmsKeyArns.length > 0,
        givenKeyArns: [...new Set(given.filter((kms) => kms.startsWith("arn:")))],
        makesKeys,
        makesAliases: encryption?.kms === "create",
        makesBucket: !existing,
        isReadByDestroy: false,
        hasMonitoring,
        hasDashboard: config.monitoring?.dashboard === true,
        hasMetrics: seesBothSides && replicationOf(config, source.name).rules.some(hasMetrics),
        breakGlassRoleArns: [],
        refusalsRoleArns: [],
        relockRoleArns: [],
        raisesModes: false,
        isUnderKms,
        ...canariesOf(source, source.bucket.name, replicationOf(config, source.name).rules),
        hasInventory,
        ...(seesBothSides ? athenaOf(source, config.backfill.athena?.[source.name]) : {}),
        seesBothSides,
      };
    }),
    ...vaults.map((vault): OperatorFacts => ({
      ...placeOf(vault, vault.bucket.name, vaultOperationsBucketName(vault.bucket.name)),
      side: "vault",
      roleArns: [],
      lookedAtRoleArns: [],
      replicationRoleArn: "",
      batchRoleArn: "",
      dashboardArn: "",
      boundaryArns: [],
      slackChannelArns: [],
      slackRoleArns: [],
      hasKeys:
        vault.encryption.kms !== "none" ||
        config.rules.some(
          (rule) => rule.vault === vault.name && rule.replicaKmsKeyId !== undefined,
        ),
      givenKeyArns: [],
      relockRoleArns:
        vault.relock === true ? [roleArn(vault, relockRoleName(vault.bucket.name))] : [],
      checksumRoleArns: hasChecksums
        ? [roleArn(vault, checksumRoleName("vault", vault.bucket.name))]
        : [],
      raisesModes: vault.relock === true && vault.lock.stage === "compliance",
      breakGlassRoleArns: vault.breakGlassRoleArn === undefined ? [] : [vault.breakGlassRoleArn],
      refusalsRoleArns: vault.refusalsRoleArn === undefined ? [] : [vault.refusalsRoleArn],
      makesKeys: vault.encryption.kms === "create",
      makesAliases: vault.encryption.kms === "create",
      makesBucket: !vault.bucket.existing,
      isReadByDestroy: vault.bucket.existing && sources.some(({ bucket }) => bucket.existing),
      hasMonitoring: false,
      hasDashboard: false,
      hasMetrics: false,
      isUnderKms: vault.encryption.kms !== "none",
      // One canary may reach several vaults, under the prefix of any of the rules that take it.
      ...canariesOf(vault, vault.bucket.name, config.rules),
      hasInventory,
      ...(seesBothSides && hasInventory
        ? athenaOf(vault, config.verdict?.athena?.[vault.name])
        : {}),
      seesBothSides,
    })),
  ];
}

function placeOf(access: AccountAccess, bucketName: string, operationsName: string) {
  const partition = partitionOf(access.region);
  return {
    accountId: access.accountId,
    partition,
    bucketArn: bucketArn(partition, bucketName),
    operationsArn: bucketArn(partition, operationsName),
    arnOf: (service: string, resource: string, region = access.region) =>
      `arn:${partition}:${service}:${region}:${access.accountId}:${resource}`,
  };
}

function athenaOf(
  access: AccountAccess,
  place: AthenaConfig | undefined,
): { readonly athena?: AthenaFacts } {
  if (place === undefined) return {};
  const { database, location, workgroup } = place;
  const { arnOf, partition } = placeOf(access, "", "");
  const [, , bucketName = "", ...folders] = location.split("/");
  const workArn = bucketArn(partition, bucketName);
  return {
    athena: {
      workgroupArn: arnOf("athena", `workgroup/${workgroup}`),
      catalogArns: [
        arnOf("glue", "catalog"),
        arnOf("glue", `database/${database}`),
        arnOf("glue", `table/${database}/lockstep_*`),
      ],
      bucketArn: workArn,
      objectsArn: `${workArn}/${folders.join("/")}lockstep_*`,
    },
  };
}

function canariesOf({ region }: AccountAccess, bucketName: string, rules: readonly RuleConfig[]) {
  const inForce = rules.filter(({ status }) => status === "Enabled");
  const arnsOf = (some: readonly RuleConfig[]): readonly string[] =>
    [...new Set(some.map(({ filter }) => canaryFolder(filter?.prefix ?? "")))].map(
      (folder) => `${bucketArn(partitionOf(region), bucketName)}/${folder}*`,
    );
  const tagged = inForce.filter(({ filter }) => Object.keys(filter?.tags ?? {}).length > 0);
  return { canaryArns: arnsOf(inForce), taggedCanaryArns: arnsOf(tagged) };
}
