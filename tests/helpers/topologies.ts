/** What can be joined to what: deployed and driven on the real engine by several tests. */

import { ACCOUNTS } from "./engine-project";

type AccountName = keyof typeof ACCOUNTS;

/** Writes one object to a source and looks for it in vaults. */
export interface Journey {
  from: { account: AccountName; bucket: string };
  to: readonly { account: AccountName; bucket: string }[];
}

export interface Topology {
  title: string;
  config: Record<string, unknown>;
  journeys: readonly Journey[];
  /** What the replicas are encrypted with: the kind of an encrypted source version is kept. */
  encryption?: "AES256" | "aws:kms";
}

export const vault = (name: string, account: AccountName, extra: object = {}) => ({
  name,
  ...ACCOUNTS[account],
  bucket: { name: `${name}-vault` },
  ...extra,
});

export const TOPOLOGIES: readonly Topology[] = [
  {
    title: "one source, two vaults in two accounts and Regions, one of them under a key",
    config: {
      source: { ...ACCOUNTS.source, bucket: { name: "two-records" } },
      vaults: [
        vault("near", "vault", { encryption: { kms: "create" } }),
        vault("away", "far", { lock: { stage: "governance", retention: "2 days" } }),
      ],
      rules: [
        { name: "all-near", vault: "near", priority: 1, metrics: true },
        { name: "all-away", vault: "away", priority: 2, storageClass: "STANDARD_IA" },
      ],
    },
    journeys: [
      {
        from: { account: "source", bucket: "two-records" },
        to: [
          { account: "vault", bucket: "near-vault" },
          { account: "far", bucket: "away-vault" },
        ],
      },
    ],
  },
  {
    title: "source and vault in one account and Region",
    config: {
      source: { ...ACCOUNTS.source, bucket: { name: "same-records" } },
      vaults: [vault("same", "source")],
      rules: [{ name: "all", vault: "same" }],
    },
    journeys: [
      {
        from: { account: "source", bucket: "same-records" },
        to: [{ account: "source", bucket: "same-vault" }],
      },
    ],
  },
  {
    title: "a fleet of source buckets, one rule for all and one for a single bucket",
    config: {
      sources: [
        { name: "orders", ...ACCOUNTS.source, bucket: { name: "fleet-orders" } },
        { name: "letters", ...ACCOUNTS.source, bucket: { name: "fleet-letters" } },
      ],
      vaults: [vault("shared", "vault"), vault("apart", "far")],
      rules: [
        { name: "all", vault: "shared", priority: 1 },
        { name: "letters-apart", source: "letters", vault: "apart", priority: 2 },
      ],
    },
    journeys: [
      {
        from: { account: "source", bucket: "fleet-orders" },
        to: [{ account: "vault", bucket: "shared-vault" }],
      },
      {
        from: { account: "source", bucket: "fleet-letters" },
        to: [
          { account: "vault", bucket: "shared-vault" },
          { account: "far", bucket: "apart-vault" },
        ],
      },
    ],
  },
  {
    title: "a source under its own key, its replicas under the vault's",
    encryption: "aws:kms",
    config: {
      source: {
        ...ACCOUNTS.source,
        bucket: {
          name: "key-records",
          encryption: { kms: "create" },
          objectLock: { mode: "GOVERNANCE", retention: "1 day" },
        },
      },
      vaults: [vault("keyed", "vault", { encryption: { kms: "create" } })],
      rules: [{ name: "all", vault: "keyed", deleteMarkerReplication: true, ownerOverride: true }],
    },
    journeys: [
      {
        from: { account: "source", bucket: "key-records" },
        to: [{ account: "vault", bucket: "keyed-vault" }],
      },
    ],
  },
];
