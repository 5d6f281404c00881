/** The policy of a vault as a document. That AWS evaluates it as meant is for tests/vault-policies and the roads. */

import { expect } from "chai";
import {
  isOurVaultSid,
  type PolicyDocument,
  vaultBucketPolicy,
} from "../../components/policy-documents";
import { statement, roleArn, breakGlassRoleArn } from "./policy-statements";

describe("policy documents: vault bucket", () => {
  const args = {
    bucketArn: "arn:aws:s3:::acme-vault",
    replicationRoleArns: [roleArn],
    deleteMarkers: false,
    ownerOverride: false,
    isPilot: false,
    isChained: false,
    maximumRetentionDays: 3650,
  };
  let document: PolicyDocument;
  beforeEach(() => {
    document = vaultBucketPolicy(args);
  });

  it("names the source account as principal and the role by condition, so that no dead principal can be left", () => {
    expect(statement(document, "AllowReplicas")).to.deep.equal({
      Sid: "AllowReplicas",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: "arn:aws:s3:::acme-vault/*",
      Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } },
    });
    expect(document.Statement.filter(({ Effect }) => Effect === "Allow")).to.have.length(1);
  });

  it("lets each source account in by a statement of its own, so that no list of principals can come back turned around", () => {
    const roles = ["333333333333", "111111111111"].map(
      (account) => `arn:aws:iam::${account}:role/replicator`,
    );
    const second = "arn:aws:iam::111111111111:role/another";
    const several = vaultBucketPolicy({ ...args, replicationRoleArns: [...roles, second] });
    const allowing = several.Statement.filter(({ Effect }) => Effect === "Allow");
    expect(
      allowing.map(({ Condition, Principal, Sid }) => ({ Sid, Principal, Condition })),
    ).to.deep.equal([
      {
        Sid: "AllowReplicasOf111111111111",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Condition: { ArnEquals: { "aws:PrincipalArn": [second, roles[1]] } },
      },
      {
        Sid: "AllowReplicasOf333333333333",
        Principal: { AWS: "arn:aws:iam::333333333333:root" },
        Condition: { ArnEquals: { "aws:PrincipalArn": roles[0] } },
      },
    ]);
    for (const { Sid } of several.Statement) expect(isOurVaultSid(Sid), Sid).to.equal(true);
    for (const theirs of ["Theirs", "AllowReplicasOfOthers", undefined]) {
      expect(isOurVaultSid(theirs), theirs).to.equal(false);
    }
  });

  it("is the same text whatever the order of the sources", () => {
    const roles = ["333333333333", "111111111111", "444444444444"].map(
      (account) => `arn:aws:iam::${account}:role/replicator`,
    );
    const turned = { ...args, replicationRoleArns: [...roles].reverse() };
    expect(vaultBucketPolicy({ ...args, replicationRoleArns: roles })).to.deep.equal(
      vaultBucketPolicy(turned),
    );
  });

  it("takes delete markers only when a rule replicates them", () => {
    const marked = vaultBucketPolicy({ ...args, deleteMarkers: true });
    expect(statement(marked, "AllowReplicas").Action).to.include("s3:ReplicateDelete");
    expect(statement(document, "AllowReplicas").Action).to.not.include("s3:ReplicateDelete");
  });

  it("refuses everybody else to replicate, and everybody to write, hide or bypass", () => {
    expect(statement(document, "DenyOtherReplicators")).to.deep.include({
      Principal: "*",
      Action: [
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
        "s3:ReplicateObjectAnnotation",
      ],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": roleArn } },
    });
    for (const sid of ["DenyDirectWrites", "DenyHidingVersions", "DenyGovernanceBypass"]) {
      expect(statement(document, sid)).to.include({ Effect: "Deny", Principal: "*" });
      expect(statement(document, sid)).to.not.have.property("Condition");
    }
    expect(statement(document, "DenyDirectWrites").Action).to.include("s3:PutObject");
    expect(statement(document, "DenyHidingVersions").Action).to.equal("s3:DeleteObject");
    expect(statement(document, "DenyGovernanceBypass").Action).to.equal(
      "s3:BypassGovernanceRetention",
    );
  });

  it("refuses nothing that deploying, holding or extending needs, while no break-glass role is named", () => {
    const actions = document.Statement.filter(
      ({ Effect, Sid }) => Effect === "Deny" && Sid !== "DenyInsecureTransport",
    ).flatMap(({ Action }) => Action);
    for (const action of actions) expect(action).to.not.match(/Bucket|\*|Configuration/);
    // Extending is refused beyond the maximum alone.
    const extending = document.Statement.filter(({ Action }) =>
      [Action].flat().includes("s3:PutObjectRetention"),
    );
    expect(extending.map(({ Sid }) => Sid)).to.deep.equal([
      "DenyLongRetention",
      "DenyLongEventHold",
    ]);
    expect(statement(document, "DenyLegalHoldRemoval").Condition).to.deep.equal({
      StringEquals: { "s3:object-lock-legal-hold": "OFF" },
    });
  });

  it("lets a pilot's versions go when their day is over, and no other's", () => {
    expect(statement(document, "DenyVersionDeletion")).to.include({ Principal: "*" });
    const pilot = vaultBucketPolicy({ ...args, isPilot: true });
    expect(pilot.Statement.map(({ Sid }) => Sid)).to.not.include("DenyVersionDeletion");
    // With a break-glass role there is somebody to clean up, and nobody else may.
    const guarded = vaultBucketPolicy({ ...args, isPilot: true, breakGlassRoleArn });
    expect(statement(guarded, "DenyVersionDeletion").Condition).to.deep.equal({
      ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn },
    });
  });

  it("leaves the guard, expired versions and holds to the break-glass role alone", () => {
    const locked = vaultBucketPolicy({ ...args, breakGlassRoleArn });
    const exceptBreakGlass = { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } };
    const guard = statement(locked, "DenyConfigurationChange");
    expect(guard).to.deep.include({
      Principal: "*",
      Resource: "arn:aws:s3:::acme-vault",
      Condition: exceptBreakGlass,
    });
    expect(guard.Action).to.include.members([
      "s3:PutBucketPolicy",
      "s3:DeleteBucketPolicy",
      "s3:PutBucketObjectLockConfiguration",
      "s3:PutBucketVersioning",
      "s3:PutLifecycleConfiguration",
      "s3:PutEncryptionConfiguration",
      "s3:PutReplicationConfiguration",
    ]);
    expect(statement(locked, "DenyVersionDeletion").Condition).to.deep.equal(exceptBreakGlass);
    expect(statement(locked, "DenyLegalHoldRemoval").Condition).to.deep.equal({
      ...exceptBreakGlass,
      StringEquals: { "s3:object-lock-legal-hold": "OFF" },
    });
    expect(statement(locked, "DenyGovernanceBypass")).to.not.have.property("Condition");
  });

  it("refuses locks above the maximum, the break-glass role's too, and those below a floor that is asked for", () => {
    const limited = vaultBucketPolicy({
      ...args,
      breakGlassRoleArn,
      maximumRetentionDays: 400,
      minimumRetentionDays: 30,
    });
    expect(statement(limited, "DenyLongRetention")).to.deep.equal({
      Sid: "DenyLongRetention",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:ReplicateObject", "s3:PutObjectRetention"],
      Resource: "arn:aws:s3:::acme-vault/*",
      Condition: { NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "400" } },
    });
    expect(statement(limited, "DenyLongEventHold").Condition).to.deep.equal({
      NumericGreaterThan: { "s3:object-lock-event-hold-duration-days": "400" },
    });
    expect(statement(limited, "DenyShortRetention")).to.deep.include({
      Action: "s3:ReplicateObject",
      Condition: { NumericLessThan: { "s3:object-lock-remaining-retention-days": "30" } },
    });
    expect(document.Statement.map(({ Sid }) => Sid)).to.not.include("DenyShortRetention");
  });

  it("names a key of event holds in the one partition alone that documents it: S3 refuses a policy with an unknown one", () => {
    const china = vaultBucketPolicy({ ...args, bucketArn: "arn:aws-cn:s3:::acme-vault" });
    const sids = china.Statement.map(({ Sid }) => Sid);
    expect(sids).to.include("DenyLongRetention").and.not.include("DenyLongEventHold");
  });

  it("lets the next hop of a chain be deployed from a vault that is locked down", () => {
    const chained = vaultBucketPolicy({ ...args, breakGlassRoleArn, isChained: true });
    expect(statement(chained, "DenyConfigurationChange").Action).to.not.include(
      "s3:PutReplicationConfiguration",
    );
  });

  it("refuses what comes without TLS, on the bucket and its objects", () => {
    expect(statement(document, "DenyInsecureTransport")).to.deep.include({
      Action: "s3:*",
      Resource: ["arn:aws:s3:::acme-vault", "arn:aws:s3:::acme-vault/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("does not take a user or a misspelt ARN for a role", () => {
    for (const arn of ["arn:aws:iam::111111111111:user/eve", "lockstep"]) {
      expect(() => vaultBucketPolicy({ ...args, replicationRoleArns: [arn] })).to.throw(
        RangeError,
        /ARN of a role/,
      );
    }
  });
});
