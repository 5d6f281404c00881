/** What is read of a vault's own protections. */

import type { InventoryConfiguration, LifecycleRule } from "@aws-sdk/client-s3";
import type { ReadStatement } from "./statement";

/** Something that was asked for: what it is, or why nobody can say. */
export type Fact<Value> =
  { readonly value: Value } | { readonly unreadable: string; readonly action: string };

/** Object Lock of a bucket, in S3's own words. */
export interface LockFacts {
  readonly enabled: boolean;
  readonly mode?: string;
  readonly days?: number;
}

export interface KeyFacts {
  /** `Enabled`, `Disabled`, `PendingDeletion`, ... */
  readonly state: string;
  /** ISO 8601, with a state of pending deletion. */
  readonly deletedOn?: string;
  /** `AWS_KMS`, or `EXTERNAL` for imported key material. */
  readonly origin: string;
  /** `CUSTOMER`, or `AWS` for a key that AWS manages. Absent for one that is gone. */
  readonly manager?: string;
  /** Whatever name it was asked by. Absent for one that is gone. */
  readonly arn?: string;
}

/** The protections of one bucket, as AWS told them. Undefined values: there is none. */
export interface BucketFacts {
  /**
   * `gone`: there is no bucket of this name any more; `foreign`: another account has one of this name. Nothing else was asked
   * for then.
   */
  readonly bucket: "there" | "gone" | "foreign";
  readonly policy: Fact<readonly ReadStatement[] | undefined>;
  readonly objectLock: Fact<LockFacts>;
  readonly versioning: Fact<string | undefined>;
  readonly lifecycle: Fact<readonly LifecycleRule[]>;
  readonly encryption: Fact<{ readonly algorithm?: string; readonly keyId?: string }>;
  readonly publicAccess: Fact<Readonly<Record<string, boolean | undefined>>>;
  readonly ownership: Fact<string | undefined>;
  /** Grantees of the bucket's ACL beside its owner; none while ACLs are off. */
  readonly grants: Fact<readonly string[]>;
  readonly requestPayment: Fact<string | undefined>;
  /** ARNs of the buckets that the bucket replicates into. */
  readonly replicatesInto: Fact<readonly string[]>;
}

/** The protections of one vault: those of its bucket, of its key, and of the operations bucket beside it. */
export interface GuardFacts extends BucketFacts {
  /** Absent where the outputs do not tell how it was deployed. */
  readonly operations?: BucketFacts;
  /** The role that extends locks. Absent where there is none. */
  readonly relockRole?: RoleFacts;
  /** The role that jobs read the vault as. Absent where there is none. */
  readonly checksumRole?: RoleFacts;
  /** The inventory that the stack declares. Absent where it declares none. */
  readonly inventory?: Fact<InventoryConfiguration | undefined>;
  /** Absent with S3's own keys. */
  readonly key?: {
    readonly facts: Fact<KeyFacts>;
    readonly policy: Fact<readonly ReadStatement[]>;
    readonly rotates: Fact<boolean>;
  };
}

export interface RolePolicyFacts {
  readonly name: string;
  readonly statements: readonly ReadStatement[];
}

/** A role that S3 assumes, as IAM told it. */
export interface RoleFacts {
  /** `gone`: there is no role of this name any more; nothing else was asked for then. */
  readonly role: "there" | "gone";
  /** One of the same name under another path is another role. Absent where it could not be read. */
  readonly arn?: string;
  /** The statements of its trust policy. */
  readonly trust: Fact<readonly ReadStatement[]>;
  /** Its inline policies. */
  readonly policies: Fact<readonly RolePolicyFacts[]>;
  /** ARNs of the managed policies that are attached to it. */
  readonly attached: Fact<readonly string[]>;
  /** ARN of its permissions boundary. */
  readonly boundary: Fact<string | undefined>;
}
