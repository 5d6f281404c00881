/** The policies as documents. What these tests do not prove: that AWS, or the sandbox, evaluates them as meant. The integration tests
 * replicate for real under them. */

import { expect } from "chai";
import {
  alarmTopicKeyPolicy,
  alarmTopicPolicy,
  batchRolePolicy,
  batchRoleTrust,
  operationsBucketPolicy,
  type PolicyDocument,
  replicationRolePolicy,
  replicationRoleTrust,
  vaultBucketPolicy,
  vaultKeyPolicy,
  vaultOperationsBucketPolicy,
} from "../../components/policy-documents";
import { statement, actionsOf, roleArn, breakGlassRoleArn } from "./policy-statements";

const source = {
  bucketName: "acme-records",
  region: "eu-west-1",
  accountId: "111111111111",
  sseKmsEncryptedObjects: false,
  kmsKeyArns: [],
};

const encryptedSource = { ...source, sseKmsEncryptedObjects: true };

const keyArn = "arn:aws:kms:eu-central-1:222222222222:key/1234";

const target = {
  bucketName: "acme-vault",
  region: "eu-central-1",
  kmsKeyArns: [],
  deleteMarkers: false,
  ownerOverride: false,
};

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
