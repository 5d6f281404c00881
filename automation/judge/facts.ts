/** What is known of one version, read by `automation/look/` and judged here. */

import type { LockstepOutputs, RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import type { ListedVersion } from "../proof/source-versions";
import type { Unreadable, VersionHead } from "../look/version-head";
import type { Annotations } from "./annotations";

export type Tags = Readonly<Record<string, string>>;

/** What the source says of one version. All of it is evidence from the side that may be hostile. */
export interface SourceFacts {
  readonly version: ListedVersion;
  /** Absent for a delete marker. */
  readonly head?: VersionHead | Unreadable;
  /** Listed again after a HEAD did not find it: it is gone from the source. */
  readonly isGone?: boolean;
  /** Absent where no promised rule asks for them. */
  readonly tags?: Tags | Unreadable;
  /** Absent where nobody asked for them. */
  readonly annotations?: Annotations | Unreadable;
}

/** What a vault says of one version. */
export interface ReplicaFacts {
  readonly head: VersionHead | Unreadable;
  /** Canonical user id that owns the replica, where it is not the bucket's owner. */
  readonly foreignOwnerId?: string;
  /** Of both sides; absent where neither has tags. */
  readonly tags?: { readonly source: Tags | Unreadable; readonly vault: Tags | Unreadable };
  /** Absent where nobody asked for them. */
  readonly annotations?: Annotations | Unreadable;
  /** Error of the task of a batch job, as its report says it: `DstObjectHardDeleted: ...`. */
  readonly jobError?: string;
}

/** The promise, as far as one version depends on it. */
export interface PromiseFacts {
  readonly source: Pick<LockstepOutputs["source"], "chainedFrom">;
  readonly rules: readonly RuleOutputs[];
}

/** What a vault promises of each replica. */
export type VaultPromise = Pick<
  VaultOutputs,
  "name" | "lock" | "kmsKeyArn" | "storageClass" | "guard"
>;
