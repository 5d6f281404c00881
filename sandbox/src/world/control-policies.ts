import { compilePolicy, MalformedPolicy } from "../authorization/compile";
import type { CompiledPolicy, ControlPolicies } from "../authorization/model";
import { statementsOf } from "../authorization/statement";
import { problemLines, type Problem } from "../server/problem";

/** Policies that an organization puts on an account. A document is an object, or its JSON text. */
export interface ControlPolicyDocuments {
  /**
   * What the account's principals, its root user included, may do at most. AWS attaches `FullAWSAccess` to every account
   * until somebody takes it away to work with a list of what is allowed; here it stays as long as no document has an
   * `Allow`.
   */
  readonly serviceControlPolicies?: readonly (string | object)[];
  /** What anybody may do with the account's buckets, keys and roles at most. `RCPFullAWSAccess` is always attached too. */
  readonly resourceControlPolicies?: readonly (string | object)[];
}

/** Thrown with every mistake at once. */
export class ControlPoliciesInvalid extends Error {
  constructor(
    /** Every mistake, each with its path. */
    readonly problems: readonly Problem[],
  ) {
    super(`The organization's policies are described wrongly:\n${problemLines(problems)}`);
    this.name = "ControlPoliciesInvalid";
  }
}

/** Source: AWS Organizations User Guide, "Quotas and service limits": 5,120 characters for either type. */
const POLICY_CHARACTERS = 5120;

const FULL_AWS_ACCESS = compilePolicy(
  { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
  "identity",
);
const RCP_FULL_AWS_ACCESS = compilePolicy(
  {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
  },
  "resource",
);

/** @throws ControlPoliciesInvalid */
export function compileControlPolicies(documents: ControlPolicyDocuments): ControlPolicies {
  const problems: Problem[] = [];
  const compileAll = (
    list: readonly (string | object)[] | undefined,
    name: string,
    compile: (document: string | object) => CompiledPolicy,
  ): CompiledPolicy[] =>
    (list ?? []).flatMap((document, index) => {
      try {
        return [compile(document)];
      } catch (error) {
        if (!(error instanceof MalformedPolicy)) throw error;
        problems.push({ path: `${name}[${index}]`, message: malformedText(error) });
        return [];
      }
    });
  const service = compileAll(documents.serviceControlPolicies, "serviceControlPolicies", (one) =>
    withinSize(compilePolicy(one, "identity")),
  );
  const resource = compileAll(documents.resourceControlPolicies, "resourceControlPolicies", (one) =>
    checkResourceControl(withinSize(compilePolicy(one, "resource"))),
  );
  if (problems.length > 0) throw new ControlPoliciesInvalid(problems);
  const hasAllow = service.some((policy) =>
    statementsOf(policy).some(({ effect }) => effect === "Allow"),
  );
  return {
    serviceControl:
      service.length === 0 ? undefined : hasAllow ? service : [FULL_AWS_ACCESS, ...service],
    resourceControl: resource.length === 0 ? undefined : [RCP_FULL_AWS_ACCESS, ...resource],
  };
}

/** Every mistake, under `path`. */
export function controlPolicyProblems(documents: ControlPolicyDocuments, path: string): Problem[] {
  try {
    compileControlPolicies(documents);
    return [];
  } catch (error) {
    if (!(error instanceof ControlPoliciesInvalid)) throw error;
    return error.problems.map((one) => ({ path: `${path}.${one.path}`, message: one.message }));
  }
}

function withinSize(policy: CompiledPolicy): CompiledPolicy {
  if (policy.text.length <= POLICY_CHARACTERS) return policy;
  throw new MalformedPolicy(
    "invalid-json",
    `has ${policy.text.length} characters, and ${POLICY_CHARACTERS} are allowed`,
  );
}

/** Source: AWS Organizations User Guide, "RCP syntax": what a customer's own document may say is narrower. */
function checkResourceControl(policy: CompiledPolicy): CompiledPolicy {
  for (const statement of statementsOf(policy)) {
    const where = `${statement.name}: `;
    if (statement.effect !== "Deny") {
      throw new MalformedPolicy(
        "invalid-effect",
        `${where}Effect must be Deny, RCPFullAWSAccess is attached already`,
      );
    }
    const isEverybody =
      !statement.principalsAreExcluded &&
      statement.principals?.length === 1 &&
      statement.principals[0]?.kind === "everyone";
    if (!isEverybody) {
      throw new MalformedPolicy(
        "invalid-principal",
        `${where}Principal must be "*"; a Condition says whom it is about`,
      );
    }
    if (statement.actionsAreExcluded) {
      throw new MalformedPolicy("invalid-action", `${where}NotAction is not supported`);
    }
  }
  return policy;
}

function malformedText(error: MalformedPolicy): string {
  const { message, subject } = error;
  return subject === "" || message.includes(subject) ? message : `${message}: ${subject}`;
}
