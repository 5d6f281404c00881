/** Stacks that an operator drives with exactly the rights that their configs make: by name, what stands in each stack file. */

import { ACCOUNTS } from "../helpers/engine-project";

/** By stack, the sections of its file. */
export type Layout = Readonly<Record<string, object>>;

export const STACK = "dev";
export const BREAK_GLASS = "break-glass";
export const BOUNDARY = "boundary";

const OPERATED = {
  source: { ...ACCOUNTS.source, profile: "operator-source" },
  vault: { ...ACCOUNTS.vault, profile: "operator-vault" },
  far: { ...ACCOUNTS.far, profile: "operator-far" },
};

/**
 * A source and a vault in two accounts, a key in each, monitoring.
 * @param change each has other tags and another prefix: nearly everything is changed by it
 */
export function twoAccounts(change = 0): Layout {
  const tags = { [`change-${change}`]: "yes" };
  return {
    [STACK]: {
      source: {
        ...OPERATED.source,
        bucket: {
          name: "operated-records",
          encryption: { kms: "create" },
          objectLock: { mode: "GOVERNANCE", retention: "1 day" },
        },
        tags,
      },
      vaults: [
        {
          name: "primary",
          ...OPERATED.vault,
          bucket: { name: "operated-vault" },
          lock: { stage: "pilot" },
          encryption: { kms: "create" },
          tags,
        },
      ],
      rules: [
        {
          name: "all",
          vault: "primary",
          metrics: true,
          ...(change > 0 && { filter: { prefix: `change-${change}/` } }),
        },
      ],
      monitoring: { subscribers: { emails: ["records@example.com"] }, dashboard: true },
    },
  };
}

/** What changes when a stack of `twoAccounts` is told to others, and its roles get a boundary; it has no dashboard any more. */
export function toldToOthers(permissionsBoundary: string): Layout {
  const [sections = {}] = Object.values(twoAccounts(1)) as { source?: object }[];
  return {
    [STACK]: {
      ...sections,
      source: { ...sections.source, roles: { permissionsBoundary } },
      monitoring: { subscribers: { emails: ["others@example.com"] }, dashboard: false },
    },
  };
}

/** Two sources, two vaults in two accounts, roles of a path, no keys but one of an adopted vault, and inventories. */
export const FLEET: Layout = {
  [STACK]: {
    sources: [
      {
        name: "orders",
        ...OPERATED.source,
        bucket: { name: "operated-orders" },
        roles: { path: "/records/", tags: { team: "records" } },
      },
      { name: "letters", ...OPERATED.source, bucket: { name: "operated-letters" } },
    ],
    vaults: [
      { name: "near", ...OPERATED.vault, bucket: { name: "operated-near" } },
      {
        name: "away",
        ...OPERATED.far,
        bucket: { name: "operated-away", existing: true },
        encryption: { kms: "create" },
      },
    ],
    rules: [
      { name: "all", vault: "near", priority: 1 },
      { name: "letters-away", source: "letters", vault: "away", priority: 2 },
    ],
    inventory: {},
  },
};

/** A vault that promises COMPLIANCE, whose locks may be extended; its source locks for less, in GOVERNANCE mode. */
export const RELOCKED: Layout = {
  [STACK]: {
    source: {
      ...OPERATED.source,
      bucket: {
        name: "operated-records",
        encryption: { kms: "create" },
        objectLock: { mode: "GOVERNANCE", retention: "1 day" },
      },
    },
    vaults: [
      {
        name: "primary",
        ...OPERATED.vault,
        bucket: { name: "operated-vault" },
        lock: {
          stage: "compliance",
          retention: "2 days",
          acknowledgement: "operated-vault: COMPLIANCE for 2 days",
        },
        relock: true,
        encryption: { kms: "create" },
      },
    ],
    rules: [{ name: "all", vault: "primary" }],
  },
};

/** A source and a vault that jobs may read for checksums, a key in each. */
export const READ: Layout = {
  [STACK]: {
    source: {
      ...OPERATED.source,
      bucket: { name: "operated-records", encryption: { kms: "create" } },
    },
    vaults: [
      {
        name: "primary",
        ...OPERATED.vault,
        bucket: { name: "operated-vault" },
        lock: { stage: "pilot" },
        encryption: { kms: "create" },
      },
    ],
    rules: [{ name: "all", vault: "primary" }],
    verdict: { checksums: true },
  },
};

/** Two teams, each with a stack of its own, and one that looks into both. */
export const TEAMS: Layout = (() => {
  const sections = {
    source: { ...OPERATED.source, bucket: { name: "operated-records" } },
    vaults: [
      {
        name: "primary",
        ...OPERATED.vault,
        bucket: { name: "operated-vault" },
        encryption: { kms: "create" },
      },
    ],
    rules: [{ name: "all", vault: "primary" }],
  };
  return {
    vaults: { ...sections, side: "vaults" },
    source: { ...sections, side: "source", vaultStack: "organization/lockstep/vaults" },
    both: {
      ...sections,
      sourceStack: "organization/lockstep/source",
      vaultStack: "organization/lockstep/vaults",
    },
  };
})();

/** A source and a vault with a key each, who may break the glass, a boundary of roles, and a rule that takes what lies under a prefix and has a tag. */
export const WATCHED: Layout = {
  [STACK]: {
    source: {
      ...OPERATED.source,
      bucket: {
        name: "watched-records",
        encryption: { kms: "create" },
        objectLock: { mode: "GOVERNANCE", retention: "2 days" },
      },
      roles: {
        permissionsBoundary: `arn:aws:iam::${ACCOUNTS.source.accountId}:policy/${BOUNDARY}`,
      },
    },
    vaults: [
      {
        name: "primary",
        ...OPERATED.vault,
        bucket: { name: "watched-vault" },
        lock: { stage: "pilot" },
        breakGlassRoleArn: `arn:aws:iam::${ACCOUNTS.vault.accountId}:role/${BREAK_GLASS}`,
        encryption: { kms: "create" },
      },
    ],
    rules: [
      {
        name: "kept",
        vault: "primary",
        filter: { prefix: "kept/", tags: { keep: "yes" } },
        sseKmsEncryptedObjects: true,
      },
    ],
  },
};

/** What stands in a config by its ARN. */
export interface Given {
  readonly sourceKeyArn: string;
  readonly vaultKeyArn: string;
  /** Of rules that others have on the source. */
  readonly replicatorArn: string;
}

/** A source and a vault that were there before, their owners' keys, and somebody who replicates already. */
export function given({ replicatorArn, sourceKeyArn, vaultKeyArn }: Given): Layout {
  return {
    [STACK]: {
      source: {
        ...OPERATED.source,
        bucket: { name: "given-records", existing: true, encryption: { kms: sourceKeyArn } },
        kmsKeyArns: [sourceKeyArn],
        replicationRoleArn: replicatorArn,
      },
      vaults: [
        {
          name: "primary",
          ...OPERATED.vault,
          bucket: { name: "given-vault", existing: true },
          lock: { stage: "governance", retention: "1 day" },
          encryption: { kms: vaultKeyArn },
        },
      ],
      rules: [{ name: "all", vault: "primary", priority: 9 }],
      monitoring: { subscribers: { emails: ["records@example.com"] }, dashboard: false },
    },
  };
}
