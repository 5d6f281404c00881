/** What tests of policies name, and what they look for in one. */

import { type PolicyDocument, type PolicyStatement } from "../../components/policy-documents";

export const roleArn = "arn:aws:iam::111111111111:role/lockstep-replication-acme-records";

export const breakGlassRoleArn = "arn:aws:iam::222222222222:role/break-glass";

export function statement(document: PolicyDocument, sid: string): PolicyStatement {
  const found = document.Statement.find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`no statement ${sid}`);
  return found;
}

export function actionsOf(document: PolicyDocument, effect: "Allow" | "Deny"): string[] {
  return document.Statement.filter(({ Effect }) => Effect === effect).flatMap(
    ({ Action }) => Action,
  );
}
