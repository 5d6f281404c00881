/** Reads the policies that others wrote, of buckets that are there and of keys that are given, for what leaves our roles out. */

import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { bucketArn, partitionOf } from "../../components/config/values";
import { ask, orElse } from "../guard/ask";
import type { BucketFacts, Fact } from "../guard/facts";
import { type ReadStatement, statementsOf } from "../guard/statement";
import type { Problem } from "../errors";
import type { Session } from "../events";
import type { Place } from "../stack/names-taken";
import type { RoleNeed } from "./deny";
import { leftOut, perimeterTexts } from "./perimeter";
import type * as ReadKey from "../guard/read-key";

/** A policy that others wrote. */
export interface PlacedPolicy {
  readonly path: string;
  /** In words: `bucket records`, or `key` and its ARN. */
  readonly of: string;
  readonly arn: string;
  readonly statements: Fact<readonly ReadStatement[]>;
}

/**
 * What the policies at a place refuse to the roles with these needs. What depends on what cannot be seen, and a policy that
 * may not be read, is a warning.
 * @returns a mistake for each statement that certainly refuses something
 */
export async function checkPolicies(
  place: Place,
  needs: readonly RoleNeed[],
  session: Session,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { arn, of, path, statements } of await policiesAt(place, needs, session.signal)) {
    if ("unreadable" in statements) {
      const message = `whether the policy of ${of} leaves out Lockstep's roles cannot be looked at (${statements.action} is refused).`;
      warnOf([{ path, message }], session);
      continue;
    }
    const concerned = needs.filter(({ resource }) => isOf(resource, arn));
    const found = leftOut(statements.value, concerned);
    const isSure = (position: number): boolean =>
      found.some((one) => one.position === position && one.isCertain);
    const certain = found.filter(({ position }) => isSure(position));
    const others = found.filter(({ position }) => !isSure(position));
    const placed = (message: string): Problem => ({ path, message });
    problems.push(...perimeterTexts(of, certain).map(placed));
    warnOf(perimeterTexts(of, others).map(placed), session);
  }
  return problems;
}

/** Tells refusals that stop nothing. */
export function warnOf(refusals: readonly Problem[], session: Session): void {
  for (const { message, path } of refusals) {
    session.emit({ type: "warning", code: "PolicyRefuses", message: `${path}: ${message}` });
  }
}

/** Whether a need is at a bucket or key: at itself, or at a bucket's objects. */
function isOf(resource: string, arn: string): boolean {
  return resource === arn || resource.startsWith(`${arn}/`);
}

/** A vault that a chain makes into a source may not be there yet. */
const NO_POLICY = ["NoSuchBucketPolicy", "NoSuchBucket"];

/**
 * The policies of a place that others wrote: of a bucket that is there, of keys that are given.
 * @param ofBucket the policy of the bucket, where it was read before
 */
export async function policiesAt(
  { access, clients, path, source, vault }: Place,
  needs: readonly RoleNeed[],
  signal: AbortSignal,
  ofBucket?: BucketFacts["policy"],
): Promise<readonly PlacedPolicy[]> {
  const found: PlacedPolicy[] = [];
  const bucket = source?.bucket ?? vault?.bucket;
  if (bucket?.existing === true) {
    const policy = ofBucket ?? (await bucketPolicy(bucket.name, access.accountId, clients, signal));
    const arn = bucketArn(partitionOf(access.region), bucket.name);
    const of = `bucket ${bucket.name}`;
    found.push({ path: `${path}.bucket`, of, arn, statements: orElse(policy, []) });
  }
  const keyArns = new Set(needs.map(({ resource }) => resource));
  for (const arn of keyArns) {
    const [, , service, region, accountId] = arn.split(":");
    if (service !== "kms" || arn.endsWith("*")) continue;
    if (accountId !== access.accountId || region !== access.region) continue;
    const statements = await keyPolicyReader()(arn, clients.kms, signal);
    found.push({ path, of: `key ${arn}`, arn, statements });
  }
  return found;
}

function bucketPolicy(
  Bucket: string,
  ExpectedBucketOwner: string,
  { s3 }: Place["clients"],
  abortSignal: AbortSignal,
): Promise<BucketFacts["policy"]> {
  return ask("s3:GetBucketPolicy", NO_POLICY, async () => {
    const command = new GetBucketPolicyCommand({ Bucket, ExpectedBucketOwner });
    const { Policy } = await s3.send(command, { abortSignal });
    return statementsOf(Policy ?? "{}");
  });
}

/** Only who names a key pays for loading KMS's client. */
function keyPolicyReader(): typeof ReadKey.readKeyPolicy {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader of a clone
  return (require("../guard/read-key") as typeof ReadKey).readKeyPolicy;
}
