/** What makes a bundle unsound, the first of it. Codes are stable. */
export type EvidenceProblemCode =
  /** Not the one sequence of bytes that its files make. */
  | "container"
  /** The envelope, or the statement in it, is not in its one text. */
  | "envelope"
  /** Signed by another key, or not at all. */
  | "signature"
  /** The statement has not the shape of this version. */
  | "statement"
  /** A file is not the one that was signed. */
  | "files"
  /** A line is not in its one text, has not its shape, or is out of order; or one that is shown is of an earlier review. */
  | "lines"
  /** The tree of the lines is not the one that was signed. */
  | "tree"
  /** Counts or verdict do not follow from the lines and the findings. */
  | "verdict"
  /** The promise is not the one whose digest was signed. */
  | "promise"
  /** A manifest or report of a job is not the one whose MD5 was written down. */
  | "jobs"
  /** What is called signed by CloudTrail is not: a digest, a log file, a key or an event is another. */
  | "trail"
  /** It does not follow the bundle that was said to be the one before. */
  | "chain"
  /** It is another one than was asked for: of another stack, of other buckets, or made earlier. */
  | "other";

/** A bundle is not sound. Leaves neither `checkEvidence` nor `checkShown`; of `writeEvidence` it says that its input makes none. */
export class EvidenceProblem extends Error {
  constructor(
    readonly code: EvidenceProblemCode,
    message: string,
  ) {
    super(message);
  }
}
