/**
 * Policies for the organization that the vault accounts belong to, to be attached to these accounts (or their unit).
 *
 * A vault's own policies have two limits: the root user of an account may change a bucket policy whatever it says, and
 * whoever administers IAM may become the break-glass role. What the organization sets binds the root user too, and only its
 * management account takes it away.
 *
 * - The **service control policy** (SCP) binds the users, roles and root user of the accounts, wherever they act.
 * - The **resource control policy** (RCP) binds whoever acts on the vaults, principals of other organizations included.
 *
 * Either says Deny only, so that `FullAWSAccess` and `RCPFullAWSAccess` stay attached beside them. The management account
 * and service-linked roles are bound by neither, which is AWS's rule: keep vaults out of the management account.
 *
 * Vaults without a break-glass role are guarded against writes, bypass and deletion, and not against changes of
 * configuration or key: there would be nobody left to deploy them.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */

import { bucketArn, parseRoleArn, partitionOf } from "../config/values";
import { vaultOperationsBucketName } from "../derived-names";
import {
  oneOrMore,
  type OneOrMore,
  policyDocument,
  type PolicyDocument,
  type PolicyStatement,
} from "./policy-document";
import { modesOf, NOT_RELOCKING_ACTIONS, type RelockLimits } from "./relock-role-policy";
import { exceptRoles, onlyRoles } from "./role-principal";
import { vaultConfigurationActions } from "./vault-bucket-policy";
import { KEY_LOSS_ACTIONS } from "./vault-key-policy";

/** AWS's limit for a document of either kind. @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
export const CONTROL_POLICY_MAX_CHARACTERS = 5_120;

/** What a vault's own policy denies as `DIRECT_WRITE_ACTIONS` and `REPLICA_WRITE_ACTIONS`, in the fewer characters that there are. */
const DIRECT_WRITES = [
  "s3:PutObject",
  "s3:PutObject*Acl",
  "s3:PutObject*Tagging",
  "s3:DeleteObject*Tagging",
  "s3:PutObject*Annotation",
  "s3:DeleteObject*Annotation",
  "s3:UpdateObjectEncryption",
];
const REPLICA_WRITES = ["s3:Replicate*"];

/** Actions that one pattern says in fewer characters. A test holds that none stands for another action too. */
const SHORTER: readonly [pattern: string, actions: readonly string[]][] = [
  ["s3:PutBucketO*", ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketOwnershipControls"]],
  ["kms:DisableKey*", ["kms:DisableKey", "kms:DisableKeyRotation"]],
];

function inFewerCharacters(actions: readonly string[]): string[] {
  const patterns = SHORTER.filter(([, all]) => all.every((action) => actions.includes(action)));
  const said = new Set(patterns.flatMap(([, all]) => all));
  return [...actions.filter((action) => !said.has(action)), ...patterns.map(([first]) => first)];
}

/** A vault as its organization sees it. */
export interface OrganizationVault {
  /** Twelve digits. Owner of the vault. */
  accountId: string;
  /** Of the vault's bucket and key. */
  region: string;
  /** As S3 has it. */
  bucketName: string;
  /**
   * `none`: S3's own keys. An ARN: that key. `create`: a key of the vault's own, whose ARN is not known beforehand; every
   * key of the vault's account and Region is guarded then.
   */
  kms: "create" | "none" | string;
  /** The roles that replicate into the vault. At least one. */
  replicationRoleArns: readonly string[];
  /** A pilot's versions may go once their day is over. */
  isPilot: boolean;
  /** Whether the vault is itself the source of a further vault. */
  isChained: boolean;
  /** The one role that may change how the vault is guarded. Undefined: its configuration and key are left open. */
  breakGlassRoleArn?: string | undefined;
  /** The one role that extends locks. Undefined: nobody may bypass. */
  relock?:
    | (RelockLimits & {
        /** Locks of more are refused. Whole days. */
        maximumDays: number;
      })
    | undefined;
}

/**
 * Service control policy of the vault accounts. Attach it once the break-glass roles are there and the vaults are deployed:
 * it also keeps anybody from making a role of that name.
 *
 * The exception is for all break-glass roles at all vaults, since a statement for each would not fit; the vaults' own
 * policies tell them apart.
 */
export function vaultServiceControlPolicy(vaults: readonly OrganizationVault[]): PolicyDocument {
  return policyDocument(
    ...versionStatements(vaults),
    // Attack: the break-glass role itself. Its trust policy is opened for the attacker, or it is deleted and made anew with
    // another one; its policies are taken away, so that nobody can help the vault any more. Not even the role may.
    deny("DenyBreakGlassTakeover", BREAK_GLASS_TAKEOVER_ACTIONS, breakGlassRolesOf(vaults)),
    // Attack: the account leaves the organization, and with it all of this; is closed, and its buckets with it 90 days later;
    // turns off the Region, and the vault cannot be reached; or lifts the block of public access that is over all its buckets.
    deny(
      "DenyAccountChange",
      [
        "organizations:LeaveOrganization",
        "account:CloseAccount",
        "account:DisableRegion",
        "s3:PutAccountPublicAccessBlock",
      ],
      ["*"],
    ),
  );
}

/** Resource control policy of the vault accounts. Has actions of S3 and KMS only. */
export function vaultResourceControlPolicy(vaults: readonly OrganizationVault[]): PolicyDocument {
  const objects = objectsOf(vaults);
  const replicationRoles = unique(vaults.flatMap((vault) => vault.replicationRoleArns));
  const statements = policyDocument(
    // Attack: data read or changed on the wire, after the root user took the statement out of the bucket policy. For every
    // bucket of the accounts, which is shorter than naming both forms of each and locks nobody out.
    deny("DenyInsecureTransport", ["s3:*"], ["*"], {
      Bool: { "aws:SecureTransport": "false" },
    }),
    // Attack: a bucket policy that lets another role replicate garbage into the vault.
    deny("DenyOtherReplicators", REPLICA_WRITES, objects, exceptRoles(replicationRoles)),
    ...versionStatements(vaults),
  );
  return {
    ...statements,
    Statement: statements.Statement.map(({ Sid, Effect, ...rest }) => ({
      Sid,
      Effect,
      Principal: "*",
      ...rest,
    })),
  };
}

/** What both policies say of versions, configuration and keys. */
function versionStatements(vaults: readonly OrganizationVault[]): (PolicyStatement | undefined)[] {
  const guarded = vaults.filter(({ breakGlassRoleArn }) => breakGlassRoleArn !== undefined);
  const unguarded = vaults.filter(({ breakGlassRoleArn }) => breakGlassRoleArn === undefined);
  const notBreakGlass = exceptRoles(breakGlassRolesOf(guarded));
  const held = { StringEquals: { "s3:object-lock-legal-hold": "OFF" } };
  const bypassing = vaults.filter(({ relock }) => relock?.mayBypass === true);
  const isAnyChained = guarded.some(({ isChained }) => isChained);
  return [
    // Attack: the bucket policy is gone, and with it the refusal of forged versions, of delete markers that make the vault
    // look empty, and of the header that deletes GOVERNANCE versions.
    deny(
      "DenyWritesAndBypass",
      [
        ...DIRECT_WRITES,
        "s3:DeleteObject",
        ...(bypassing.length === 0 ? ["s3:BypassGovernanceRetention"] : []),
      ],
      objectsOf(vaults),
    ),
    ...(bypassing.length === 0
      ? []
      : [
          deny(
            "DenyBypass",
            ["s3:BypassGovernanceRetention"],
            objectsOf(vaults.filter((vault) => !bypassing.includes(vault))),
          ),
          // The exception is for all relock roles at all these vaults; the vaults' own policies tell them apart.
          deny(
            "DenyOthersBypass",
            ["s3:BypassGovernanceRetention"],
            objectsOf(bypassing),
            exceptRoles(relockRolesOf(bypassing)),
          ),
        ]),
    ...relockStatements(vaults),
    deny(
      "DenyVersionDeletion",
      ["s3:DeleteObjectVersion"],
      [...objectsOf(lockedForGood(unguarded)), ...operationsOf(lockedForGood(unguarded))],
    ),
    deny("DenyLegalHoldRemoval", ["s3:PutObjectLegalHold"], objectsOf(unguarded), held),
    deny("DenyOthersLegalHoldRemoval", ["s3:PutObjectLegalHold"], objectsOf(guarded), {
      ...notBreakGlass,
      ...held,
    }),
    // Attack: an administrator or the root user takes the guard away and then empties the vault, or makes all of it
    // unreadable by way of its key. One statement, since the list of roles is what is long.
    deny(
      "DenyOthersGuardChange",
      inFewerCharacters([
        "s3:DeleteObjectVersion",
        ...vaultConfigurationActions(isAnyChained),
        ...KEY_LOSS_ACTIONS,
      ]),
      [...bucketsOf(guarded), ...objectsOf(guarded), ...operationsOf(guarded), ...keysOf(guarded)],
      notBreakGlass,
    ),
    // Attack: a second replication takes the data elsewhere. Vaults that are chained replicate by right.
    isAnyChained
      ? deny(
          "DenyOthersReplication",
          ["s3:PutReplicationConfiguration"],
          bucketsOf(guarded.filter(({ isChained }) => !isChained)),
          notBreakGlass,
        )
      : undefined,
  ];
}

/**
 * What relock roles are refused, as in the vaults' own policies (`RELOCK_DENIALS`). Vaults with the same limits share a statement.
 */
function relockStatements(vaults: readonly OrganizationVault[]): (PolicyStatement | undefined)[] {
  const relocked = vaults.filter(({ relock }) => relock !== undefined);
  const roles = onlyRoles(relockRolesOf(relocked));
  const retention = ["s3:PutObjectRetention"];
  const days = "s3:object-lock-remaining-retention-days";
  const bySame = (of: (relock: NonNullable<OrganizationVault["relock"]>) => string) => {
    const groups = new Map<string, OrganizationVault[]>();
    for (const vault of relocked) {
      const key = vault.relock === undefined ? "" : of(vault.relock);
      groups.set(key, [...(groups.get(key) ?? []), vault]);
    }
    return [...groups].map(([value, some], index) => ({ value, some, end: index || "" }));
  };
  return [
    deny(
      "DenyRelockDeletion",
      NOT_RELOCKING_ACTIONS,
      [...bucketsOf(relocked), ...objectsOf(relocked)],
      roles,
    ),
    ...bySame((relock) => relock.modes.join()).map(({ end, some, value }) =>
      deny(`DenyRelockMode${end}`, retention, objectsOf(some), {
        ...roles,
        StringNotEquals: {
          "s3:object-lock-mode": modesOf({ modes: value.split(",") as RelockLimits["modes"] }),
        },
      }),
    ),
    ...bySame(({ minimumDays }) => String(minimumDays)).map(({ end, some, value }) =>
      deny(`DenyRelockShort${end}`, retention, objectsOf(some), {
        ...roles,
        NumericLessThan: { [days]: value },
      }),
    ),
    ...bySame(({ maximumDays }) => String(maximumDays)).map(({ end, some, value }) =>
      deny(`DenyRelockLong${end}`, retention, objectsOf(some), {
        ...roles,
        NumericGreaterThan: { [days]: value },
      }),
    ),
    deny("DenyRelockRemoval", retention, objectsOf(relocked), {
      ...roles,
      Null: { [days]: "true" },
    }),
  ];
}

function relockRolesOf(vaults: readonly OrganizationVault[]): string[] {
  return unique(vaults.flatMap(({ relock }) => relock?.roleArn ?? []));
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
const BREAK_GLASS_TAKEOVER_ACTIONS = [
  "iam:CreateRole",
  "iam:DeleteRole",
  "iam:UpdateRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:PutRolePolicy",
  "iam:DeleteRolePolicy",
  "iam:AttachRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePermissionsBoundary",
  "iam:DeleteRolePermissionsBoundary",
  "iam:TagRole",
  "iam:UntagRole",
] as const;

/** Undefined where there is nothing that it would be about. */
function deny(
  Sid: string,
  actions: readonly string[],
  resources: readonly string[],
  Condition?: Record<string, Record<string, OneOrMore<string>>>,
): PolicyStatement | undefined {
  if (resources.length === 0) return undefined;
  return {
    Sid,
    Effect: "Deny",
    Action: oneOrMore(actions),
    Resource: oneOrMore(resources),
    ...(Condition && { Condition }),
  };
}

function bucketsOf(vaults: readonly OrganizationVault[]): string[] {
  return vaults.map(({ bucketName, region }) => bucketArn(partitionOf(region), bucketName));
}

function objectsOf(vaults: readonly OrganizationVault[]): string[] {
  return bucketsOf(vaults).map((arn) => `${arn}/*`);
}

/** The operations buckets beside the vaults, each with its objects: whatever else starts so is one too. */
function operationsOf(vaults: readonly OrganizationVault[]): string[] {
  return vaults.map(
    ({ bucketName, region }) =>
      `${bucketArn(partitionOf(region), vaultOperationsBucketName(bucketName))}*`,
  );
}

function keysOf(vaults: readonly OrganizationVault[]): string[] {
  return unique(
    vaults.flatMap(({ accountId, kms, region }) => {
      if (kms === "none") return [];
      if (kms !== "create") return [kms];
      return [`arn:${partitionOf(region)}:kms:${region}:${accountId}:key/*`];
    }),
  );
}

function breakGlassRolesOf(vaults: readonly OrganizationVault[]): string[] {
  const roles = vaults.flatMap(({ breakGlassRoleArn }) => breakGlassRoleArn ?? []);
  for (const role of roles) {
    if (parseRoleArn(role) === undefined) {
      throw new RangeError(`expected the ARN of a role, got "${role}"`);
    }
  }
  return unique(roles);
}

/** The vaults whose versions nobody deletes, not even after their retention. */
function lockedForGood(vaults: readonly OrganizationVault[]): readonly OrganizationVault[] {
  return vaults.filter(({ isPilot }) => !isPilot);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
