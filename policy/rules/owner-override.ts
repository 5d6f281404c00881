import { defineRule } from "../define-rule";
import { ownershipOf } from "../program/bucket-aspects";
import { accountsOf, areTwoAccounts } from "../program/pair-accounts";
import { rulesOf } from "../program/replications";
import { hasOwnerOverride, isEnabled } from "../program/rule-facts";
import type { PolicyViolation } from "../rule";
import { UNKNOWN } from "../values";

/**
 * The owner of replicas in another account.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html
 */
export const ownerOverride = defineRule({
  id: "owner-override",
  title: "Replicas are given to the vault's owner if and only if that is another account",
  severity: "error",
  rationale:
    "Where the vault's ACLs are on, a replica belongs to the account of its source unless the rule says otherwise: the vault's account cannot read or restore its own copies. With ACLs off (BucketOwnerEnforced, S3's default for new buckets) they are the vault's, but only while that stays so. Within one account the option has no meaning.",
  fix: "Set destination.account to the vault's account and destination.accessControlTranslation.owner to \"Destination\", and allow s3:ObjectOwnerOverrideToBucketOwner in the role and the vault's policy; within one account leave all three out.",
  references: { nist80053: ["AC-3", "AC-6"] },
  settings: {},
  check: (program) =>
    rulesOf(program).flatMap(([rule, replication]): PolicyViolation[] => {
      const { resource } = replication;
      const hasIt = hasOwnerOverride(rule);
      const isCrossing = areTwoAccounts(accountsOf(program, replication, rule));
      if (hasIt === UNKNOWN || isCrossing === undefined || isEnabled(rule) === false) return [];
      if (hasIt && !isCrossing) {
        const message = `${rule.label}: it overrides the owner, and both buckets are in one account.`;
        return [{ resource, message, severity: "warning" }];
      }
      if (hasIt || !isCrossing) return [];
      const [vault] = rule.destinations;
      const ownership = vault === undefined ? UNKNOWN : ownershipOf(program, vault);
      if (ownership === "BucketOwnerEnforced") return [];
      const areAclsOn = ownership === "ObjectWriter" || ownership === "BucketOwnerPreferred";
      return [
        {
          resource,
          severity: areAclsOn ? "error" : "warning",
          message: `${rule.label}: its vault is in another account, and replicas are not given to it.`,
        },
      ];
    }),
});
