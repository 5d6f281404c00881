/**
 * Policies word for word: the documents that guard data, each statement with every member. A statement that loses an action,
 * its condition or its resource looks whole to every test that asks for a part of it.
 */

import { expect } from "chai";
import {
  alarmTopicKeyPolicy,
  alarmTopicPolicy,
  batchRolePolicy,
  isOurVaultSid,
  operationsBucketPolicy,
  replicationRolePolicy,
  sourceKeyPolicy,
  vaultBucketPolicy,
  vaultKeyPolicy,
  vaultOperationsBucketPolicy,
} from "../../components/policy-documents";
import { oneOrMore } from "../../components/policy-documents/policy-document";
import { OUR_VAULT_SIDS } from "../../components/policy-documents/vault-bucket-policy";

const roleArn = "arn:aws:iam::111111111111:role/replicator";
const breakGlassRoleArn = "arn:aws:iam::222222222222:role/break-glass";
const exceptBreakGlass = { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } };

const WRITES = [
  "s3:PutObject",
  "s3:PutObjectAcl",
  "s3:PutObjectVersionAcl",
  "s3:PutObjectTagging",
  "s3:PutObjectVersionTagging",
  "s3:DeleteObjectTagging",
  "s3:DeleteObjectVersionTagging",
  "s3:UpdateObjectEncryption",
  "s3:PutObjectAnnotation",
  "s3:PutObjectVersionAnnotation",
  "s3:DeleteObjectAnnotation",
  "s3:DeleteObjectVersionAnnotation",
];
const REPLICATES = [
  "s3:ReplicateObject",
  "s3:ReplicateDelete",
  "s3:ReplicateTags",
  "s3:ReplicateObjectAnnotation",
];
const CONFIGURES = [
  "s3:PutBucketPolicy",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
  "s3:PutEncryptionConfiguration",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketAcl",
  "s3:DeleteBucket",
  "s3:PutBucketRequestPayment",
  "s3:PutIntelligentTieringConfiguration",
  "s3:PutReplicationConfiguration",
];
const holdTakenOff = {
  ...exceptBreakGlass,
  StringEquals: { "s3:object-lock-legal-hold": "OFF" },
};

const denyAll = (bucketArn: string) => ({
  insecure: {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
  objects: (Sid: string, Action: string | string[], Condition?: object) => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: `${bucketArn}/*`,
    ...(Condition && { Condition }),
  }),
  configuration: {
    Sid: "DenyConfigurationChange",
    Effect: "Deny",
    Principal: "*",
    Action: CONFIGURES,
    Resource: bucketArn,
    Condition: exceptBreakGlass,
  },
});

const administeredBy = (Sid: string, accountId: string) => ({
  Sid,
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: "kms:*",
  Resource: "*",
});

describe("policies, word for word", () => {
  const vault = {
    bucketArn: "arn:aws:s3:::acme-vault",
    replicationRoleArns: [roleArn],
    deleteMarkers: true,
    ownerOverride: true,
    isPilot: false,
    isChained: false,
    maximumRetentionDays: 400,
    minimumRetentionDays: 30,
    breakGlassRoleArn,
  };

  it("a vault's bucket, with every option", () => {
    const { configuration, insecure, objects } = denyAll("arn:aws:s3:::acme-vault");
    const locking = ["s3:ReplicateObject", "s3:PutObjectRetention"];
    const days = "s3:object-lock-remaining-retention-days";
    const wanted = [
      {
        Sid: "AllowReplicas",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: [
          "s3:ReplicateObject",
          "s3:ReplicateTags",
          "s3:ReplicateDelete",
          "s3:ObjectOwnerOverrideToBucketOwner",
        ],
        Resource: "arn:aws:s3:::acme-vault/*",
        Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } },
      },
      insecure,
      objects("DenyOtherReplicators", REPLICATES, {
        ArnNotEquals: { "aws:PrincipalArn": roleArn },
      }),
      objects("DenyDirectWrites", WRITES),
      objects("DenyHidingVersions", "s3:DeleteObject"),
      objects("DenyGovernanceBypass", "s3:BypassGovernanceRetention"),
      objects("DenyVersionDeletion", "s3:DeleteObjectVersion", exceptBreakGlass),
      objects("DenyLegalHoldRemoval", "s3:PutObjectLegalHold", holdTakenOff),
      objects("DenyLongRetention", locking, { NumericGreaterThan: { [days]: "400" } }),
      objects("DenyLongEventHold", locking, {
        NumericGreaterThan: { "s3:object-lock-event-hold-duration-days": "400" },
      }),
      objects("DenyShortRetention", "s3:ReplicateObject", { NumericLessThan: { [days]: "30" } }),
      configuration,
    ];
    expect(vaultBucketPolicy(vault).Statement).to.deep.equal(wanted);
  });

  const relock = {
    roleArn: "arn:aws:iam::222222222222:role/lockstep-relock-acme-vault",
    modes: ["COMPLIANCE"],
    mayBypass: true,
    minimumDays: 23,
  } as const;

  it("a vault's bucket with a relock role: what it alone may, and what is refused to it", () => {
    const { Statement } = vaultBucketPolicy({ ...vault, relock });
    const { objects } = denyAll("arn:aws:s3:::acme-vault");
    const days = "s3:object-lock-remaining-retention-days";
    const ofRole = { ArnEquals: { "aws:PrincipalArn": relock.roleArn } };
    const named = (sid: string) => Statement.find(({ Sid }) => Sid === sid);
    expect(named("DenyGovernanceBypass")).to.deep.equal(
      objects("DenyGovernanceBypass", "s3:BypassGovernanceRetention", {
        ArnNotEquals: { "aws:PrincipalArn": relock.roleArn },
      }),
    );
    expect(named("DenyRelockDeletion")).to.deep.equal({
      ...objects(
        "DenyRelockDeletion",
        [
          "s3:Delete*",
          "s3:PutBucket*",
          "s3:PutLifecycleConfiguration",
          "s3:PutObjectLegalHold",
          "s3:PutReplicationConfiguration",
        ],
        ofRole,
      ),
      Resource: ["arn:aws:s3:::acme-vault", "arn:aws:s3:::acme-vault/*"],
    });
    const retention = "s3:PutObjectRetention";
    expect(named("DenyRelockMode")).to.deep.equal(
      objects("DenyRelockMode", retention, {
        ...ofRole,
        StringNotEquals: { "s3:object-lock-mode": "COMPLIANCE" },
      }),
    );
    expect(named("DenyRelockShort")).to.deep.equal(
      objects("DenyRelockShort", retention, { ...ofRole, NumericLessThan: { [days]: "23" } }),
    );
    expect(named("DenyRelockRemoval")).to.deep.equal(
      objects("DenyRelockRemoval", retention, { ...ofRole, Null: { [days]: "true" } }),
    );
    const without = vaultBucketPolicy({ ...vault, relock: { ...relock, mayBypass: false } });
    expect(
      without.Statement.find(({ Sid }) => Sid === "DenyGovernanceBypass"),
    ).to.not.have.property("Condition");
  });

  const checksumRoleArn = "arn:aws:iam::222222222222:role/lockstep-checksum-vault-acme-vault";

  it("a vault's bucket with a role that reads for checksums: what is refused to it, and to nobody else", () => {
    const { Statement } = vaultBucketPolicy({ ...vault, checksumRoleArn });
    expect(Statement.filter(({ Sid }) => Sid !== "DenyChecksumRoleChanges")).to.deep.equal(
      vaultBucketPolicy(vault).Statement,
    );
    expect(Statement.find(({ Sid }) => Sid === "DenyChecksumRoleChanges")).to.deep.equal({
      Sid: "DenyChecksumRoleChanges",
      Effect: "Deny",
      Principal: "*",
      Action: [
        "s3:AbortMultipartUpload",
        "s3:BypassGovernanceRetention",
        "s3:Delete*",
        "s3:InitiateReplication",
        "s3:ObjectOwnerOverrideToBucketOwner",
        "s3:Put*",
        "s3:Replicate*",
        "s3:RestoreObject",
        "s3:UpdateObjectEncryption",
      ],
      Resource: ["arn:aws:s3:::acme-vault", "arn:aws:s3:::acme-vault/*"],
      Condition: { ArnEquals: { "aws:PrincipalArn": checksumRoleArn } },
    });
  });

  it("a vault's bucket without a break-glass role: nobody deletes a version, and the account's own policies guard the rest", () => {
    const { Statement } = vaultBucketPolicy({ ...vault, breakGlassRoleArn: undefined });
    const { objects } = denyAll("arn:aws:s3:::acme-vault");
    expect(Statement.find(({ Sid }) => Sid === "DenyVersionDeletion")).to.deep.equal(
      objects("DenyVersionDeletion", "s3:DeleteObjectVersion"),
    );
    expect(Statement.map(({ Sid }) => Sid)).to.not.include("DenyConfigurationChange");
  });

  it("a vault's bucket in a chain: its replication alone may be configured", () => {
    const { Statement } = vaultBucketPolicy({ ...vault, isChained: true });
    expect(Statement.find(({ Sid }) => Sid === "DenyConfigurationChange")?.Action).to.deep.equal(
      CONFIGURES.filter((action) => action !== "s3:PutReplicationConfiguration"),
    );
  });

  it("a vault's bucket has no statement whose name is not known as ours, and each name is in use", () => {
    const all = vaultBucketPolicy({ ...vault, relock, checksumRoleArn });
    const sids = all.Statement.map(({ Sid }) => Sid);
    expect([...sids].sort()).to.deep.equal([...OUR_VAULT_SIDS].sort());
    for (const theirs of ["xAllowReplicasOf111111111111", "AllowReplicasOf1111111111112"]) {
      expect(isOurVaultSid(theirs), theirs).to.equal(false);
    }
  });

  it("the bucket beside a vault", () => {
    const { configuration, insecure, objects } = denyAll("arn:aws:s3:::acme-ops");
    const document = vaultOperationsBucketPolicy({
      bucketArn: "arn:aws:s3:::acme-ops",
      accountId: "222222222222",
      isPilot: false,
      breakGlassRoleArn,
    });
    expect(document.Statement).to.deep.equal([
      insecure,
      objects("DenyWritesOfOthers", WRITES, {
        StringNotEquals: { "aws:PrincipalAccount": "222222222222" },
        Bool: { "aws:PrincipalIsAWSService": "false" },
      }),
      objects("DenyReplicas", REPLICATES),
      objects("DenyHidingVersions", "s3:DeleteObject"),
      objects("DenyGovernanceBypass", "s3:BypassGovernanceRetention"),
      objects("DenyVersionDeletion", "s3:DeleteObjectVersion", exceptBreakGlass),
      objects("DenyLegalHoldRemoval", "s3:PutObjectLegalHold", holdTakenOff),
      configuration,
    ]);
  });

  it("the bucket beside a vault without a break-glass role: nobody may take a hold off", () => {
    const { Statement } = vaultOperationsBucketPolicy({
      bucketArn: "arn:aws:s3:::acme-ops",
      accountId: "222222222222",
      isPilot: false,
    });
    const removal = Statement.find(({ Sid }) => Sid === "DenyLegalHoldRemoval");
    expect(removal?.Condition).to.deep.equal({
      StringEquals: { "s3:object-lock-legal-hold": "OFF" },
    });
  });

  it("the source's operations bucket", () => {
    expect(operationsBucketPolicy("arn:aws:s3:::acme-ops").Statement).to.deep.equal([
      denyAll("arn:aws:s3:::acme-ops").insecure,
    ]);
  });

  it("a vault's key: with a break-glass role nobody else loses it", () => {
    const args = {
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: [roleArn],
    };
    const open = vaultKeyPolicy(args).Statement;
    expect(open.map(({ Sid }) => Sid)).to.deep.equal([
      "AdministeredByVaultAccount",
      "UsedByReplication",
    ]);
    expect(open[0]).to.deep.equal(administeredBy("AdministeredByVaultAccount", "222222222222"));
    expect(vaultKeyPolicy({ ...args, breakGlassRoleArn }).Statement).to.deep.equal([
      ...open,
      {
        Sid: "DenyKeyLoss",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: [
          "kms:ScheduleKeyDeletion",
          "kms:DisableKey",
          "kms:PutKeyPolicy",
          "kms:DisableKeyRotation",
          "kms:DeleteImportedKeyMaterial",
        ],
        Resource: "*",
        Condition: exceptBreakGlass,
      },
    ]);
  });

  it("keys of a source and of the alarms' topic", () => {
    const place = { accountId: "111111111111", region: "eu-west-1" };
    expect(sourceKeyPolicy(place).Statement).to.deep.equal([
      administeredBy("AdministeredBySourceAccount", "111111111111"),
    ]);
    expect(alarmTopicKeyPolicy(place).Statement).to.deep.equal([
      administeredBy("AdministeredByAccount", "111111111111"),
      {
        Sid: "UsedByPublishers",
        Effect: "Allow",
        Principal: {
          Service: ["s3.amazonaws.com", "events.amazonaws.com", "cloudwatch.amazonaws.com"],
        },
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: "*",
      },
    ]);
  });

  it("the role of a job", () => {
    const document = batchRolePolicy({
      sourceBucketArn: "arn:aws:s3:::acme-records",
      operationsBucketArn: "arn:aws:s3:::acme-ops",
      manifestPrefix: "manifests",
      reportPrefix: "reports",
    });
    const manifests = "arn:aws:s3:::acme-ops/manifests/*";
    expect(document.Statement).to.deep.equal([
      {
        Sid: "StartReplication",
        Effect: "Allow",
        Action: "s3:InitiateReplication",
        Resource: "arn:aws:s3:::acme-records/*",
      },
      {
        Sid: "ListSource",
        Effect: "Allow",
        Action: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
        Resource: "arn:aws:s3:::acme-records",
      },
      {
        Sid: "ReadManifest",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: manifests,
      },
      {
        Sid: "WriteManifestAndReport",
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: [manifests, "arn:aws:s3:::acme-ops/reports/*"],
      },
    ]);
  });

  it("the role of replication: ownership and keys only where they are named", () => {
    const target = (bucketName: string, kmsKeyArns: string[], ownerOverride: boolean) => ({
      bucketName,
      region: "eu-central-1",
      kmsKeyArns,
      deleteMarkers: false,
      ownerOverride,
    });
    const { Statement } = replicationRolePolicy({
      source: {
        bucketName: "acme-records",
        region: "eu-west-1",
        accountId: "111111111111",
        sseKmsEncryptedObjects: true,
        kmsKeyArns: ["old-key", "new-key"],
      },
      targets: [target("near", [], false), target("far", ["key-1", "key-2"], true)],
    });
    expect(Statement.map(({ Sid }) => Sid)).to.deep.equal([
      "ReadSourceConfiguration",
      "ReadSourceVersions",
      "WriteReplicas",
      "HandOverOwnership",
      "ReadSourceKeys",
      "WriteUnderVaultKey1",
    ]);
    expect(Statement[3]).to.deep.equal({
      Sid: "HandOverOwnership",
      Effect: "Allow",
      Action: "s3:ObjectOwnerOverrideToBucketOwner",
      Resource: ["arn:aws:s3:::far/*"],
    });
    expect(Statement[4]?.Resource).to.deep.equal(["old-key", "new-key"]);
    expect(Statement[5]?.Resource).to.deep.equal(["key-1", "key-2"]);
  });

  it("statements of the alarms' topic have names that say whose they are", () => {
    const document = alarmTopicPolicy({
      accountId: "111111111111",
      region: "eu-west-1",
      topicArn: "arn:aws:sns:eu-west-1:111111111111:topic",
    });
    expect(document.Statement.map(({ Sid }) => Sid)).to.deep.equal([
      "EventsOfReplication",
      "AlarmsOfReplication",
      "EventsOfBatchJobs",
    ]);
  });

  it("a list of one is written as AWS writes it, and an empty one stays a list", () => {
    expect([oneOrMore(["a"]), oneOrMore(["a", "b"]), oneOrMore([])]).to.deep.equal([
      "a",
      ["a", "b"],
      [],
    ]);
  });
});
