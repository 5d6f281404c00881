/** Why AWS refused, by its own words; when a key's policy is sure to deny; what an earlier run left behind. */

import { expect } from "chai";
import { REFUSED_WHY } from "../../automation/refusals/fields";
import { deniesKeyDeletion } from "../../automation/refusals/key-denial";
import { answeredFact } from "../../automation/refusals/make-fact";
import { stepToMend } from "../../automation/refusals/mend";
import type { AttemptNote } from "../../automation/refusals/notes";
import { shownBy, whyRefused } from "../../automation/refusals/why-refused";
import type { ReadStatement } from "../../automation/guard/statement";
import { vaultKeyPolicy } from "../../components/policy-documents";

const USER =
  'User: arn:aws:sts::222222222222:assumed-role/ops/lockstep is not authorized to perform: s3:DeleteObjectVersion on resource: "arn:aws:s3:::vault/a"';
const KEY_USER =
  "User: arn:aws:iam::222222222222:user/a is not authorized to perform: kms:ScheduleKeyDeletion on resource: arn:aws:kms:eu-west-1:222222222222:key/1";

const why = (message: string, code = "AccessDenied") => whyRefused({ code, message });

describe("why AWS refused", () => {
  const said: readonly [string, string][] = [
    ["Access Denied because object protected by object lock.", "object-lock"],
    [`${USER} with an explicit deny in a resource-based policy`, "resource-based-policy"],
    [`${USER} with an explicit deny in an identity-based policy`, "identity-based-policy"],
    [`${USER} with an explicit deny in a service control policy`, "service-control-policy"],
    [
      `${USER} with an explicit deny in a service control policy: arn:aws:organizations::333333333333:policy/o-1/service_control_policy/p-1`,
      "service-control-policy",
    ],
    [`${USER} with an explicit deny in a resource control policy`, "resource-control-policy"],
    [`${USER} with an explicit deny in a permissions boundary`, "permissions-boundary"],
    [`${USER} with an explicit deny in a session policy`, "session-policy"],
    [`${USER} with an explicit deny in a VPC endpoint policy`, "vpc-endpoint-policy"],
    [
      `${USER} because no identity-based policy allows the s3:DeleteObjectVersion action`,
      "not-allowed",
    ],
    [
      `${USER} because no service control policy allows the s3:DeleteObjectVersion action`,
      "not-allowed",
    ],
    [
      `${USER} because no resource-based policy allows the s3:DeleteObjectVersion action.`,
      "not-allowed",
    ],
    ["Access Denied", "not-known"],
    ["", "not-known"],
    [`${USER} with an explicit deny in a policy of another kind`, "not-known"],
    [
      "User: arn:aws:iam::222222222222:user/a is not authorized to perform: kms:ScheduleKeyDeletion on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
      "not-known",
    ],
  ];
  for (const [message, expected] of said) {
    it(`is ${expected} by "${message.slice(0, 20)}...${message.slice(-50)}"`, () => {
      expect(why(message)).to.equal(expected);
    });
  }

  it("is known where AWS names a policy and an authorization id behind it", () => {
    const behind =
      ". Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/abc123 for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: abc123";
    const policy = "arn:aws:iam::222222222222:policy/deny";
    const message = `${USER} with an explicit deny in an identity-based policy: ${policy}${behind}`;
    expect(why(message)).to.equal("identity-based-policy");
    expect(why(`${USER} with an explicit deny in a resource-based policy${behind}`)).to.equal(
      "resource-based-policy",
    );
  });

  it("is not what a key's name says", () => {
    const named = (name: string) =>
      `${USER.slice(0, -2)}/${name}" because no identity-based policy allows the s3:DeleteObjectVersion action`;
    for (const name of [
      "with an explicit deny in a resource-based policy",
      'x" with an explicit deny in a service control policy',
      "Access Denied because object protected by object lock.",
    ]) {
      expect(why(named(name)), name).to.equal("not-allowed");
    }
    const open = `${USER.slice(0, -1)} with an explicit deny in a resource-based policy/x"`;
    expect(why(open)).to.equal("not-known");
  });

  it("is told by KMS in the same words under another code", () => {
    const message = `${KEY_USER} with an explicit deny in a resource-based policy`;
    expect(why(message, "AccessDeniedException")).to.equal("resource-based-policy");
  });

  it("is S3's own of versioning under Object Lock, and no other state of a bucket", () => {
    const held = (what: string) =>
      `${what} configuration is present on this bucket, so the versioning state cannot be changed.`;
    expect(why(held("An Object Lock"), "InvalidBucketState")).to.equal("versioning-held");
    expect(why(held("A WORM"), "InvalidBucketState")).to.equal("versioning-held");
    expect(why(held("A replication"), "InvalidBucketState")).to.equal("not-known");
    expect(why(held("An Object Lock"))).to.equal("not-known");
  });

  it("shows something of the vault only where the lock, its policies or the organization's refused", () => {
    const shown = Object.fromEntries(REFUSED_WHY.map((one) => [one, shownBy(one)]));
    expect(shown).to.deep.equal({
      "object-lock": "lock",
      "versioning-held": "lock",
      "resource-based-policy": "guard",
      "service-control-policy": "organization",
      "resource-control-policy": "organization",
      "identity-based-policy": "nothing",
      "permissions-boundary": "nothing",
      "session-policy": "nothing",
      "vpc-endpoint-policy": "nothing",
      "not-allowed": "nothing",
      "not-known": "nothing",
    });
  });

  it("is not asked of an answer that neither refuses nor accepts", () => {
    const on = {
      vault: "primary",
      accountId: "222222222222",
      attempt: "delete",
      principal: "arn:aws:iam::222222222222:user/a",
      target: "arn:aws:s3:::vault/a",
    } as const;
    const fact = answeredFact(on, { outcome: "failed", code: "SlowDown", message: "later" });
    expect(fact).to.include({ outcome: "not-tried", why: "failed", shows: "nothing" });
    expect(fact).to.include({ code: "SlowDown", message: "later" });
  });
});

describe("a key's policy that is sure to deny its deletion", () => {
  const breakGlassRoleArn = "arn:aws:iam::222222222222:role/security/break-glass";
  const deployed = vaultKeyPolicy({
    accountId: "222222222222",
    region: "eu-west-1",
    replicationRoleArns: ["arn:aws:iam::111111111111:role/replication"],
    breakGlassRoleArn,
  }).Statement as readonly ReadStatement[];
  const session = (role: string) => `arn:aws:sts::222222222222:assumed-role/${role}/lockstep`;
  const DENY: ReadStatement = {
    Effect: "Deny",
    Principal: "*",
    Action: "kms:ScheduleKeyDeletion",
    Resource: "*",
  };
  const sure = (statement: object, arn = session("ops")) =>
    deniesKeyDeletion([{ ...DENY, ...statement }], arn);
  const except = (operator: string, value: unknown, key = "aws:PrincipalArn") => ({
    Condition: { [operator]: { [key]: value } },
  });

  it("is the one that is deployed, for all but the break-glass role, whose path STS does not tell", () => {
    expect(deniesKeyDeletion(deployed, session("ops"))).to.equal(true);
    expect(deniesKeyDeletion(deployed, "arn:aws:iam::222222222222:user/people/ops")).to.equal(true);
    expect(deniesKeyDeletion(deployed, "arn:aws:iam::222222222222:user/break-glass")).to.equal(
      true,
    );
    expect(deniesKeyDeletion(deployed, session("break-glass"))).to.equal(false);
    expect(deniesKeyDeletion(deployed, session("Break-Glass"))).to.equal(false);
    const other = session("break-glass").replace("222222222222", "333333333333");
    expect(deniesKeyDeletion(deployed, other)).to.equal(true);
  });

  it("is none that allows, is about something else, or is not there", () => {
    expect(deniesKeyDeletion([], session("ops"))).to.equal(false);
    expect(sure({})).to.equal(true);
    expect(sure({ Action: "kms:Schedule*" })).to.equal(true);
    expect(sure({ Effect: "Allow" })).to.equal(false);
    expect(sure({ Action: "kms:DisableKey" })).to.equal(false);
    expect(sure({ Action: undefined, NotAction: "kms:ScheduleKeyDeletion" })).to.equal(false);
  });

  it("names everybody and every resource, and leaves out by nothing but the ARN", () => {
    expect(sure({ Principal: { AWS: "arn:aws:iam::222222222222:root" } })).to.equal(false);
    expect(sure({ Principal: undefined, NotPrincipal: { AWS: "*" } })).to.equal(false);
    expect(sure({ NotPrincipal: { AWS: "*" } })).to.equal(false);
    expect(sure({ Resource: "arn:aws:kms:eu-west-1:222222222222:key/2" })).to.equal(false);
    expect(sure({ NotResource: "x" })).to.equal(false);
    expect(sure(except("ArnNotLike", breakGlassRoleArn))).to.equal(true);
    expect(sure(except("ArnNotEquals", [breakGlassRoleArn]))).to.equal(true);
    expect(sure(except("StringNotLike", breakGlassRoleArn))).to.equal(false);
    expect(sure(except("ArnNotLike", "222222222222", "aws:PrincipalAccount"))).to.equal(false);
    const two = { ...except("ArnNotLike", breakGlassRoleArn).Condition, Bool: { "aws:x": "true" } };
    expect(sure({ Condition: two })).to.equal(false);
    expect(sure({ Condition: "odd" })).to.equal(false);
    expect(sure({ Condition: { ArnNotLike: "odd" } })).to.equal(false);
  });

  it("leaves nobody out who might be meant by a pattern, and is not asked about a root user", () => {
    expect(sure(except("ArnNotLike", "arn:aws:iam::222222222222:role/o*"))).to.equal(false);
    expect(sure(except("ArnNotLike", "arn:aws:iam::222222222222:role/${aws:x}"))).to.equal(false);
    expect(sure(except("ArnNotLike", "nonsense"))).to.equal(false);
    expect(sure({}, "arn:aws:iam::222222222222:root")).to.equal(false);
    expect(sure({}, "arn:aws:sts::222222222222:federated-user/ops")).to.equal(false);
  });
});

describe("what an earlier run left behind at a key", () => {
  const note = (state: AttemptNote["state"]): AttemptNote => ({
    lockstep: "attempt",
    attempt: "delete-key",
    target: "arn:aws:kms:eu-west-1:222222222222:key/1",
    principal: "arn:aws:iam::222222222222:user/a",
    state,
    at: "2026-11-30T08:00:00.000Z",
  });
  const pending = (deletedOn: string) => ({
    value: { state: "PendingDeletion", origin: "AWS_KMS", deletedOn },
  });
  const key = (state: string) => ({ value: { state, origin: "AWS_KMS" } });

  it("is cancelled where it was scheduled for thirty days at the time of the note", () => {
    for (const state of ["about-to-try", "accepted"] as const) {
      expect(stepToMend(note(state), pending("2026-12-30T08:00:01.000Z"))).to.equal("cancel");
      expect(stepToMend(note(state), pending("2026-12-10T08:00:00.000Z"))).to.equal(undefined);
      expect(stepToMend(note(state), pending("2027-01-02T08:00:00.000Z"))).to.equal(undefined);
    }
  });

  it("is enabled where it is noted that the deletion was taken, and else left to whoever disabled it", () => {
    expect(stepToMend(note("accepted"), key("Disabled"))).to.equal("enable");
    expect(stepToMend(note("cancelled"), key("Disabled"))).to.equal("enable");
    expect(stepToMend(note("about-to-try"), key("Disabled"))).to.equal(undefined);
    expect(stepToMend(note("accepted"), key("Enabled"))).to.equal(undefined);
    expect(stepToMend(note("accepted"), key("PendingDeletion"))).to.equal(undefined);
    expect(stepToMend(note("accepted"), { unreadable: "no", action: "x" })).to.equal(undefined);
  });
});
