/** A statement that a policy has to have. */
export interface PolicyPatch {
  /** Twelve digits: whose policy it is. */
  readonly account: string;
  /** `role`: the role's own; `bucket`: the bucket's; `key`: the KMS key's. */
  readonly policy: "role" | "bucket" | "key";
  /** ARN of the role, the bucket or the key. */
  readonly on: string;
  /** As one can paste it. */
  readonly statement: Readonly<Record<string, unknown>>;
}
