import type { CompiledPolicy } from "./model";
import type { KeyReader, Matcher } from "./patterns";

/** One prepared condition: an operator, a key and its values. */
export type Condition = (keys: KeyReader) => boolean;

/** A principal named in a statement. */
export type NamedPrincipal =
  | { readonly kind: "everyone" }
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "identity"; readonly arn: string }
  | { readonly kind: "session"; readonly arn: string }
  /** A user or role by unique id: what AWS keeps of an ARN when a policy is saved. `written` is that ARN, or the id itself. */
  | { readonly kind: "unique-id"; readonly id: string; readonly written: string }
  | { readonly kind: "service"; readonly name: string }
  /** An identity provider; `arn` of one that IAM keeps, else the name of a public one. */
  | { readonly kind: "federated"; readonly provider: string }
  /** Canonical-user principals: no request in the sandbox has one. */
  | { readonly kind: "other"; readonly text: string };

export interface Statement {
  /** `Sid`, else the index: `Statement[0]`. */
  readonly name: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly Matcher[];
  readonly actionsAreExcluded: boolean;
  /** Empty in a trust policy: applies to the role itself. */
  readonly resources: readonly Matcher[];
  readonly resourcesAreExcluded: boolean;
  readonly hasResources: boolean;
  /** Undefined in an identity policy. */
  readonly principals?: readonly NamedPrincipal[];
  readonly principalsAreExcluded: boolean;
  readonly conditions: readonly Condition[];
  /** The condition block as written, for the rule of what is public. */
  readonly conditionBlock: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The statements of a compiled policy; only this folder knows their shape. */
export function statementsOf(policy: CompiledPolicy): readonly Statement[] {
  return policy.statements as readonly Statement[];
}
