import { MalformedPolicy, compilePolicy } from "../../../authorization/compile";
import type { CompiledPolicy } from "../../../authorization/model";
import { malformedPolicy } from "../errors";
import type { Bucket } from "../store/model";
import { scopeOfAction } from "./policy-actions";

const MAX_POLICY_BYTES = 20 * 1024;

/** The elements of a statement that name actions and resources; the form was checked before. */
interface StatementElements {
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
}

/**
 * Compiles a document and checks what only a bucket policy must fulfil: it names this bucket and its keys, and actions
 * of S3 that apply to what it names. S3 keeps a policy without white space.
 * @throws AwsError `MalformedPolicy`
 */
export function checkedBucketPolicy(text: string, bucket: Bucket): CompiledPolicy {
  const policy = compiled(text);
  const { Statement: list } = policy.document as {
    Statement: StatementElements | readonly StatementElements[];
  };
  for (const statement of asArray(list)) checkStatement(statement, bucket);
  if (Buffer.byteLength(policy.text) > MAX_POLICY_BYTES) {
    throw malformedPolicy(
      `Normalized policy document exceeds the maximum allowed size of ${MAX_POLICY_BYTES} bytes.`,
    );
  }
  return policy;
}

function compiled(text: string): CompiledPolicy {
  let document: unknown;
  try {
    document = text.startsWith("{") ? JSON.parse(text) : undefined;
  } catch {
    throw malformedPolicy("This policy contains invalid Json");
  }
  if (typeof document !== "object" || document === null) {
    throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  }
  return inWordsOfS3(() => compilePolicy(JSON.stringify(document), "resource"));
}

/** Runs what may find a policy malformed, and says so as S3 does. */
export function inWordsOfS3<Result>(task: () => Result): Result {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw malformedPolicy(error.message, detailOf(error));
  }
}

/** S3 quotes the offending principal; of other mistakes it says no more than the message. */
function detailOf(error: MalformedPolicy): string | undefined {
  return error.problem === "invalid-principal" && error.subject !== "" ? error.subject : undefined;
}

function checkStatement(statement: StatementElements, bucket: Bucket): void {
  const resources = asArray(statement.Resource ?? statement.NotResource ?? []);
  for (const resource of resources) {
    if (resource !== bucket.arn && !resource.startsWith(`${bucket.arn}/`)) {
      throw malformedPolicy("Policy has invalid resource");
    }
  }
  const namesBucket = resources.includes(bucket.arn);
  const namesObjects = resources.some((resource) => resource !== bucket.arn);
  for (const action of asArray(statement.Action ?? [])) {
    const scope = scopeOfAction(action);
    if (!scope.onBucket && !scope.onObjects) throw malformedPolicy("Policy has invalid action");
    const applies = (scope.onBucket && namesBucket) || (scope.onObjects && namesObjects);
    if (statement.Resource !== undefined && !applies) {
      throw malformedPolicy("Action does not apply to any resource(s) in statement");
    }
  }
}

function asArray<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}
