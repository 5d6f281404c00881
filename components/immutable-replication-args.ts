import type * as pulumi from "@pulumi/pulumi";
import type { Provider as SourceProvider } from "@pulumi/aws/provider";
import type { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import type { EncryptionConfig, InventoryConfig, StorageClass } from "./config/types";
import type { MonitoringArgs } from "./config/complete-monitoring";
import type { SourceArgs, SourceTransforms } from "./source/replication-source";
import type { RuleArgs } from "./config/rule";
import type { AdoptedVaultTransforms } from "./vault/adopted-vault";
import type { ExistingVault } from "./vault/existing-vault";
import type { VaultTransforms } from "./vault/vault";
import type { VaultLockArgs } from "./vault/vault-args";

/** Where a source or a vault belongs to another team's stack: nothing of it is made, only its name is used. */
export interface MadeElsewhere {
  /** Says so; leave it out for what this stack makes. */
  madeElsewhere: true;
}

/** A source of a fleet or a chain, which this stack works in or which is made elsewhere. */
export type SourceEntryArgs = Omit<SourceArgs, "bucket"> & {
  /** Part of resource names: renaming a source makes new resources. */
  name: string;
  /** The bucket, or the vault that is this source's bucket: the next hop of a chain. */
  bucket:
    | SourceArgs["bucket"]
    | {
        /** Name of a vault of the same `vaults`. */
        vault: string;
      };
} & (
    | {
        /** Provider of the source's account. */
        provider: SourceProvider;
      }
    | MadeElsewhere
  );

interface VaultFactsArgs {
  /** Part of resource names: renaming a vault makes new resources and keeps the old ones. */
  name: string;
  /** Twelve digits. The account that owns the vault. */
  accountId: string;
  /** AWS Region of the bucket, as in `eu-central-1`. */
  region: string;
  /** The vault's own bucket. */
  bucket: {
    /** As S3 has it. */
    name: pulumi.Input<string>;
  };
  /**
   * Class of the replicas.
   * @default that of the source version
   */
  storageClass?: StorageClass;
  /** Of what is made in the vault's account. An adopted bucket keeps its own. */
  tags?: Record<string, string>;
}

/** A vault that this stack makes, adopts, or only sends to. */
export type VaultEntryArgs = VaultFactsArgs &
  (
    | ({
        /** How long replicas are locked, and how hard. */
        lock: VaultLockArgs;
        /** @default { kms: "none" } */
        encryption?: EncryptionConfig;
        /** @default none: the vault's configuration is not locked down */
        breakGlassRoleArn?: string;
        /**
         * Makes the role that locks are extended with by jobs.
         * @default none: nobody may bypass GOVERNANCE
         */
        relock?: {
          /** An `aws` provider of the vault's account. */
          provider: SourceProvider;
        };
        /**
         * Makes the role that jobs read the vault as for checksums.
         * @default none: no role of ours may read what is in the vault
         */
        checksums?: {
          /** An `aws` provider of the vault's account. */
          provider: SourceProvider;
        };
        /** An `aws` provider of the vault's account, which declares its inventory. Needed with `inventory`. */
        inventoryProvider?: SourceProvider;
      } & (
        | {
            /** Provider of the vault's account. Two vaults never share one unless account and Region are the same. */
            provider: VaultProvider;
          }
        | {
            /** Provider of the vault's account that attaches to the bucket that is there. */
            attachProvider: SourceProvider;
            /** What the bucket has, as `findExistingVault` reads it. */
            found: ExistingVault;
          }
      ))
    | (MadeElsewhere & {
        /** Key of the replicas, when the vault has one. */
        kmsKeyArn?: pulumi.Input<string>;
        /** The bucket is not there yet: rules to it wait, since S3 refuses a whole configuration for one of them. */
        isAbsent?: boolean;
      })
  );

/** What `ImmutableReplication` is given: one `source`, or several `sources`. */
export interface ImmutableReplicationArgs {
  /** The one source. Its provider is that of the component. */
  source?: SourceArgs;
  /** Several sources: a fleet, or the hops of a chain. */
  sources?: SourceEntryArgs[];
  /** At least one. */
  vaults: VaultEntryArgs[];
  /** At least one; each names a vault. One that names no source is for each source that is no vault. */
  rules: RuleArgs[];
  /** Leaves shared settings of source buckets to others, before the stack is taken down. @default false */
  detached?: boolean;
  /**
   * Alarms, events and a dashboard for the rules that have metrics. With it, a rule has them unless it says no.
   * @default none
   */
  monitoring?: MonitoringArgs;
  /**
   * An S3 Inventory of each source and vault that is not made elsewhere, delivered to the operations bucket beside it.
   * @default none
   */
  inventory?: Partial<InventoryConfig>;
  /** Changes in the children before they are declared. What is promised has to stay. */
  transforms?: {
    /** Of vaults that are made. Beside an adopted vault it needs `adoptedVault`, so that nothing is left out unnoticed. */
    vault?: VaultTransforms;
    /** Of vaults that are adopted, whose parts are those of another provider; `{}` leaves them as they are. */
    adoptedVault?: AdoptedVaultTransforms;
    /** Of every source. */
    source?: SourceTransforms;
  };
}

/** Who declares a vault's inventory: for an adopted vault, who attaches to it. */
export function inventoryProviderOf(
  entry: Exclude<VaultEntryArgs, MadeElsewhere>,
): SourceProvider | undefined {
  return entry.inventoryProvider ?? ("attachProvider" in entry ? entry.attachProvider : undefined);
}
