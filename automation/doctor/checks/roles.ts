/** The live roles of a source against those that were deployed: each right that is gone, with the failure that it gives. Pure. */

import type { PolicyStatement } from "../../../components/policy-documents/policy-document";
import type { RoleOutputs } from "../../../components/promise/outputs";
import { compareRole } from "../../guard/compare-role";
import type { RoleFacts } from "../../guard/facts";
import type { RoleKind } from "../../guard/role-words";
import { concerns, holdsFor, namesService, type ReadStatement } from "../../guard/statement";
import { finding, type FindingFields, type FoundAt, isUnreadable, unreadables } from "../finding";
import { shown } from "./rules";

/**
 * What fails without a right.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-troubleshoot.html
 */
const FAILURES: Readonly<Record<string, string>> = {
  "s3:InitiateReplication": "each task fails with InitiateReplicationNotPermitted",
  "s3:PutInventoryConfiguration":
    "a job fails at 0 % while S3 prepares its manifest (ManifestGenerationFailed)",
  "s3:GetObject": 'a job fails with "Reading the manifest is forbidden: AccessDenied"',
  "s3:GetObjectVersion": 'a job fails with "Reading the manifest is forbidden: AccessDenied"',
  "s3:PutObject":
    'a job fails with "Failed to write manifest" or "The job report could not be written to your report bucket"',
  "s3:ListBucket": "replicas fail with SrcHeadObjectNotPermitted",
  "s3:GetObjectVersionForReplication": "replicas fail with SrcGetObjectNotPermitted",
  "s3:GetObjectVersionAcl": "replicas fail with SrcGetAclNotPermitted",
  "s3:GetObjectVersionTagging": "replicas fail with SrcGetTaggingNotPermitted",
  "s3:GetObjectRetention": "versions of a locked source fail with SrcGetRetentionNotPermitted",
  "s3:GetObjectLegalHold": "versions of a locked source fail with SrcGetLegalHoldNotPermitted",
  "s3:GetObjectVersionAnnotationForReplication": "annotations stay behind",
  "s3:ReplicateObject": "replicas fail with DstPutObjectNotPermitted",
  "s3:ReplicateTags": "tagged versions fail with DstPutTaggingNotPermitted",
  "s3:ReplicateDelete": "delete markers fail with DstDelObjNotPermitted",
  "s3:ObjectOwnerOverrideToBucketOwner": "replicas fail with DstPutObjectNotPermitted",
  "kms:Decrypt":
    "versions under SSE-KMS fail with SrcGetObjectNotPermitted, or at the vault with DstPutObjectNotPermitted",
  "kms:Encrypt": "replicas fail with DstPutObjectNotPermitted",
  "kms:GenerateDataKey": "replicas fail with DstPutObjectNotPermitted",
};

/** What several roles may do fails in each one's own way. */
function failureOf(action: string, kind: RoleKind): string {
  if (kind === "checksum" && (action === "s3:GetObjectVersion" || action === "kms:Decrypt")) {
    return "versions are told as unverifiable by `verify --level checksum`, since no job can read them";
  }
  if (action === "s3:GetReplicationConfiguration") {
    return kind === "batch"
      ? "a job fails at 0 % while S3 prepares its manifest (ManifestGenerationFailed)"
      : "replicas fail with SrcBucketReplicationConfigMissing";
  }
  return FAILURES[action] ?? "what needs it is refused with AccessDenied";
}

export function judgeRole(
  kind: RoleKind,
  deployed: RoleOutputs,
  facts: RoleFacts,
  account: string,
): readonly FindingFields[] {
  const at: FoundAt = { account, resource: deployed.roleArn };
  if (facts.role === "gone") {
    const fix = deployed.existing
      ? "make the role again, with the policies that it had"
      : "nothing else: a role made by hand would not have the policies";
    return [finding("role-missing", at, `the ${kind} role is gone`, fix)];
  }
  const missing = missingRights(deployed, facts);
  return [
    ...unreadables(facts, `of the ${kind} role`, at),
    ...(deployed.existing ? judgeTrust(kind, facts, at) : []),
    ...missing.map(({ Action, Resource, Sid }) => {
      const actions = [Action].flat();
      const failures = [...new Set(actions.map((action) => failureOf(action, kind)))];
      const what = `the ${kind} role lacks ${actions.join(", ")} on ${[Resource].flat().join(", ")} (statement ${Sid ?? "without a Sid"}): ${failures.join("; ")}`;
      const statement = { Effect: "Allow", Action, Resource };
      return finding("role-right", at, what, `in its policy: ${JSON.stringify(statement)}`);
    }),
    ...otherDrift(kind, deployed, facts, missing.length > 0, at),
  ];
}

const SERVICES: Readonly<Record<RoleKind, string>> = {
  replication: "s3.amazonaws.com",
  batch: "batchoperations.s3.amazonaws.com",
  checksum: "batchoperations.s3.amazonaws.com",
};

/** Who may assume a role that was there before is its owner's matter, as long as S3 is among them. */
function judgeTrust(kind: RoleKind, { trust }: RoleFacts, at: FoundAt): readonly FindingFields[] {
  if ("unreadable" in trust) return [];
  const service = SERVICES[kind];
  const isAboutIt = (statement: ReadStatement): boolean =>
    concerns(statement, "sts:AssumeRole") && namesService(statement.Principal, service);
  const isLet = trust.value.some((one) => one.Effect === "Allow" && isAboutIt(one));
  const denial = trust.value.find((one) => one.Effect === "Deny" && isAboutIt(one));
  if (isLet && denial === undefined) return [];
  const what = `the trust policy of the ${kind} role, which was there before, ${denial === undefined ? "does not let" : "denies"} ${service} ${denial === undefined ? "assume it" : "to assume it"}`;
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  const fix =
    denial === undefined
      ? `add to it: ${JSON.stringify(statement)}`
      : `take away ${JSON.stringify(denial)}`;
  return [finding("role-trust", at, what, fix)];
}

/** Rights of deployed statements that no live statement gives any more; those that fail alike are one. */
function missingRights(deployed: RoleOutputs, facts: RoleFacts): readonly PolicyStatement[] {
  if ("unreadable" in facts.policies) return [];
  const live = facts.policies.value.flatMap(({ statements }) => statements);
  return deployed.policies
    .flatMap(({ statements }) => statements)
    .flatMap((statement): PolicyStatement[] => {
      if (statement.Effect !== "Allow") return [];
      const actions = [statement.Action].flat().filter((action) =>
        [statement.Resource ?? "*"].flat().some((resource) => {
          const narrow = { ...statement, Action: action, Resource: resource };
          return !live.some((wide) => holdsFor(wide, narrow));
        }),
      );
      return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
    });
}

/** What else differs: who may assume the role, its boundary, what was added. */
function otherDrift(
  kind: RoleKind,
  deployed: RoleOutputs,
  facts: RoleFacts,
  lacksRights: boolean,
  at: FoundAt,
): readonly FindingFields[] {
  return compareRole(kind, deployed, facts).flatMap((drift): FindingFields[] => {
    const { allows = "", breaks, expected, found, path } = drift;
    if (isUnreadable(found)) return [];
    const isTrust = path.startsWith("trust");
    // What is missing of a statement is told right by right.
    if (!isTrust && lacksRights && path.startsWith("policies") && breaks === true) return [];
    const what = `${path} of the ${kind} role: expected ${shown(expected)}, found ${shown(found)}; that allows ${allows}`;
    const fix =
      expected === null
        ? `take it away from ${at.resource}`
        : `put it back: ${JSON.stringify(expected)}`;
    const isBroken = isTrust && breaks === true;
    return [finding(isBroken ? "role-trust" : "role-changed", at, what, fix)];
  });
}
