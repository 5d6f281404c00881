import type { PolicyResource } from "../resource";
import { at, type Read, textAt, UNKNOWN, type Unknown, firstAt } from "../values";
import { readDocument, type Statement } from "./policy-documents";
import type { Program } from "./program";

const KEY_KINDS = ["aws:kms:Key", "aws:kms:ReplicaKey", "aws-native:kms:Key"] as const;

/** The KMS key of the program that a property names by its ARN or id, or is made of. */
export function keyNamed(
  program: Program,
  resource: PolicyResource,
  property: string,
  value: Read,
): PolicyResource | undefined {
  const keys = program.ofKind(...KEY_KINDS);
  if (typeof value === "string") {
    return keys.find((key) => {
      const names = [key.id, textAt(key.outputs, "arn"), textAt(key.outputs, "keyId")];
      return names.some((name) => typeof name === "string" && name !== "" && matches(value, name));
    });
  }
  const made = program.madeOf(resource, property);
  const aliases = program.ofKind("aws:kms:Alias", "aws-native:kms:Alias");
  const [only, ...others] = new Set([
    ...made.filter((one) => keys.includes(one)),
    ...made
      .filter((one) => aliases.includes(one))
      .flatMap((alias) => program.madeOf(alias, "targetKeyId").filter((one) => keys.includes(one))),
  ]);
  return others.length === 0 ? only : undefined;
}

/** A key is named by its ARN or by its id, which the ARN ends with. */
function matches(value: string, name: string): boolean {
  return value === name || value.endsWith(`:key/${name}`) || name.endsWith(`:key/${value}`);
}

/** The policy of a key, and the resource that declares it. */
export interface KeyPolicy {
  readonly resource: PolicyResource;
  /** Undefined: AWS's default, by which the key's own account decides with identity policies. */
  readonly statements: readonly Statement[] | undefined | Unknown;
}

/** The key's policy, be it its own property or a resource. */
export function keyPolicyOf(program: Program, key: PolicyResource): KeyPolicy {
  const inline = firstAt(key.props, ["policy"], ["keyPolicy"]);
  if (inline !== undefined) return { resource: key, statements: readDocument(inline) };
  const policies = program.ofKind("aws:kms:KeyPolicy").map((resource) => {
    const named = keyNamed(program, resource, "keyId", at(resource.props, "keyId"));
    return { resource, named };
  });
  const own = policies.find(({ named }) => named === key)?.resource;
  if (own !== undefined) {
    return { resource: own, statements: readDocument(at(own.props, "policy")) };
  }
  const stray = policies.find(({ named }) => named === undefined)?.resource;
  return stray === undefined
    ? { resource: key, statements: undefined }
    : { resource: stray, statements: UNKNOWN };
}
