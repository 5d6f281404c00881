import { expect } from "chai";
import {
  CONTROL_POLICY_MAX_CHARACTERS,
  type OrganizationVault,
  type PolicyDocument,
  vaultResourceControlPolicy,
  vaultServiceControlPolicy,
} from "../../components/policy-documents";
import { statement } from "./policy-statements";

const BREAK_GLASS = "arn:aws:iam::222222222222:role/break-glass";
const vault: OrganizationVault = {
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "acme-vault",
  kms: "create",
  replicationRoleArns: ["arn:aws:iam::111111111111:role/replication"],
  isPilot: false,
  isChained: false,
  breakGlassRoleArn: BREAK_GLASS,
};
const open: OrganizationVault = { ...vault, bucketName: "acme-open", breakGlassRoleArn: undefined };

const sids = ({ Statement }: PolicyDocument) => Statement.map(({ Sid }) => Sid);
describe("policies for the organization", () => {
  const roles = [1, 2, 3, 4, 5].map(
    (index) =>
      `arn:aws:iam::111111111111:role/lockstep-replication-acme-records-department-${index}`,
  );
  /** Five vaults in five accounts, with bucket names of full length, and as many sources. */
  const five = Array.from({ length: 5 }, (_, index): OrganizationVault => {
    const accountId = String(index + 2).repeat(12);
    return {
      ...vault,
      accountId,
      region: "ap-northeast-1",
      bucketName: `${index}${"v".repeat(62)}`,
      replicationRoleArns: roles,
      breakGlassRoleArn: `arn:aws:iam::${accountId}:role/organization-break-glass`,
    };
  });

  for (const [name, make] of [
    ["service control policy", vaultServiceControlPolicy],
    ["resource control policy", vaultResourceControlPolicy],
  ] as const) {
    it(`the ${name} of five vaults with long names is within AWS's limit`, () => {
      const { length } = JSON.stringify(make(five));
      expect(length).to.be.below(CONTROL_POLICY_MAX_CHARACTERS);
      // Not by leaving them out.
      for (const { bucketName } of five) expect(JSON.stringify(make(five))).to.include(bucketName);
    });

    it(`the ${name} only denies, with each Sid once`, () => {
      const document = make([vault, open, { ...vault, bucketName: "next", isChained: true }]);
      for (const { Effect } of document.Statement) expect(Effect).to.equal("Deny");
      expect(new Set(sids(document)).size).to.equal(document.Statement.length);
    });

    it(`the ${name} guards configuration and key only where a break-glass role is named`, () => {
      expect(sids(make([open]))).to.not.include("DenyOthersGuardChange");
      const guard = statement(make([vault, open]), "DenyOthersGuardChange");
      expect(guard.Resource).to.deep.equal([
        "arn:aws:s3:::acme-vault",
        "arn:aws:s3:::acme-vault/*",
        "arn:aws:s3:::lockstep-vault-ops-acme-vault*",
        "arn:aws:kms:eu-central-1:222222222222:key/*",
      ]);
      expect(guard.Condition).to.deep.equal({
        ArnNotEquals: { "aws:PrincipalArn": BREAK_GLASS },
      });
    });

    it(`the ${name} lets a pilot's versions go, and nobody else's`, () => {
      expect(statement(make([open]), "DenyVersionDeletion")).to.deep.include({
        Action: "s3:DeleteObjectVersion",
        Resource: ["arn:aws:s3:::acme-open/*", "arn:aws:s3:::lockstep-vault-ops-acme-open*"],
      });
      expect(sids(make([{ ...open, isPilot: true }]))).to.not.include("DenyVersionDeletion");
    });

    it(`the ${name} lets nobody take a hold off, where there is a break-glass role but that role`, () => {
      const off = { StringEquals: { "s3:object-lock-legal-hold": "OFF" } };
      const document = make([vault, open]);
      expect(statement(document, "DenyLegalHoldRemoval")).to.deep.include({
        Action: "s3:PutObjectLegalHold",
        Resource: "arn:aws:s3:::acme-open/*",
        Condition: off,
      });
      expect(statement(document, "DenyOthersLegalHoldRemoval")).to.deep.include({
        Action: "s3:PutObjectLegalHold",
        Resource: "arn:aws:s3:::acme-vault/*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": BREAK_GLASS }, ...off },
      });
    });

    it(`the ${name} lets a chained vault get its rules, and no other`, () => {
      const document = make([vault, { ...vault, bucketName: "next", isChained: true }]);
      expect(statement(document, "DenyOthersGuardChange").Action).to.not.include(
        "s3:PutReplicationConfiguration",
      );
      expect(statement(document, "DenyOthersReplication").Resource).to.equal(
        "arn:aws:s3:::acme-vault",
      );
    });

    it(`the ${name} names a given key alone, and none for S3's own keys`, () => {
      const key = "arn:aws:kms:eu-central-1:222222222222:key/1234";
      const resources = (kms: string) =>
        statement(make([{ ...vault, kms }]), "DenyOthersGuardChange").Resource;
      expect(resources(key)).to.include(key);
      expect(JSON.stringify(resources("none"))).to.not.include(":kms:");
    });

    it(`the ${name} does not take a misspelt ARN for a role`, () => {
      const misspelt = { ...vault, breakGlassRoleArn: "break-glass" };
      expect(() => make([misspelt])).to.throw(RangeError, /ARN of a role/);
    });
  }

  it("a service control policy has no principals, a resource control policy everybody and no IAM actions", () => {
    for (const one of vaultServiceControlPolicy([vault]).Statement) {
      expect(one).to.not.have.property("Principal");
    }
    for (const { Principal, Action } of vaultResourceControlPolicy([vault]).Statement) {
      expect(Principal).to.equal("*");
      for (const action of [Action].flat()) expect(action).to.match(/^(s3|kms):/);
    }
  });

  it("without a break-glass role there is none to be taken over", () => {
    expect(sids(vaultServiceControlPolicy([open]))).to.not.include("DenyBreakGlassTakeover");
  });
});
