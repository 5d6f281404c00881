import type { CompiledPolicy } from "../../authorization/model";

/** A symmetric key. */
export interface Key {
  /** A UUID. */
  readonly keyId: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdEpochMs: number;
  /** `AWS` for `aws/s3`, which only its own account can use and nobody can change. */
  readonly manager: "CUSTOMER" | "AWS";
  /** 32 bytes; never leaves the sandbox. */
  readonly material: Buffer;
  description: string;
  isEnabled: boolean;
  policy: CompiledPolicy;
  readonly tags: Map<string, string>;
  rotation?: { readonly periodDays: number; readonly sinceEpochMs: number };
  /** Set while the key waits for its deletion; after that moment the key is gone. */
  deletionEpochMs?: number;
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
