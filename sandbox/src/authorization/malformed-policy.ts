/** What is wrong with a policy document; services say it in their own words. */
export type PolicyProblem =
  | "invalid-json"
  | "missing-field"
  | "unknown-field"
  | "prohibited-field"
  | "both-fields"
  | "invalid-version"
  | "invalid-effect"
  | "invalid-action"
  | "invalid-resource"
  | "foreign-partition"
  | "invalid-principal"
  | "invalid-condition"
  | "duplicate-sid"
  | "invalid-sid";

/** A policy document that cannot be compiled. The message is in the words of S3; `problem` serves the other services. */
export class MalformedPolicy extends Error {
  constructor(
    readonly problem: PolicyProblem,
    message: string,
    /** The element that is wrong (`Principal`), or the offending value. */
    readonly subject: string = "",
  ) {
    super(message);
    this.name = "MalformedPolicy";
  }
}
