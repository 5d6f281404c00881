/** What a vault lost, told by its kind and with the way back. Pure. */

import type { PolicyStatement } from "../../../components/policy-documents/policy-document";
import type { VaultOutputs } from "../../../components/promise/outputs";
import { OPERATIONS_PREFIX } from "../../guard/compare-guard";
import type { BucketFacts, GuardFacts } from "../../guard/facts";
import type { GuardedVault } from "../../guard/guarded-vault";
import { concerns, type ReadStatement } from "../../guard/statement";
import type { GuardLoss } from "../../judge/outcome";
import {
  finding,
  type FindingFields,
  type FoundAt,
  isUnreadable,
  notChecked,
  unreadables,
} from "../finding";
import { FINDING_KINDS, type FindingId } from "../kinds";
import { shown } from "./rules";

/** What a vault lost, and what of its guard could not be read. */
export function judgeGuard(
  vault: GuardedVault,
  facts: GuardFacts,
  losses: readonly GuardLoss[],
): readonly FindingFields[] {
  const { accountId: account, bucketArn, kmsKeyArn = "", name, operationsBucketName = "" } = vault;
  const { checksumRole, key, operations, relockRole, ...bucket } = facts;
  const of = `of vault ${name}`;
  const beside = `of the operations bucket beside vault ${name}`;
  return [
    ...losses.flatMap((loss) => (isUnreadable(loss.found) ? [] : [ofLoss(loss, account)])),
    ...unreadables(bucket, of, { account, resource: bucketArn }),
    ...unreadables(operations ?? {}, beside, { account, resource: operationsBucketName }),
    ...(relockRole === undefined
      ? []
      : unreadables(relockRole, `of the relock role ${of}`, {
          account,
          resource: vault.guard.relock?.role.roleArn ?? bucketArn,
        })),
    ...(checksumRole === undefined
      ? []
      : unreadables(checksumRole, `of the role that reads for checksums ${of}`, {
          account,
          resource: vault.guard.checksumRole?.roleArn ?? bucketArn,
        })),
    ...unreadables(key ?? {}, `of the key ${of}`, { account, resource: kmsKeyArn }),
  ];
}

function ofLoss(loss: GuardLoss, account: string): FindingFields {
  const { allows, expected, found, protection, resource, vault } = loss;
  const what = `${protection} of vault ${vault}: expected ${shown(expected)}, found ${shown(found)}; that allows ${allows}`;
  return finding(idOf(protection), { account, resource }, what, wayBack(loss));
}

function idOf(protection: string): FindingId {
  if (protection.startsWith(OPERATIONS_PREFIX)) return "vault-operations";
  const id = `vault-${protection}`;
  if (id in FINDING_KINDS) return id as FindingId;
  throw new TypeError(`no kind of finding for the protection ${protection}`);
}

function wayBack({ expected, found, restore, restoredBy }: GuardLoss): string {
  const patch =
    expected === null || expected === undefined
      ? `take away ${JSON.stringify(found)}`
      : `put back ${JSON.stringify(expected)}`;
  switch (restoredBy) {
    case "up":
      return `\`lockstep up\` does it. By hand: ${patch}`;
    case "break-glass":
      return `\`lockstep up --vault-role <ARN of the break-glass role>\` does it; nobody else may. By hand, as that role: ${patch}`;
    case "owner":
      return `\`lockstep up\` does not do it. By hand: ${restore ?? patch}`;
  }
}

/** A bucket that is to be adopted as a vault, before the first `up`. */
export function judgeAdoption(
  facts: BucketFacts,
  lock: { readonly mode: string; readonly retentionDays: number },
  at: FoundAt,
): readonly FindingFields[] {
  const { objectLock, versioning } = facts;
  if ("unreadable" in versioning) return [notChecked(at, "versioning", versioning)];
  if ("unreadable" in objectLock) return [notChecked(at, "Object Lock", objectLock)];
  const { days = 0, enabled, mode } = objectLock.value;
  const lacks = [
    ...(versioning.value === "Enabled" ? [] : ["versioning"]),
    ...(enabled ? [] : ["Object Lock"]),
    ...(mode === undefined ? ["a default retention"] : []),
  ];
  const isStricter =
    days > lock.retentionDays || (mode === "COMPLIANCE" && lock.mode !== "COMPLIANCE");
  return [
    ...(lacks.length === 0
      ? []
      : [finding("vault-adoption", at, `it lacks ${lacks.join(", ")}`, "wait for the first `up`")]),
    ...(isStricter
      ? [
          finding(
            "vault-adoption-conflict",
            at,
            `its default retention is ${mode ?? "?"} for ${days} days, the config says ${lock.mode} for ${lock.retentionDays}`,
            `in its entry of lockstep:vaults: \`lock: { stage: ${mode === "COMPLIANCE" ? "compliance" : "governance"}, retention: ${Math.max(days, lock.retentionDays)} days }\``,
          ),
        ]
      : []),
  ];
}

/** A rule with an owner override needs a right of its own in the vault's policy; without it each replica is refused. */
export function judgeOwnerOverride(
  vault: Pick<VaultOutputs, "name">,
  policy: BucketFacts["policy"],
  deployed: readonly PolicyStatement[],
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in policy) return [];
  const action = "s3:ObjectOwnerOverrideToBucketOwner";
  const isAllowed = ({ Effect, ...statement }: ReadStatement): boolean =>
    Effect === "Allow" && concerns(statement, action);
  if ((policy.value ?? []).some(isAllowed)) return [];
  const patch = deployed.find((statement) => isAllowed(statement)) ?? { Action: action };
  const what = `a rule to vault ${vault.name} has ownerOverride, and the vault's policy does not allow ${action}`;
  const fix = `\`lockstep up\` does it. By hand: ${JSON.stringify(patch)}`;
  return [finding("owner-override", at, what, fix)];
}
