/**
 * What a key that the configuration names lacks of what one that we make has. It is its owner's, so that `up` changes nothing
 * of it, and says what to put right.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
 */

import { KEY_LOSS_ACTIONS } from "../../components/policy-documents/vault-key-policy";
import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import type { Fact, GuardFacts } from "./facts";
import { concerns, deniesAllBut, holdsFor } from "./statement";

/**
 * Each lack in words, with its way out. Pure.
 * @param inventoryStatement what lets S3 deliver inventories of the vault under the key. Undefined: none are delivered
 */
export function lacksOf(
  { facts, policy, rotates }: NonNullable<GuardFacts["key"]>,
  breakGlassRoleArn: string | undefined,
  inventoryStatement?: PolicyStatement,
): readonly string[] {
  const lacks: string[] = [];
  const read = <Value>(what: string, fact: Fact<Value>): { value: Value } | undefined => {
    if (!("unreadable" in fact)) return fact;
    lacks.push(`${what} cannot be looked at (${fact.action} is refused)`);
    return undefined;
  };
  const key = read("its state", facts)?.value;
  const isOfKms = key === undefined || key.origin === "AWS_KMS";
  if (key !== undefined && key.state !== "Enabled") lacks.push(`it is ${key.state}`);
  if (!isOfKms) {
    lacks.push(
      `its material is ${key.origin}: who holds or imported it can take it away, and every replica with it`,
    );
  }
  // Material of others cannot be rotated by AWS KMS.
  if (isOfKms && read("its rotation", rotates)?.value === false) {
    lacks.push("its rotation is not enabled (`aws kms enable-key-rotation`)");
  }
  const statements = read("its policy", policy)?.value;
  if (statements === undefined) return lacks;
  if (
    inventoryStatement !== undefined &&
    !statements.some((statement) => holdsFor(statement, inventoryStatement))
  ) {
    lacks.push(
      `its policy does not let S3 deliver inventories of the vault under it: it needs ${JSON.stringify(inventoryStatement)}`,
    );
  }
  if (breakGlassRoleArn === undefined) return lacks;
  const denying = statements.filter((statement) => deniesAllBut(breakGlassRoleArn, statement));
  const open = KEY_LOSS_ACTIONS.filter(
    (action) => !denying.some((statement) => concerns(statement, action)),
  );
  if (open.length > 0) {
    lacks.push(
      `its policy does not deny ${open.join(", ")} to everybody but ${breakGlassRoleArn}: who administers its account can destroy it, and every replica with it`,
    );
  }
  return lacks;
}
