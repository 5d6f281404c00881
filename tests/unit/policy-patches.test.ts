/** The statements that a report names for what S3 was refused: those of the policies that Lockstep deploys, for the role, the bucket and the key. */

import { expect } from "chai";
import { replicationRolePolicy } from "../../components/policy-documents/replication-role-policy";
import { vaultKeyPolicy } from "../../components/policy-documents/vault-key-policy";
import type { CauseFields } from "../../automation/report/fields";
import { summarizeLook } from "../../automation/report/summarize-look";
import { versionName } from "../../automation/proof/source-versions";
import type { Look } from "../../automation/look/look";
import { judged, lookOf } from "../helpers/looks";

const ROLE = "arn:aws:iam::111111111111:role/r";
const BATCH_ROLE = "arn:aws:iam::111111111111:role/b";
const SOURCE_KEY = "arn:aws:kms:eu-west-1:111111111111:key/s";
const VAULT_KEY = "arn:aws:kms:eu-central-1:222222222222:key/v";

const WRITE_KEY = ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"];

/** A look at one version that is missing at a vault with a key of its own. */
function lookWith(kmsKeyArn: string | undefined, more: Partial<Look> = {}): Look {
  const traits = {
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    vaults: [{ vault: "primary", rule: "all" }],
  };
  const look = lookOf([judged("k", "missing", { traits })], more);
  const [vault] = look.promise.vaults.values();
  if (vault === undefined) throw new Error("no vault");
  const [rule] = look.promise.rules;
  if (rule === undefined) throw new Error("no rule");
  const promise = {
    ...look.promise,
    rules: [{ ...rule, sseKmsEncryptedObjects: true }],
    vaults: new Map([["primary", { ...vault, kmsKeyArn: VAULT_KEY }]]),
  };
  return { ...look, promise, ...more };
}

function causeOf(code: string, look: Look): CauseFields {
  const name = versionName({ key: "k", versionId: "version-of-k" });
  const [cause] = summarizeLook(look, new Map([[name, code]])).causes;
  if (cause === undefined) throw new Error("no cause");
  return cause;
}

const patchesOf = (code: string, look = lookWith(SOURCE_KEY)) => causeOf(code, look).patches ?? [];
const placesOf = (code: string, look?: Look) =>
  patchesOf(code, look).map(({ account, on, policy }) => [account, policy, on]);

const throughSource = {
  StringLike: {
    "kms:ViaService": "s3.eu-west-1.amazonaws.com",
    "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::source", "arn:aws:s3:::source/*"],
  },
};
const throughVault = {
  StringLike: {
    "kms:ViaService": "s3.eu-central-1.amazonaws.com",
    "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::vault", "arn:aws:s3:::vault/*"],
  },
};

describe("the statements for what S3 was refused", () => {
  it("are for the source's key too, where a version is under one", () => {
    const patches = patchesOf("SrcGetObjectNotPermitted");
    expect(placesOf("SrcGetObjectNotPermitted")).to.deep.equal([
      ["111111111111", "role", ROLE],
      ["111111111111", "role", ROLE],
      ["111111111111", "key", SOURCE_KEY],
    ]);
    expect(patches.map(({ statement }) => statement)).to.deep.equal([
      {
        Effect: "Allow",
        Action: "s3:GetObjectVersionForReplication",
        Resource: "arn:aws:s3:::source/*",
      },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: SOURCE_KEY,
        Condition: throughSource,
      },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Principal: { AWS: ROLE },
        Resource: "*",
        Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
      },
    ]);
    expect(causeOf("SrcGetObjectNotPermitted", lookWith(SOURCE_KEY)).patch).to.deep.equal(
      patches[0]?.statement,
    );
  });

  it("speak of no key of the source for a version under none", () => {
    expect(placesOf("SrcGetObjectNotPermitted", lookWith(undefined))).to.deep.equal([
      ["111111111111", "role", ROLE],
    ]);
  });

  it("leave the source's keys open where nobody looked under which versions are, and a rule takes such versions", () => {
    const listed = lookWith(undefined, { level: "listing" });
    expect(patchesOf("SrcGetObjectNotPermitted", listed).slice(1)).to.deep.equal([
      {
        account: "111111111111",
        policy: "role",
        on: ROLE,
        statement: {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: "arn:aws:kms:eu-west-1:111111111111:key/*",
          Condition: throughSource,
        },
      },
    ]);
    const { promise } = listed;
    const rules = promise.rules.map((rule) => ({ ...rule, sseKmsEncryptedObjects: false }));
    const none = { ...listed, promise: { ...promise, rules } };
    expect(patchesOf("SrcGetObjectNotPermitted", none)).to.have.length(1);
  });

  it("are for the bucket, the role and the key where S3 may not write into the vault", () => {
    const patches = patchesOf("DstPutObjectNotPermitted");
    expect(placesOf("DstPutObjectNotPermitted")).to.deep.equal([
      ["222222222222", "bucket", "arn:aws:s3:::vault"],
      ["111111111111", "role", ROLE],
      ["222222222222", "key", VAULT_KEY],
      ["111111111111", "role", ROLE],
    ]);
    const Action = [
      "s3:ReplicateObject",
      "s3:ReplicateTags",
      "s3:ObjectOwnerOverrideToBucketOwner",
    ];
    const Resource = "arn:aws:s3:::vault/*";
    expect(patches.map(({ statement }) => statement)).to.deep.equal([
      { Effect: "Allow", Action, Principal: { AWS: ROLE }, Resource },
      { Effect: "Allow", Action, Resource },
      {
        Effect: "Allow",
        Action: WRITE_KEY,
        Principal: { AWS: ROLE },
        Resource: "*",
        Condition: { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } },
      },
      { Effect: "Allow", Action: WRITE_KEY, Resource: VAULT_KEY, Condition: throughVault },
    ]);
  });

  it("are of a rule's own key in place of the vault's", () => {
    const own = "arn:aws:kms:eu-central-1:333333333333:key/own";
    const look = lookWith(SOURCE_KEY);
    const { promise } = look;
    const rules = promise.rules.map((rule) => ({ ...rule, replicaKmsKeyId: own }));
    const patches = patchesOf("DstMultipartInitNotPermitted", {
      ...look,
      promise: { ...promise, rules },
    });
    expect(patches[2]).to.deep.include({ account: "333333333333", on: own });
    expect(patches[3]?.statement).to.deep.include({ Resource: own });
  });

  it("speak of no key where a code is about none, and of none where there is none", () => {
    expect(placesOf("DstPutTaggingNotPermitted").map(([, policy]) => policy)).to.deep.equal([
      "bucket",
      "role",
    ]);
    expect(placesOf("DstPutObjectNotPermitted", lookOf([judged("k", "missing")]))).to.have.length(
      2,
    );
    expect(placesOf("InitiateReplicationNotPermitted")).to.deep.equal([
      ["111111111111", "role", BATCH_ROLE],
    ]);
    expect(causeOf("DstBucketNotFound", lookWith(SOURCE_KEY))).not.to.have.any.keys(
      "patch",
      "patches",
    );
  });

  it("agree with the policies that Lockstep deploys", () => {
    const { Statement } = replicationRolePolicy({
      source: {
        bucketName: "source",
        region: "eu-west-1",
        accountId: "111111111111",
        sseKmsEncryptedObjects: true,
        kmsKeyArns: [SOURCE_KEY],
      },
      targets: [
        {
          bucketName: "vault",
          region: "eu-central-1",
          kmsKeyArns: [VAULT_KEY],
          deleteMarkers: false,
          ownerOverride: false,
        },
      ],
    });
    const deployed = (sid: string) => {
      const found = Statement.find(({ Sid }) => Sid === sid);
      return { Action: found?.Action, Condition: found?.Condition };
    };
    const [, , ofKey, ofRole] = patchesOf("DstPutObjectNotPermitted");
    const [, reading] = patchesOf("SrcGetObjectNotPermitted");
    expect(ofRole?.statement).to.deep.include(deployed("WriteUnderVaultKey0"));
    const read = deployed("ReadSourceKeys");
    expect(reading?.statement).to.deep.include({ Condition: read.Condition, Action: read.Action });
    const { Statement: keyStatements } = vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: [ROLE],
    });
    const used = keyStatements.find(({ Sid }) => Sid === "UsedByReplication");
    expect(ofKey?.statement).to.deep.include({ Action: used?.Action, Resource: used?.Resource });
    expect(used?.Condition).to.deep.include(ofKey?.statement["Condition"] as object);
  });
});

describe("statements for a version that a sample looked at in full", () => {
  it("name its key; those for one that was listed alone do not", () => {
    const sampled = (isSampled: boolean): Look => {
      const look = lookWith(SOURCE_KEY, { level: "sample" });
      return { ...look, versions: [...look.versions].map((one) => ({ ...one, isSampled })) };
    };
    const keysOf = (look: Look) =>
      placesOf("SrcGetObjectNotPermitted", look).filter(([, policy]) => policy === "key");
    expect(keysOf(sampled(true))).to.deep.equal([["111111111111", "key", SOURCE_KEY]]);
    expect(keysOf(sampled(false))).to.deep.equal([]);
  });
});
