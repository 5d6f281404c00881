/**
 * The policies as documents. What these tests do not prove: that AWS, or the sandbox, evaluates them as meant. The
 * integration tests replicate for real under them.
 */

import { expect } from "chai";
import {
  alarmTopicKeyPolicy,
  alarmTopicPolicy,
  batchRolePolicy,
  batchRoleTrust,
  isOurVaultSid,
  operationsBucketPolicy,
  type PolicyDocument,
  type PolicyStatement,
  replicationRolePolicy,
  replicationRoleTrust,
  vaultBucketPolicy,
  vaultKeyPolicy,
  vaultOperationsBucketPolicy,
} from "../../components/policy-documents";

const source = {
  bucketName: "acme-records",
  region: "eu-west-1",
  accountId: "111111111111",
  sseKmsEncryptedObjects: false,
  kmsKeyArns: [],
};
const encryptedSource = { ...source, sseKmsEncryptedObjects: true };
const roleArn = "arn:aws:iam::111111111111:role/lockstep-replication-acme-records";
const breakGlassRoleArn = "arn:aws:iam::222222222222:role/break-glass";
const keyArn = "arn:aws:kms:eu-central-1:222222222222:key/1234";
const target = {
  bucketName: "acme-vault",
  region: "eu-central-1",
  kmsKeyArns: [],
  deleteMarkers: false,
  ownerOverride: false,
};

function statement(document: PolicyDocument, sid: string): PolicyStatement {
  const found = document.Statement.find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`no statement ${sid}`);
  return found;
}

function actionsOf(document: PolicyDocument, effect: "Allow" | "Deny"): string[] {
  return document.Statement.filter(({ Effect }) => Effect === effect).flatMap(
    ({ Action }) => Action,
  );
}

/** Made within the tests: what a test covers is then known to a mutation run. */
const everyDocument: Record<string, () => PolicyDocument> = {
  replicationRoleTrust: () => replicationRoleTrust(),
  batchRoleTrust: () => batchRoleTrust(),
  replicationRolePolicy: () =>
    replicationRolePolicy({
      source: encryptedSource,
      targets: [{ ...target, kmsKeyArns: [keyArn], deleteMarkers: true, ownerOverride: true }],
    }),
  batchRolePolicy: () =>
    batchRolePolicy({
      sourceBucketArn: "arn:aws:s3:::acme-records",
      operationsBucketArn: "arn:aws:s3:::acme-ops",
      manifestPrefix: "manifests",
      reportPrefix: "reports",
    }),
  vaultBucketPolicy: () =>
    vaultBucketPolicy({
      bucketArn: "arn:aws:s3:::acme-vault",
      replicationRoleArns: [roleArn],
      deleteMarkers: true,
      ownerOverride: true,
      isPilot: false,
      isChained: false,
      maximumRetentionDays: 3650,
      breakGlassRoleArn,
    }),
  vaultKeyPolicy: () =>
    vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: [roleArn],
      breakGlassRoleArn,
    }),
  operationsBucketPolicy: () => operationsBucketPolicy("arn:aws:s3:::acme-ops"),
  vaultOperationsBucketPolicy: () =>
    vaultOperationsBucketPolicy({
      bucketArn: "arn:aws:s3:::acme-vault-ops",
      accountId: "222222222222",
      isPilot: false,
      breakGlassRoleArn,
    }),
};

describe("policy documents: all", () => {
  for (const [name, makeDocument] of Object.entries(everyDocument)) {
    it(`${name} has the current version and statement ids that IAM takes, each once`, () => {
      const document = makeDocument();
      const ids = document.Statement.map(({ Sid }) => Sid);
      expect(document.Version).to.equal("2012-10-17");
      expect(new Set(ids).size).to.equal(ids.length);
      for (const id of ids) expect(id).to.match(/^[A-Za-z0-9]+$/);
    });

    it(`${name} allows nobody "everybody", and nobody to delete, bypass or weaken`, () => {
      const document = makeDocument();
      for (const { Effect, Principal } of document.Statement) {
        if (Effect === "Allow") expect(Principal).to.not.equal("*");
      }
      const allowed = actionsOf(document, "Allow").join(" ");
      expect(allowed).to.not.match(
        /s3:(\*|DeleteObject|Bypass|PutBucket|PutObjectRetention|PutObjectLegalHold)/,
      );
    });
  }
});

describe("policy documents: topic of the alarms", () => {
  const place = { accountId: "111111111111", region: "eu-west-1" };
  const topicArn = "arn:aws:sns:eu-west-1:111111111111:topic";

  it("lets a service publish for resources of the topic's own account alone", () => {
    const document = alarmTopicPolicy({ ...place, topicArn });
    expect(
      document.Statement.map(({ Condition, Principal }) => ({ Principal, Condition })),
    ).to.deep.equal([
      {
        Principal: { Service: "s3.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } },
      },
      {
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:*" },
        },
      },
      {
        Principal: { Service: "events.amazonaws.com" },
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:events:eu-west-1:111111111111:rule/*" } },
      },
    ]);
    for (const { Action, Effect, Resource } of document.Statement) {
      expect({ Effect, Action, Resource }).to.deep.equal({
        Effect: "Allow",
        Action: "sns:Publish",
        Resource: topicArn,
      });
    }
  });

  it("lets them encrypt with its key, and nobody else", () => {
    const [administered, used] = alarmTopicKeyPolicy(place).Statement;
    expect(administered?.Principal).to.deep.equal({ AWS: "arn:aws:iam::111111111111:root" });
    expect(used).to.deep.include({
      Principal: {
        Service: ["s3.amazonaws.com", "events.amazonaws.com", "cloudwatch.amazonaws.com"],
      },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    });
  });
});

describe("policy documents: trust", () => {
  it("lets each service into its own role only, without a condition that nobody has seen hold", () => {
    for (const [document, service] of [
      [replicationRoleTrust(), "s3.amazonaws.com"],
      [batchRoleTrust(), "batchoperations.s3.amazonaws.com"],
    ] as const) {
      expect(document.Statement).to.deep.equal([
        {
          Sid: "AssumedByS3",
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sts:AssumeRole",
        },
      ]);
    }
  });
});

describe("policy documents: replication role", () => {
  it("reads the source and writes the vault, and no more, without keys and markers", () => {
    const document = replicationRolePolicy({ source, targets: [target] });
    expect(document.Statement).to.deep.equal([
      {
        Sid: "ReadSourceConfiguration",
        Effect: "Allow",
        Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        Resource: "arn:aws:s3:::acme-records",
      },
      {
        Sid: "ReadSourceVersions",
        Effect: "Allow",
        Action: [
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionTagging",
          "s3:GetObjectVersionAnnotationForReplication",
          "s3:GetObjectRetention",
          "s3:GetObjectLegalHold",
        ],
        Resource: "arn:aws:s3:::acme-records/*",
      },
      {
        Sid: "WriteReplicas",
        Effect: "Allow",
        Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
        Resource: ["arn:aws:s3:::acme-vault/*"],
      },
    ]);
  });

  it("writes delete markers only into the vaults that take them", () => {
    const far = { ...target, bucketName: "acme-far", deleteMarkers: true };
    const document = replicationRolePolicy({ source, targets: [target, far] });
    expect(statement(document, "WriteDeleteMarkers")).to.deep.include({
      Action: "s3:ReplicateDelete",
      Resource: ["arn:aws:s3:::acme-far/*"],
    });
    expect(statement(document, "WriteReplicas").Resource).to.have.length(2);
  });

  it("uses keys through S3 only, for one bucket only, with and without bucket keys", () => {
    const document = replicationRolePolicy({
      source: encryptedSource,
      targets: [{ ...target, kmsKeyArns: [keyArn] }],
    });
    expect(statement(document, "ReadSourceKeys")).to.deep.equal({
      Sid: "ReadSourceKeys",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:eu-west-1:111111111111:key/*",
      Condition: {
        StringLike: {
          "kms:ViaService": "s3.eu-west-1.amazonaws.com",
          "kms:EncryptionContext:aws:s3:arn": [
            "arn:aws:s3:::acme-records",
            "arn:aws:s3:::acme-records/*",
          ],
        },
      },
    });
    expect(statement(document, "WriteUnderVaultKey0")).to.deep.equal({
      Sid: "WriteUnderVaultKey0",
      Effect: "Allow",
      Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
      Resource: keyArn,
      Condition: {
        StringLike: {
          "kms:ViaService": "s3.eu-central-1.amazonaws.com",
          "kms:EncryptionContext:aws:s3:arn": [
            "arn:aws:s3:::acme-vault",
            "arn:aws:s3:::acme-vault/*",
          ],
        },
      },
    });
  });

  it("speaks the names of another partition", () => {
    const china = { ...encryptedSource, bucketName: "acme-cn", region: "cn-north-1" };
    const text = JSON.stringify(
      replicationRolePolicy({
        source: china,
        targets: [
          {
            bucketName: "v-cn",
            region: "cn-northwest-1",
            kmsKeyArns: ["k"],
            ownerOverride: false,
            deleteMarkers: false,
          },
        ],
      }),
    );
    expect(text).to.not.include("arn:aws:");
    expect(text).to.include("s3.cn-northwest-1.amazonaws.com.cn");
  });
});

describe("policy documents: batch role", () => {
  it("starts replication on objects, and writes only under its two prefixes", () => {
    const document = batchRolePolicy({
      sourceBucketArn: "arn:aws:s3:::acme-records",
      operationsBucketArn: "arn:aws:s3:::acme-ops",
      manifestPrefix: "manifests",
      reportPrefix: "reports",
    });
    expect(statement(document, "StartReplication").Resource).to.equal(
      "arn:aws:s3:::acme-records/*",
    );
    expect(statement(document, "ListSource")).to.deep.include({
      Action: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
      Resource: "arn:aws:s3:::acme-records",
    });
    expect(statement(document, "ReadManifest").Resource).to.equal(
      "arn:aws:s3:::acme-ops/manifests/*",
    );
    expect(statement(document, "WriteManifestAndReport").Resource).to.deep.equal([
      "arn:aws:s3:::acme-ops/manifests/*",
      "arn:aws:s3:::acme-ops/reports/*",
    ]);
    expect(actionsOf(document, "Allow").join(" ")).to.not.match(/Replicate(Object|Delete|Tags)/);
  });
});

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

describe("policy documents: vault key", () => {
  it("leaves administration to the vault account and use to the role, through S3 in the vault's Region", () => {
    const document = vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: [roleArn],
    });
    expect(statement(document, "AdministeredByVaultAccount").Principal).to.deep.equal({
      AWS: "arn:aws:iam::222222222222:root",
    });
    expect(statement(document, "UsedByReplication")).to.deep.equal({
      Sid: "UsedByReplication",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: {
        ArnEquals: { "aws:PrincipalArn": roleArn },
        StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" },
      },
    });
  });

  it("lets each source account in by a statement of its own", () => {
    const foreign = "arn:aws:iam::333333333333:role/replicator";
    const { Statement } = vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: [foreign, roleArn],
    });
    expect(Statement.slice(1).map(({ Principal, Sid }) => [Sid, Principal])).to.deep.equal([
      ["UsedByReplicationOf111111111111", { AWS: "arn:aws:iam::111111111111:root" }],
      ["UsedByReplicationOf333333333333", { AWS: "arn:aws:iam::333333333333:root" }],
    ]);
  });
});
