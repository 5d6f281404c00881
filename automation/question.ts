/** What somebody is asked, in words, before what costs or changes something. */

/** A question that the library needs answered before it goes on. */
export interface Question {
  /** `leave-vault` is not answered by `--yes`. */
  readonly code:
    | "approve-plan"
    | "ask-athena"
    | "approve-relock"
    | "approve-checksum"
    | "cancel-job"
    | "canary"
    | "deploy"
    | "destroy"
    | "leave-vault"
    | "try-refusals";
  /** The question as people are asked it. Its words are not stable. */
  readonly text: string;
  /** With `leave-vault`: its name in the config that it was deployed from. */
  readonly vault?: string;
}

/** Answers a question; a rejection ends the work. */
export type Confirm = (question: Question) => Promise<boolean>;
