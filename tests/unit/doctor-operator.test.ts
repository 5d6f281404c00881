/** What of a first `up` its credentials are refused, as the simulator says it, and how far that is believed. */

import type { EvaluationResult } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { judgeOperator } from "../../automation/doctor/checks/operator";
import { operatorRefusals } from "../../automation/doctor/read/operator";
import { firstUpNeeds, isSure } from "../../automation/permissions/first-up";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { parseConfig } from "../../components/config";

const account = "222222222222";
const CALLER = `arn:aws:iam::${account}:role/deploy`;
const VAULT = "arn:aws:s3:::kept";

function result(action: string, rest: Partial<EvaluationResult> = {}): EvaluationResult {
  return {
    EvalActionName: action,
    EvalResourceName: VAULT,
    EvalDecision: "implicitDeny",
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    ...rest,
  };
}
const allowed = { EvalDecision: "allowed" } as const;
const byOrganization = { OrganizationsDecisionDetail: { AllowedByOrganizations: false } };
const byBoundary = { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } };
const told = (...results: EvaluationResult[]) =>
  operatorRefusals(results).map(({ by, isCertain }) => `${by} ${isCertain ? "surely" : "maybe"}`);

describe("what a first up is refused", () => {
  it("is nothing where all is allowed", () => {
    expect(told(result("s3:CreateBucket", allowed))).to.deep.equal([]);
  });

  it("is certain of an organization that lets other actions of the service through, and else not", () => {
    const denied = result("s3:PutBucketPolicy", byOrganization);
    expect(told(result("s3:CreateBucket", allowed), denied)).to.deep.equal(["organization surely"]);
    // A condition that the simulator knows nothing of refuses all alike.
    const alike = result("s3:CreateBucket", byOrganization);
    expect(told(alike, denied, result("iam:GetRole", allowed))).to.deep.equal([
      "organization maybe",
      "organization maybe",
    ]);
  });

  it("is certain of a boundary and of a Deny, unless a condition asks for what is not known", () => {
    const missing = { MissingContextValues: ["aws:SourceVpce"] };
    const nested = {
      ResourceSpecificResults: [{ ...missing, EvalResourceName: VAULT }],
    } as Partial<EvaluationResult>;
    const deny = { EvalDecision: "explicitDeny" } as const;
    expect(
      told(
        result("s3:PutBucketPolicy", byBoundary),
        result("s3:PutBucketPolicy", { ...byBoundary, ...missing }),
        result("s3:PutBucketPolicy", deny),
        result("s3:PutBucketPolicy", { ...deny, ...nested }),
      ),
    ).to.deep.equal(["boundary surely", "boundary maybe", "statement surely", "statement maybe"]);
    const inDetail = {
      ResourceSpecificResults: [
        { ...byBoundary, EvalResourceName: VAULT, EvalResourceDecision: "implicitDeny" },
      ],
    } as Partial<EvaluationResult>;
    expect(told(result("s3:PutBucketPolicy", inDetail))).to.deep.equal(["boundary surely"]);
  });

  it("is never certain where nobody allows it, and of what not every first up does", () => {
    expect(told(result("s3:CreateBucket"))).to.deep.equal(["nobody-allows maybe"]);
    expect(told(result("s3:PutBucketTagging", { EvalDecision: "explicitDeny" }))).to.deep.equal([
      "statement maybe",
    ]);
  });

  it("is one finding for each who refuses, with the action, the resource and the way out", () => {
    const deny: Partial<EvaluationResult> = {
      EvalDecision: "explicitDeny",
      MatchedStatements: [{ SourcePolicyId: "no-policies" }],
    };
    const refusals = operatorRefusals([
      result("s3:CreateBucket", byBoundary),
      result("s3:PutBucketPolicy", byBoundary),
      result("s3:PutBucketVersioning", deny),
      result("s3:PutBucketTagging"),
      result("s3:PutObject", byOrganization),
    ]);
    const found = judgeOperator({ value: refusals }, { account, resource: CALLER });
    expect(found.map(({ id, severity }) => `${id} ${severity}`)).to.deep.equal([
      "operator-denied error",
      "operator-denied error",
      "operator-maybe-denied warning",
      "operator-denied error",
    ]);
    const [boundary, statement, nobody, organization] = found;
    expect(boundary?.message).to.contain(
      `the permissions boundary of ${CALLER} does not allow s3:CreateBucket, s3:PutBucketPolicy on ${VAULT}`,
    );
    expect(boundary?.fix).to.contain('"Action":["s3:CreateBucket","s3:PutBucketPolicy"]');
    expect(statement?.message).to.contain("(no-policies) refuses s3:PutBucketVersioning");
    expect(nobody?.message).to.contain(`no policy of ${CALLER} allows s3:PutBucketTagging`);
    expect(organization?.message).to.contain("service control policy of the organization refuses");
    expect(organization?.fix).to.contain(`{"ArnNotLike":{"aws:PrincipalArn":["${CALLER}"]}}`);
  });

  it("names the role, not its session, in the statement that would let it ask", () => {
    const unread = { unreadable: "AccessDenied", action: "iam:GetRole" } as const;
    const fixFor = (resource: string) => judgeOperator(unread, { account, resource })[0]?.fix;
    expect(fixFor(`arn:aws:sts::${account}:assumed-role/deploy/me`)).to.contain(
      `"Action":"iam:GetRole","Resource":"${CALLER}"`,
    );
    expect(fixFor(CALLER)).to.contain(`"Resource":"${CALLER}"`);
  });

  it("is told as not known where the simulator may not be asked", () => {
    const [found, ...others] = judgeOperator(
      { unreadable: "AccessDenied", action: "iam:SimulatePrincipalPolicy" },
      { account, resource: CALLER },
    );
    expect(others).to.deep.equal([]);
    expect(found).to.include({ id: "operator-not-simulated", severity: "info" });
    expect(found?.fix).to.contain("iam:SimulatePrincipalPolicy").and.contain(CALLER);
  });
});

describe("what a first up does", () => {
  const raw = (existing: boolean) => ({
    source: {
      accountId: "111111111111",
      region: "eu-west-1",
      bucket: { name: "records", existing },
    },
    vaults: [
      {
        name: "primary",
        accountId: account,
        region: "eu-central-1",
        bucket: { name: "kept", existing },
        encryption: { kms: "create" },
        lock: { stage: "pilot" },
      },
    ],
    rules: [{ name: "all", vault: "primary", metrics: true }],
    monitoring: { subscribers: { emails: ["a@example.com"] }, dashboard: true },
  });
  const needs = (existing: boolean, side: "source" | "vault") => {
    const config = parseConfig(raw(existing));
    return side === "source"
      ? firstUpNeeds(config, side, "arn:aws:s3:::records", "eu-west-1")
      : firstUpNeeds(config, side, VAULT, "eu-central-1");
  };
  const at = (all: ReturnType<typeof needs>, resource: string) =>
    all.find((need) => need.resource === resource)?.actions ?? [];

  it("is part of what the operators' table lets it do", () => {
    const config = parseConfig(raw(false));
    const allows = (action: string) =>
      operatorPolicies(config).some(
        ({ command, document }) =>
          command === "up" &&
          document.Statement.some(({ Action }) => [Action].flat().includes(action)),
      );
    const all = [...needs(false, "source"), ...needs(false, "vault")].flatMap(
      ({ actions }) => actions,
    );
    expect(all.filter((action) => !allows(action))).to.deep.equal([]);
    // Its last steps too: rules at the source, the promise's copy beside the vault.
    expect(all.filter(isSure)).to.include.members([
      "s3:PutReplicationConfiguration",
      "s3:PutBucketPolicy",
      "s3:PutObject",
      "iam:PassRole",
      "kms:CreateKey",
      "sns:CreateTopic",
    ]);
    expect(all.filter((action) => /:(Delete|Detach|Untag|Update)/.test(action))).to.deep.equal([]);
  });

  it("makes no bucket that is there, and leaves the policy of a source to its owner", () => {
    expect(at(needs(false, "source"), "arn:aws:s3:::records")).to.include("s3:CreateBucket");
    expect(at(needs(true, "source"), "arn:aws:s3:::records").filter(isSure)).to.deep.equal([
      "s3:PutBucketVersioning",
      "s3:PutReplicationConfiguration",
    ]);
    expect(at(needs(true, "vault"), VAULT))
      .to.include("s3:PutBucketPolicy")
      .and.not.include("s3:CreateBucket");
  });

  it("asks of an alias and of a key by what is done at each", () => {
    const all = needs(false, "vault");
    const alias = all.find(({ resource }) => resource.includes(":alias/"));
    expect(alias?.actions).to.deep.equal(["kms:CreateAlias"]);
    const key = all.find(({ resource }) => resource.includes(":key/"));
    expect(key?.resource).to.match(/^arn:aws:kms:eu-central-1:222222222222:key\/[0-9a-f-]{36}$/);
    expect(key?.actions).to.include("kms:EnableKeyRotation");
  });
});
