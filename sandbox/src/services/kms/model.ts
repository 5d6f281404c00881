import type { KeySpec, KeyUsageType } from "@aws-sdk/client-kms";
import type { CompiledPolicy } from "../../authorization/model";

/** A key: symmetric, or the pair of an asymmetric one. */
export interface Key {
  /** A UUID. */
  readonly keyId: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdEpochMs: number;
  /** `AWS` for `aws/s3`, which only its own account can use and nobody can change. */
  readonly manager: "CUSTOMER" | "AWS";
  readonly spec: KeySpec;
  readonly usage: KeyUsageType;
  /** 32 bytes, what a symmetric key is and an asymmetric one is made of; never leaves the sandbox. */
  readonly material: Buffer;
  description: string;
  isEnabled: boolean;
  policy: CompiledPolicy;
  readonly tags: Map<string, string>;
  /** By id, oldest first. */
  readonly grants: Map<string, Grant>;
  rotation?: { readonly periodDays: number; readonly sinceEpochMs: number };
  /** Set while the key waits for its deletion; after that moment the key is gone. */
  deletionEpochMs?: number;
}

/** What is allowed on a key beside its policy. */
export interface Grant {
  /** 64 hex characters. */
  readonly grantId: string;
  /** Each answer of CreateGrant has one. */
  readonly tokens: Set<string>;
  readonly name?: string;
  readonly createdEpochMs: number;
  readonly issuingAccountId: string;
  readonly grantee: GrantParty;
  readonly retiring?: GrantParty;
  /** `Decrypt`, `GenerateDataKey`, ... */
  readonly operations: readonly string[];
  readonly constraints?: {
    readonly EncryptionContextEquals?: Record<string, string>;
    readonly EncryptionContextSubset?: Record<string, string>;
  };
}

/** Somebody that a grant names, kept by unique id where that is known, as AWS does. */
export interface GrantParty {
  readonly arn: string;
  readonly id?: string;
}

export interface Alias {
  /** With its prefix: `alias/records`. */
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdEpochMs: number;
  updatedEpochMs: number;
  targetKeyId: string;
}

export type KeyStatus = "Enabled" | "Disabled" | "PendingDeletion";
