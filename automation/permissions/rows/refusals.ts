import { REFUSALS_PREFIX } from "../../refusals/notes";
import type { OperatorRow } from "../operator-row";
import { keys } from "./resources";

/** A row whose rights each command that tries refusals needs. */
export interface RefusalRow extends Omit<OperatorRow, "actions" | "goesOn"> {
  readonly needs: readonly string[];
}

/**
 * Rights to try what a vault has to refuse, beside those to look at it and to send a canary. Each statement may be left out: what it is
 * for is then told as refused for want of a right, which shows nothing of the vault, or as not tried. Each gives what a vault has to
 * refuse, and so nothing where it does: whoever has them all can do no more to it than the vault lets happen.
 */
export const REFUSAL_ROWS: readonly RefusalRow[] = [
  {
    sid: "TryOnCanaries",
    side: "vault",
    why: "canaries are tried to be deleted and their locks to be shortened, as whoever reaches the vault",
    resources: ({ canaryArns }) => canaryArns,
    needs: ["s3:BypassGovernanceRetention", "s3:DeleteObjectVersion", "s3:PutObjectRetention"],
  },
  {
    sid: "TryToSuspendVersioning",
    side: "vault",
    why: "versioning of the vault is tried to be suspended, which S3 refuses under Object Lock, and enabled where it was not",
    resources: ({ bucketArn }) => [bucketArn],
    needs: ["s3:PutBucketVersioning"],
  },
  {
    sid: "TryToChangePolicy",
    side: "vault",
    why: "the vault's policy is tried to be written anew, with its own text",
    resources: ({ bucketArn }) => [bucketArn],
    needs: ["s3:PutBucketPolicy"],
  },
  {
    sid: "TryToDeleteKey",
    side: "vault",
    why: "the key's deletion is tried to be scheduled where its policy denies it, and would be cancelled and the key enabled; its id is not known before",
    resources: keys,
    needs: ["kms:CancelKeyDeletion", "kms:EnableKey", "kms:ScheduleKeyDeletion"],
  },
  {
    sid: "NoteAttempts",
    side: "vault",
    why: "what is about to be tried on more than a canary is noted beside the vault before: versioning and the key are not tried without",
    resources: ({ operationsArn }) => [`${operationsArn}/${REFUSALS_PREFIX}/*`],
    needs: ["s3:GetObject", "s3:PutObject"],
  },
  {
    sid: "EncryptNotes",
    side: "vault",
    why: "those notes are encrypted like everything beside the vault",
    resources: keys,
    needs: ["kms:Decrypt", "kms:GenerateDataKey"],
  },
  {
    sid: "BecomeRefusalsRole",
    side: "vault",
    why: "refusals are tried as the role of the config too, which has rights of its own",
    resources: ({ refusalsRoleArns }) => refusalsRoleArns,
    needs: ["sts:AssumeRole"],
  },
];
