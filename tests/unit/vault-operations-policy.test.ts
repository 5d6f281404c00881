import { expect } from "chai";
import {
  type PolicyDocument,
  vaultOperationsBucketPolicy,
} from "../../components/policy-documents";
import { statement } from "./policy-statements";

const breakGlassRoleArn = "arn:aws:iam::222222222222:role/break-glass";

describe("policy documents: operations bucket beside a vault", () => {
  const args = {
    bucketArn: "arn:aws:s3:::acme-vault-ops",
    accountId: "222222222222",
    isPilot: false,
  };
  const sids = (document: PolicyDocument) => document.Statement.map(({ Sid }) => Sid);

  it("allows nothing, and lets the vault's account and AWS's own services write", () => {
    const document = vaultOperationsBucketPolicy(args);
    expect(document.Statement.map(({ Effect }) => Effect)).to.not.include("Allow");
    expect(statement(document, "DenyWritesOfOthers")).to.deep.include({
      Principal: "*",
      Condition: {
        StringNotEquals: { "aws:PrincipalAccount": "222222222222" },
        Bool: { "aws:PrincipalIsAWSService": "false" },
      },
    });
  });

  it("lets S3 alone deliver inventories, of this vault of this account, under their prefix", () => {
    const inventory = { bucketArn: "arn:aws:s3:::acme-vault", prefix: "inventory" };
    const document = vaultOperationsBucketPolicy({ ...args, inventory });
    expect(statement(document, "AllowInventories")).to.deep.equal({
      Sid: "AllowInventories",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::acme-vault-ops/inventory/*",
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::acme-vault" },
        StringEquals: { "aws:SourceAccount": "222222222222" },
      },
    });
    expect(sids(document).filter((sid) => sid !== "AllowInventories")).to.deep.equal(
      sids(vaultOperationsBucketPolicy(args)),
    );
  });

  it("lets a pilot's versions go where there is no break-glass role, and no other's", () => {
    expect(sids(vaultOperationsBucketPolicy({ ...args, isPilot: true }))).to.not.include(
      "DenyVersionDeletion",
    );
    expect(
      statement(vaultOperationsBucketPolicy(args), "DenyVersionDeletion"),
    ).to.not.have.property("Condition");
    const guarded = vaultOperationsBucketPolicy({ ...args, isPilot: true, breakGlassRoleArn });
    expect(statement(guarded, "DenyVersionDeletion").Condition).to.deep.equal({
      ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn },
    });
  });

  it("leaves its configuration to the break-glass role, replication out of it too", () => {
    const guarded = vaultOperationsBucketPolicy({ ...args, breakGlassRoleArn });
    const { Action } = statement(guarded, "DenyConfigurationChange");
    expect(Action).to.include.members([
      "s3:PutBucketPolicy",
      "s3:PutBucketObjectLockConfiguration",
      "s3:PutReplicationConfiguration",
    ]);
    expect(sids(vaultOperationsBucketPolicy(args))).to.not.include("DenyConfigurationChange");
  });
});
