/**
 * What `up` restores of a guard by itself, since no resource of the stack says it: a key that is disabled or about to be
 * deleted, who pays for requests, the bucket's ACL, which stands in the way of switching ACLs off, and the lifecycle of a bucket
 * that we attach to.
 *
 * The key comes first of all: CloudFormation takes one that is pending deletion for gone, and a refresh would make another
 * in its place, while the replicas under the old one are lost on its day.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
 */

import {
  DeleteBucketLifecycleCommand,
  DeleteBucketReplicationCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketRequestPaymentCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { CancelKeyDeletionCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import type { LockstepConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { awsFailure, messageOf } from "../errors";
import type { Session } from "../events";
import type { GuardLoss } from "../judge/outcome";
import { OPERATIONS_PREFIX } from "./compare-guard";
import { rulesBeside } from "./lifecycle-rules";
import type { GuardClients } from "./read-guard";

/**
 * Whether no resource of the stack restores it.
 * @param vaults as the stack's outputs tell them
 */
export function isRestoredByCall(loss: GuardLoss, vaults: readonly VaultOutputs[]): boolean {
  return callOf(loss, vaults) !== undefined;
}

/** A bucket that we made with its lifecycle and replication is restored with it, one that we attach to is not. */
function callOf(
  { protection, vault: name }: GuardLoss,
  vaults: readonly VaultOutputs[],
): Restore | undefined {
  const isAttached = vaults.find((vault) => vault.name === name)?.guard?.existing === true;
  return (
    RESTORED[protection] ??
    RESTORED_OF_ANY[protection.replace(OPERATIONS_PREFIX, "")] ??
    (isAttached ? RESTORED_OF_ATTACHED[protection.replace(OPERATIONS_PREFIX, "")] : undefined)
  );
}

/**
 * Restores what no resource does. What AWS refuses is told as a warning; the look afterwards finds it again.
 * @param losses as the last look found them
 */
export async function restoreByCalls(
  losses: readonly GuardLoss[],
  vaults: readonly VaultOutputs[],
  config: Pick<LockstepConfig, "vaults">,
  environment: AwsEnvironment,
  session: Session,
): Promise<void> {
  for (const loss of losses) {
    const restore = callOf(loss, vaults);
    const vault = vaults.find(({ name }) => name === loss.vault);
    const access = config.vaults.find(({ name }) => name === loss.vault);
    if (restore === undefined || loss.restoredBy !== "up" || !vault || !access) continue;
    const clients = await accountClients(access, environment);
    try {
      await restore({ vault, loss, clients }, session.signal);
      const message = `${loss.protection} of ${loss.resource} is restored`;
      session.emit({ type: "note", message });
    } catch (error) {
      if (awsFailure(error)?.httpStatus === undefined) throw error;
      const message = `${loss.protection} of ${loss.resource} is not restored: ${messageOf(error)}`;
      session.emit({ type: "warning", code: "NotRestored", message });
    } finally {
      clients.destroy();
    }
  }
}

interface Restoring {
  readonly vault: VaultOutputs;
  readonly loss: GuardLoss;
  readonly clients: GuardClients;
}

type Restore = (restoring: Restoring, signal: AbortSignal) => Promise<unknown>;

const RESTORED: Readonly<Record<string, Restore>> = {
  // Cancelling a deletion leaves the key disabled.
  async key({ clients: { kms }, loss }, abortSignal) {
    const KeyId = loss.resource;
    const { state } = loss.found as { state: string };
    if (state === "PendingDeletion") {
      await kms.send(new CancelKeyDeletionCommand({ KeyId }), { abortSignal });
    }
    await kms.send(new EnableKeyCommand({ KeyId }), { abortSignal });
  },
  // A template's property that goes away leaves it to its service what becomes of the setting.
  [`${OPERATIONS_PREFIX}object-lock`]: ({ clients: { s3 }, ...of }, abortSignal) =>
    s3.send(
      new PutObjectLockConfigurationCommand({
        ...bucketOf(of),
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
      }),
      { abortSignal },
    ),
};

/** Of a vault's bucket, and of the operations bucket beside it. */
const RESTORED_OF_ANY: Readonly<Record<string, Restore>> = {
  "request-payment": ({ clients: { s3 }, ...of }, abortSignal) =>
    s3.send(
      new PutBucketRequestPaymentCommand({
        ...bucketOf(of),
        RequestPaymentConfiguration: { Payer: "BucketOwner" },
      }),
      { abortSignal },
    ),
  acl: ({ clients: { s3 }, ...of }, abortSignal) =>
    s3.send(new PutBucketAclCommand({ ...bucketOf(of), ACL: "private" }), { abortSignal }),
};

const RESTORED_OF_ATTACHED: Readonly<Record<string, Restore>> = {
  async lifecycle({ clients: { s3 }, ...of }, abortSignal) {
    const input = bucketOf(of);
    const options = { abortSignal };
    const { Rules = [], TransitionDefaultMinimumObjectSize } = await s3.send(
      new GetBucketLifecycleConfigurationCommand(input),
      options,
    );
    const isBeside = of.loss.protection.startsWith(OPERATIONS_PREFIX);
    const deployed = isBeside ? [] : (of.vault.guard?.lifecycleRules ?? []);
    const added = new Set(rulesBeside(deployed, Rules));
    const kept = Rules.filter((rule) => !added.has(rule));
    if (kept.length === 0) {
      await s3.send(new DeleteBucketLifecycleCommand(input), options);
      return;
    }
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        ...input,
        TransitionDefaultMinimumObjectSize,
        LifecycleConfiguration: { Rules: kept },
      }),
      options,
    );
  },
  replication: ({ clients: { s3 }, ...of }, abortSignal) =>
    s3.send(new DeleteBucketReplicationCommand(bucketOf(of)), { abortSignal }),
};

/** The bucket that lost something, by its ARN: `arn:aws:s3:::NAME`. */
function bucketOf({ loss, vault }: Pick<Restoring, "loss" | "vault">) {
  return {
    Bucket: loss.resource.split(":").at(-1),
    ExpectedBucketOwner: vault.accountId,
  };
}
