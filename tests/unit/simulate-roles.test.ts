import type { EvaluationResult } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { refusalTexts, refusedBy } from "../../automation/doctor/simulate-roles";

const ROLE = "arn:aws:iam::111111111111:role/replication";

function result(action: string, rest: Partial<EvaluationResult> = {}): EvaluationResult {
  return {
    EvalActionName: action,
    EvalResourceName: "arn:aws:s3:::records/*",
    EvalDecision: "explicitDeny",
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    ...rest,
  };
}
const byOrganization = { OrganizationsDecisionDetail: { AllowedByOrganizations: false } };
const byBoundary = {
  EvalDecision: "implicitDeny",
  PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
} as const;

describe("what IAM's policy simulator says of a role", () => {
  it("is a refusal of the organization or of the boundary", () => {
    const found = refusedBy([
      result("s3:A", byOrganization),
      result("s3:B", byBoundary),
      result("s3:C", { ...byOrganization, ...byBoundary }),
    ]);
    expect(found.map(({ action, by }) => `${action} ${by}`)).to.deep.equal([
      "s3:A organization",
      "s3:B boundary",
      "s3:C organization",
    ]);
  });

  it("is none where it is allowed, or where the role's own policies are what lacks", () => {
    const allowed = { ...byOrganization, EvalDecision: "allowed" } as const;
    const bounded = { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } };
    const outside = { OrganizationsDecisionDetail: undefined };
    expect(
      refusedBy([result("s3:A", allowed), result("s3:B", bounded), result("s3:C", outside)]),
    ).to.deep.equal([]);
  });

  it("is told in one text for each who refuses, with actions and resources once", () => {
    const [organization = "", boundary = "", ...others] = refusalTexts(
      ROLE,
      refusedBy([
        result("s3:A", byOrganization),
        result("s3:B", byBoundary),
        result("s3:A", { ...byOrganization, EvalResourceName: "arn:aws:s3:::kept/*" }),
        result("s3:C", byOrganization),
      ]),
    );
    expect(others).to.deep.equal([]);
    expect(organization).to.contain(
      `${ROLE}: the organization's service control policies refuse s3:A, s3:C on arn:aws:s3:::records/*, arn:aws:s3:::kept/*`,
    );
    expect(boundary).to.contain(`${ROLE}: its permissions boundary does not allow s3:B on arn:`);
  });
});
