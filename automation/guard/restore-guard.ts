/**
 * What `up` restores of a guard by itself, since no resource of the stack says it: a key that is disabled or about to be
 * deleted, who pays for requests, and the bucket's ACL, which stands in the way of switching ACLs off.
 *
 * The key comes first of all: CloudFormation takes one that is pending deletion for gone, and a refresh would make another
 * in its place, while the replicas under the old one are lost on its day.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
 */

import { PutBucketAclCommand, PutBucketRequestPaymentCommand } from "@aws-sdk/client-s3";
import { CancelKeyDeletionCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import type { LockstepConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/outputs";
import { accountClients, type AwsEnvironment } from "../aws-clients";
import { awsFailure, messageOf } from "../errors";
import type { Session } from "../events";
import type { GuardLoss } from "../judge/outcome";
import { keyClient } from "./check-guard";
import type { GuardClients } from "./read-guard";

/** Whether no resource of the stack restores it. */
export function isRestoredByCall({ protection }: GuardLoss): boolean {
  return RESTORED[protection] !== undefined;
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
    const restore = RESTORED[loss.protection];
    const vault = vaults.find(({ name }) => name === loss.vault);
    const access = config.vaults.find(({ name }) => name === loss.vault);
    if (restore === undefined || loss.restoredBy !== "up" || !vault || !access) continue;
    const clients = await accountClients(access, environment);
    const kms = keyClient(clients, access.region);
    try {
      await restore({ vault, loss, clients: { s3: clients.s3, kms } }, session.signal);
      const message = `${loss.protection} of ${loss.resource} is restored`;
      session.emit({ type: "note", message });
    } catch (error) {
      if (awsFailure(error)?.httpStatus === undefined) throw error;
      const message = `${loss.protection} of ${loss.resource} is not restored: ${messageOf(error)}`;
      session.emit({ type: "warning", code: "NotRestored", message });
    } finally {
      kms.destroy();
      clients.destroy();
    }
  }
}

interface Restoring {
  readonly vault: VaultOutputs;
  readonly loss: GuardLoss;
  readonly clients: GuardClients;
}

const RESTORED: Readonly<
  Record<string, (restoring: Restoring, signal: AbortSignal) => Promise<unknown>>
> = {
  // Cancelling a deletion leaves the key disabled.
  async key({ clients: { kms }, loss }, abortSignal) {
    const KeyId = loss.resource;
    const { state } = loss.found as { state: string };
    if (state === "PendingDeletion") {
      await kms.send(new CancelKeyDeletionCommand({ KeyId }), { abortSignal });
    }
    await kms.send(new EnableKeyCommand({ KeyId }), { abortSignal });
  },
  "request-payment": ({ clients: { s3 }, vault }, abortSignal) =>
    s3.send(
      new PutBucketRequestPaymentCommand({
        Bucket: vault.bucketName,
        ExpectedBucketOwner: vault.accountId,
        RequestPaymentConfiguration: { Payer: "BucketOwner" },
      }),
      { abortSignal },
    ),
  acl: ({ clients: { s3 }, vault }, abortSignal) =>
    s3.send(
      new PutBucketAclCommand({
        Bucket: vault.bucketName,
        ExpectedBucketOwner: vault.accountId,
        ACL: "private",
      }),
      { abortSignal },
    ),
};
