import { listAt, type PropertyValue, UNKNOWN, type Unknown } from "../values";
import { isCovered, type Statement, textsOf } from "./policy-documents";

/** Whether a statement allows an action, whatever its resources and conditions; `UNKNOWN` is no. */
export function allowsAction(statement: Statement, action: string): boolean {
  return statement["Effect"] === "Allow" && namesAction(statement, action) === true;
}

/** Whether a statement is about an action. */
export function namesAction(statement: Statement, action: string): boolean | Unknown {
  const actions = textsOf(statement, "Action");
  if (actions === UNKNOWN) return UNKNOWN;
  if (actions.length > 0) return actions.some((pattern) => isCovered(action, pattern));
  const others = textsOf(statement, "NotAction");
  if (others === UNKNOWN) return UNKNOWN;
  return others.length > 0 && !others.some((pattern) => isCovered(action, pattern));
}

/** Whether a statement is about a resource; true also where its resources are not told. */
export function mayBeAbout(statement: Statement, arn: string): boolean {
  const resources = textsOf(statement, "Resource");
  if (resources === UNKNOWN) return true;
  if (resources.length > 0) return resources.some((pattern) => isCovered(arn, pattern));
  const others = textsOf(statement, "NotResource");
  return others === UNKNOWN || (others.length > 0 && !others.some((one) => isCovered(arn, one)));
}

/** Whom a statement of a resource's policy is about: ARNs and account ids of `AWS`, `*` for everybody. */
export function principalsOf(statement: Statement): readonly string[] | Unknown {
  const { Principal } = statement;
  if (Principal === UNKNOWN) return UNKNOWN;
  if (Principal === "*") return ["*"];
  const members = listAt(Principal as PropertyValue | undefined, "AWS");
  if (members === UNKNOWN || members.includes(UNKNOWN)) return UNKNOWN;
  return members.filter((member) => typeof member === "string");
}

/** Whether a statement of a resource's policy has everybody in it. */
export function isAboutEverybody(statement: Statement): boolean | Unknown {
  const principals = principalsOf(statement);
  return principals === UNKNOWN ? UNKNOWN : principals.includes("*");
}
