import { kindOf, type PolicyResource } from "../resource";
import { at, isRecord, listAt, type Read, textAt, UNKNOWN, firstAt } from "../values";
import { readDocument, type Statement } from "./policy-documents";
import { accountInArn, accountOf } from "./accounts";
import type { Program } from "./program";

/** A statement of an identity policy, and the resource that declares it. */
export interface Grant {
  readonly resource: PolicyResource;
  readonly statement: Statement;
}

/** What an identity may do, as far as the program says it. */
export interface Grants {
  readonly grants: readonly Grant[];
  /** Managed policies of AWS's that are attached, as in `AmazonS3FullAccess`, with what attaches them. */
  readonly managed: readonly { readonly resource: PolicyResource; readonly name: string }[];
  /** False where a policy, or what is attached, is known after the deployment only. */
  readonly isComplete: boolean;
}

/** Resources that make a role. */
export const ROLE_KINDS = ["aws:iam:Role", "aws-native:iam:Role"] as const;

/** Resources that carry a policy for a role, with the inputs that say which and what. */
const ROLE_POLICIES: Readonly<
  Record<string, { readonly role: string; readonly document: string }>
> = {
  "aws:iam:RolePolicy": { role: "role", document: "policy" },
  "aws-native:iam:RolePolicy": { role: "roleName", document: "policyDocument" },
};

/** The name of a role, as it stands at the end of its ARN. */
export function roleNameOf({ id, outputs, props }: PolicyResource): string | undefined {
  const names = [textAt(props, "name"), textAt(props, "roleName"), textAt(outputs, "name"), id];
  return names.find((name): name is string => typeof name === "string" && name !== "");
}

/** The role that a property names by its name or ARN, or is made of. */
export function roleNamed(
  program: Program,
  resource: PolicyResource,
  property: string,
  value: Read,
): PolicyResource | undefined {
  const roles = program.ofKind(...ROLE_KINDS);
  if (typeof value === "string") {
    const name = value.split("/").at(-1);
    const account = accountInArn(value);
    const namesakes = roles.filter((role) => roleNameOf(role) === name);
    const [match, ...rest] = namesakes.filter((role) => {
      const own = accountOf(program, role);
      return account === undefined || own === undefined || own === account;
    });
    return rest.length === 0 ? match : undefined;
  }
  const [only, ...others] = program.madeOf(resource, property).filter((one) => roles.includes(one));
  return others.length === 0 ? only : undefined;
}

/** What a role may do. */
export function grantsOf(program: Program, role: PolicyResource): Grants {
  const grants: Grant[] = [];
  const managed: { resource: PolicyResource; name: string }[] = [];
  let isComplete = true;
  const addDocument = (resource: PolicyResource, document: Read): void => {
    const statements = readDocument(document);
    if (statements === UNKNOWN) isComplete = false;
    else grants.push(...statements.map((statement) => ({ resource, statement })));
  };
  const addArn = (resource: PolicyResource, property: string, arn: Read): void => {
    const found = policyNamed(program, resource, property, arn);
    if (found === undefined) isComplete = false;
    else if (typeof found === "string") managed.push({ resource, name: found });
    else addDocument(found, firstAt(found.props, ["policy"], ["policyDocument"]));
  };

  for (const member of ["inlinePolicies", "policies"]) {
    const policies = listAt(role.props, member);
    if (policies === UNKNOWN) isComplete = false;
    else {
      for (const policy of policies) {
        addDocument(role, firstAt(policy, ["policy"], ["policyDocument"]));
      }
    }
  }
  const arns = listAt(role.props, "managedPolicyArns");
  if (arns === UNKNOWN) isComplete = false;
  else for (const arn of arns) addArn(role, "managedPolicyArns", arn);

  for (const resource of program.resources) {
    const kind = kindOf(resource.type);
    const carrier = ROLE_POLICIES[kind];
    if (carrier !== undefined) {
      const named = roleNamed(program, resource, carrier.role, at(resource.props, carrier.role));
      if (named === role) addDocument(resource, at(resource.props, carrier.document));
      else if (named === undefined && at(resource.props, carrier.role) === UNKNOWN)
        isComplete = false;
    } else if (kind === "aws:iam:RolePolicyAttachment") {
      const named = roleNamed(program, resource, "role", at(resource.props, "role"));
      if (named === role) addArn(resource, "policyArn", at(resource.props, "policyArn"));
      else if (named === undefined && at(resource.props, "role") === UNKNOWN) isComplete = false;
    } else if (kind === "aws:iam:PolicyAttachment" || kind === "aws-native:iam:ManagedPolicy") {
      const names = listAt(resource.props, "roles");
      if (names === UNKNOWN || names.includes(UNKNOWN)) {
        if (program.madeOf(resource, "roles").includes(role)) isComplete = false;
      } else if (names.some((name) => name === roleNameOf(role))) {
        if (kind === "aws:iam:PolicyAttachment") {
          addArn(resource, "policyArn", at(resource.props, "policyArn"));
        } else addDocument(resource, at(resource.props, "policyDocument"));
      }
    }
  }
  return { grants, managed, isComplete };
}

/** A policy resource of the program, or the name of one of AWS's; undefined where neither is told. */
function policyNamed(
  program: Program,
  resource: PolicyResource,
  property: string,
  arn: Read,
): PolicyResource | string | undefined {
  const policies = program.ofKind("aws:iam:Policy", "aws-native:iam:ManagedPolicy");
  if (typeof arn === "string") {
    const ofAws = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
    if (ofAws !== undefined) return ofAws;
    const name = arn.split("/").at(-1);
    return policies.find(
      ({ id, props }) =>
        [at(props, "name"), at(props, "managedPolicyName")].includes(name) || id === arn,
    );
  }
  const [only, ...others] = program
    .madeOf(resource, property)
    .filter((one) => policies.includes(one));
  return others.length === 0 ? only : undefined;
}

/** Every policy of an identity that the program declares: of roles, users and groups, attached or not. */
export function identityStatements(program: Program): readonly Grant[] {
  return program.resources.flatMap((resource): Grant[] => {
    const { props } = resource;
    const documents: readonly Read[] = IDENTITY_POLICIES.has(kindOf(resource.type))
      ? [at(props, "policy"), at(props, "policyDocument")]
      : (ROLE_KINDS as readonly string[]).includes(kindOf(resource.type))
        ? ["inlinePolicies", "policies"].flatMap((member) => documentsIn(listAt(props, member)))
        : [];
    return documents.flatMap((document) => {
      const statements = document === undefined ? [] : readDocument(document);
      return statements === UNKNOWN ? [] : statements.map((statement) => ({ resource, statement }));
    });
  });
}

const IDENTITY_POLICIES: ReadonlySet<string> = new Set([
  "aws:iam:Policy",
  "aws:iam:RolePolicy",
  "aws:iam:UserPolicy",
  "aws:iam:GroupPolicy",
  "aws-native:iam:ManagedPolicy",
  "aws-native:iam:RolePolicy",
  "aws-native:iam:UserPolicy",
  "aws-native:iam:GroupPolicy",
]);

function documentsIn(policies: ReturnType<typeof listAt>): Read[] {
  if (policies === UNKNOWN) return [];
  return policies.filter(isRecord).map((policy) => firstAt(policy, ["policy"], ["policyDocument"]));
}
