/** Holds a live role against the one that was deployed. Pure. */

import type { RoleOutputs } from "../../components/promise/outputs";
import type { PolicyStatement } from "../../components/policy-documents/policy-document";
import type { Drift } from "../judge/outcome";
import { compareStatements } from "./compare-statements";
import type { Fact, RoleFacts } from "./facts";
import { actionsOf, concerns, holdsFor, type ReadStatement } from "./statement";
import { isOfVault, ROLE_ALLOWS, type AnyRoleKind } from "./role-words";

/** Everything that is not as deployed. Paths are those of the role: `trust`, `policies["replicate"]`, `boundary`, ... */
export function compareRole(
  kind: AnyRoleKind,
  deployed: RoleOutputs,
  facts: RoleFacts,
): readonly Drift[] {
  const found = new RoleDrift(kind, deployed.roleArn);
  if (facts.role === "gone") {
    found.add("role", "there", "gone", "stops");
    return found.drift;
  }
  if (facts.arn !== undefined && facts.arn !== deployed.roleArn) {
    found.add("role", deployed.roleArn, facts.arn, "stops");
  }
  compareTrust(deployed, facts, found);
  comparePolicies(deployed, facts, found);
  if (deployed.existing) return found.drift;
  const boundary = found.read("boundary", facts.boundary);
  if (boundary !== undefined && boundary.value !== deployed.permissionsBoundary) {
    const isTaken = deployed.permissionsBoundary !== undefined;
    found.add("boundary", deployed.permissionsBoundary, boundary.value, isTaken ? "both" : "stops");
  }
  const attached = found.read("attachedPolicies", facts.attached);
  if (attached === undefined) return found.drift;
  const { managedPolicyArns } = deployed;
  for (const arn of managedPolicyArns.filter((one) => !attached.value.includes(one))) {
    found.add(`attachedPolicies["${arn}"]`, arn, null, "stops");
  }
  // What a managed policy says is not looked at: it may deny as well as allow.
  for (const arn of attached.value.filter((one) => !managedPolicyArns.includes(one))) {
    found.add(`attachedPolicies["${arn}"]`, null, arn, "both");
  }
  return found.drift;
}

/** What somebody added to a role of ours, and no resource of the stack takes away again. */
export interface ForeignPolicies {
  readonly inlineNames: readonly string[];
  readonly attachedArns: readonly string[];
}

export function foreignPolicies(deployed: RoleOutputs, facts: RoleFacts): ForeignPolicies {
  if (deployed.existing) return { inlineNames: [], attachedArns: [] };
  const ours = new Set(deployed.policies.map(({ name }) => name));
  const names = "value" in facts.policies ? facts.policies.value.map(({ name }) => name) : [];
  const arns = "value" in facts.attached ? facts.attached.value : [];
  return {
    inlineNames: names.filter((name) => !ours.has(name)),
    attachedArns: arns.filter((arn) => !deployed.managedPolicyArns.includes(arn)),
  };
}

/** Whether a difference gives more than was deployed, takes something away, or may do both. */
type Effect = "widens" | "stops" | "both";

/** Collects differences, each with what it means for a role of this kind. */
class RoleDrift {
  readonly drift: Drift[] = [];

  constructor(
    private readonly kind: AnyRoleKind,
    private readonly roleArn: string,
  ) {}

  add(path: string, expected: unknown, found: unknown, effect: Effect): void {
    const words = ROLE_ALLOWS[this.kind];
    const isTrust = path.startsWith("trust");
    const wider = isTrust ? words.widerTrust : words.widerPolicy;
    const allows = { widens: wider, stops: words.stops, both: `${words.stops}; or ${wider}` };
    this.push(path, expected, found, allows[effect], effect !== "widens");
  }

  /** The value of a fact; one that could not be read is a difference of its own. */
  read<Value>(path: string, fact: Fact<Value>): { value: Value } | undefined {
    if (!("unreadable" in fact)) return fact;
    const { action, unreadable } = fact;
    const allows = `anything: whether it is as deployed cannot be seen; let the ${isOfVault(this.kind) ? "vault" : "source"}'s credentials use ${action}`;
    this.push(path, "readable", { unreadable }, allows, false);
    return undefined;
  }

  private push(
    path: string,
    expected: unknown,
    found: unknown,
    allows: string,
    breaks: boolean,
  ): void {
    const values = { expected: expected ?? null, found: found ?? null };
    this.drift.push({ side: "source", resource: this.roleArn, path, ...values, allows, breaks });
  }
}

function compareTrust({ trustStatements }: RoleOutputs, facts: RoleFacts, found: RoleDrift): void {
  // Whoever may assume a role that was there before is its owner's matter.
  if (trustStatements === undefined) return;
  const live = found.read("trust", facts.trust);
  if (live !== undefined) compareDocument("trust", trustStatements, live.value, found);
}

function comparePolicies(deployed: RoleOutputs, facts: RoleFacts, found: RoleDrift): void {
  const live = found.read("policies", facts.policies);
  if (live === undefined) return;
  for (const { name, statements } of deployed.policies) {
    const there = live.value.find((policy) => policy.name === name);
    const path = `policies["${name}"]`;
    if (there === undefined) found.add(path, statements, null, "stops");
    else compareDocument(path, statements, there.statements, found);
  }
  const ours = deployed.policies.flatMap(({ statements }) => statements);
  for (const { name, statements } of live.value) {
    if (deployed.policies.some((policy) => policy.name === name)) continue;
    const isStop = statements.some((statement) => deniesAny(statement, ours));
    // Other policies of a role that was there before are its own, unless they refuse what ours allows.
    if (deployed.existing && !isStop) continue;
    const isWider = statements.some(({ Effect }) => Effect === "Allow");
    const effect = isStop ? (isWider ? "both" : "stops") : "widens";
    found.add(`policies["${name}"]`, null, statements, effect);
  }
}

function compareDocument(
  path: string,
  deployed: readonly PolicyStatement[],
  live: readonly ReadStatement[],
  drift: RoleDrift,
): void {
  const rules = { replicationActions: [], theirsMayStay: false };
  for (const { expected, found } of compareStatements(deployed, live, rules)) {
    const sid = expected?.Sid ?? found?.Sid;
    drift.add(
      sid === undefined ? path : `${path}.${sid}`,
      expected,
      found,
      effectOf(expected, found),
    );
  }
}

function effectOf(expected: ReadStatement | null, found: ReadStatement | null): Effect {
  if (found === null) return "stops";
  if (expected === null) return found.Effect === "Allow" ? "widens" : "stops";
  if (found.Effect !== expected.Effect) return "stops";
  if (holdsFor(found, expected)) return "widens";
  return holdsFor(expected, found) ? "stops" : "both";
}

function deniesAny(statement: ReadStatement, ours: readonly ReadStatement[]): boolean {
  if (statement.Effect !== "Deny") return false;
  return ours.flatMap(actionsOf).some((action) => concerns(statement, action));
}
