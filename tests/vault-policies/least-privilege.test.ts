import { expect } from "chai";
import type { PolicyDocument } from "../../components/policy-documents";
import { annotationStatus } from "../../sandbox/src/services/s3/object/object-annotations";
import {
  BUCKET_ACTIONS,
  OBJECT_ACTIONS,
} from "../../sandbox/src/services/s3/access/policy-actions";
import { errorOf } from "../../sandbox/tests/batch/fixture";
import {
  batchPolicy,
  bucketPolicy,
  grantsOf,
  keyPolicy,
  LockedVaultFixture,
  type LockedVaultOptions,
  rolePolicy,
  VAULT_ARN,
  without,
} from "./locked-vault-fixture";
import {
  allow,
  BATCH_ROLE,
  OPERATIONS_BUCKET,
  REPLICATION_ROLE,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";
import { copied, HELD, RECORD } from "./vault-attacks";

/**
 * Every action that the policies allow is needed: taken away, a copy or a job fails for a reason that has a name. And nothing
 * else is allowed: of all actions of S3, and of those of KMS, IAM and STS that matter, exactly these.
 */

type Policy = "replicationRole" | "batchRole" | "vaultBucket" | "vaultKey";

const DOCUMENTS: Record<Policy, PolicyDocument> = {
  replicationRole: rolePolicy([`arn:aws:kms:${VAULT.region}:${VAULT.accountId}:key/1234`]),
  batchRole: batchPolicy(),
  vaultBucket: bucketPolicy(),
  vaultKey: keyPolicy(),
};

/** What happens in a fixture, and the code it fails with; undefined: all went well. */
type Scenario = (fixture: LockedVaultFixture) => string | undefined;

const live: Scenario = (fixture) => {
  copied(fixture);
  return fixture.failureCode(fixture.current(SOURCE_BUCKET, RECORD));
};

const markers: Scenario = (fixture) => {
  fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: RECORD });
  fixture.settle();
  return fixture.failureCode(fixture.current(SOURCE_BUCKET, RECORD));
};

const taggedLater: Scenario = (fixture) => {
  copied(fixture);
  const Tagging = { TagSet: [{ Key: "keep", Value: "longer" }] };
  fixture.call(SOURCE, "s3", "PutObjectTagging", { Bucket: SOURCE_BUCKET, Key: RECORD, Tagging });
  fixture.settle();
  return fixture.failureCode(fixture.current(SOURCE_BUCKET, RECORD));
};

/** The version arrives all the same: it is the annotation that has failed. */
const annotatedLater: Scenario = (fixture) => {
  copied(fixture);
  const target = { Bucket: SOURCE_BUCKET, Key: RECORD };
  const annotation = { AnnotationName: "note", AnnotationPayload: Buffer.from("a note") };
  fixture.call(SOURCE, "s3", "PutObjectAnnotation", { ...target, ...annotation });
  fixture.settle();
  const [kept] = fixture.current(SOURCE_BUCKET, RECORD).annotations?.values() ?? [];
  const status = kept && annotationStatus(kept);
  return status === "COMPLETED" ? undefined : `annotation ${status}`;
};

/** The failure of the job as a whole, else that of its first task. */
const backfill: Scenario = (fixture) => {
  const replication = fixture.call(SOURCE, "s3", "GetBucketReplication", { Bucket: SOURCE_BUCKET });
  fixture.call(SOURCE, "s3", "DeleteBucketReplication", { Bucket: SOURCE_BUCKET });
  copied(fixture);
  fixture.call(SOURCE, "s3", "PutBucketReplication", { Bucket: SOURCE_BUCKET, ...replication });
  const job = fixture.run();
  const [failure] = job.FailureReasons ?? [];
  if (failure !== undefined) return failure.FailureReason;
  return fixture.reportRows(job.JobId ?? "").find((row) => row[3] === "failed")?.[5];
};

const readByOwner: Scenario = (fixture) => {
  copied(fixture);
  const read = {
    service: "s3",
    operation: "GetObject",
    input: { Bucket: VAULT_BUCKET, Key: RECORD },
  } as const;
  const attempt = () => fixture.as("administrator of the vault account", read);
  try {
    attempt();
    return undefined;
  } catch {
    return errorOf(attempt).code;
  }
};

interface Need {
  readonly policy: Policy;
  readonly statement: string;
  readonly action: string;
  readonly scenario?: Scenario;
  readonly hasAcls?: boolean;
  readonly fails: string | RegExp;
}

const needs = (policy: Policy, statement: string, fails: Record<string, string | RegExp>): Need[] =>
  Object.entries(fails).map(([action, code]) => ({ policy, statement, action, fails: code }));

const NO_WRITE = "DstPutObjectNotPermitted";
const KEY_USE = {
  "kms:Encrypt": NO_WRITE,
  "kms:GenerateDataKey": NO_WRITE,
  "kms:Decrypt": NO_WRITE,
};

const NEEDS: readonly Need[] = [
  ...needs("replicationRole", "ReadSourceConfiguration", {
    "s3:GetReplicationConfiguration": "SrcBucketReplicationConfigMissing",
    "s3:ListBucket": "SrcHeadObjectNotPermitted",
  }),
  ...needs("replicationRole", "ReadSourceVersions", {
    "s3:GetObjectVersionForReplication": "SrcGetObjectNotPermitted",
    "s3:GetObjectVersionAcl": "SrcGetAclNotPermitted",
    "s3:GetObjectRetention": "SrcGetRetentionNotPermitted",
    "s3:GetObjectLegalHold": "SrcGetLegalHoldNotPermitted",
  }),
  {
    policy: "replicationRole",
    statement: "ReadSourceVersions",
    action: "s3:GetObjectVersionTagging",
    scenario: taggedLater,
    fails: "SrcGetTaggingNotPermitted",
  },
  {
    policy: "replicationRole",
    statement: "ReadSourceVersions",
    action: "s3:GetObjectVersionAnnotationForReplication",
    scenario: annotatedLater,
    fails: "annotation FAILED",
  },
  ...needs("replicationRole", "WriteReplicas", { "s3:ReplicateObject": NO_WRITE }),
  {
    policy: "replicationRole",
    statement: "WriteDeleteMarkers",
    action: "s3:ReplicateDelete",
    scenario: markers,
    fails: "DstDelObjNotPermitted",
  },
  {
    policy: "replicationRole",
    statement: "HandOverOwnership",
    action: "s3:ObjectOwnerOverrideToBucketOwner",
    hasAcls: true,
    fails: NO_WRITE,
  },
  ...needs("replicationRole", "ReadSourceKeys", { "kms:Decrypt": "SrcGetObjectNotPermitted" }),
  ...needs("replicationRole", "WriteUnderVaultKey0", KEY_USE),
  ...needs("vaultBucket", "AllowReplicas", { "s3:ReplicateObject": NO_WRITE }),
  {
    policy: "vaultBucket",
    statement: "AllowReplicas",
    action: "s3:ReplicateDelete",
    scenario: markers,
    fails: "DstDelObjNotPermitted",
  },
  {
    policy: "vaultBucket",
    statement: "AllowReplicas",
    action: "s3:ObjectOwnerOverrideToBucketOwner",
    hasAcls: true,
    fails: NO_WRITE,
  },
  ...needs("vaultKey", "UsedByReplication", KEY_USE),
  {
    policy: "vaultKey",
    statement: "AdministeredByVaultAccount",
    action: "kms:*",
    scenario: readByOwner,
    fails: "AccessDenied",
  },
  ...needs("batchRole", "StartReplication", {
    "s3:InitiateReplication": "InitiateReplicationNotPermitted",
  }),
  ...needs("batchRole", "ListSource", {
    "s3:GetReplicationConfiguration": /s3:GetReplicationConfiguration/,
    "s3:PutInventoryConfiguration": /s3:PutInventoryConfiguration/,
  }),
  ...needs("batchRole", "ReadManifest", {
    "s3:GetObject": "Reading the manifest is forbidden: AccessDenied",
    "s3:GetObjectVersion": "Reading the manifest is forbidden: AccessDenied",
  }),
  ...needs("batchRole", "WriteManifestAndReport", {
    "s3:PutObject": "Error occurred when preparing manifest: Failed to write manifest",
  }),
];

/** Not needed as far as AWS's pages and the sandbox show; the docstring of the role's policy says why it is there. */
const KEPT = [
  "replicationRole WriteReplicas s3:ReplicateTags",
  "vaultBucket AllowReplicas s3:ReplicateTags",
];

const scenarioOf = ({ policy, scenario }: Need): Scenario =>
  scenario ?? (policy === "batchRole" ? backfill : live);

describe("Every action that the policies allow", () => {
  for (const need of NEEDS) {
    const { action, fails, hasAcls, policy, statement } = need;
    it(`is needed: ${action} of ${statement} in ${policy}, else ${String(fails)}`, () => {
      const scenario = scenarioOf(need);
      const made = (options: LockedVaultOptions = {}) =>
        new LockedVaultFixture({ hasAcls, ...options });
      expect(scenario(made()), "with all of them").to.equal(undefined);
      const outcome = scenario(made({ [policy]: without(statement, action) }));
      if (typeof fails === "string") expect(outcome).to.equal(fails);
      else expect(outcome).to.match(fails);
    });
  }

  it("is needed under either prefix of the operations bucket: without reports the job's report fails", () => {
    const manifestsOnly = (document: PolicyDocument): PolicyDocument => ({
      ...document,
      Statement: document.Statement.map((one) =>
        one.Sid === "WriteManifestAndReport"
          ? {
              ...one,
              Resource: [one.Resource ?? []].flat().filter((arn) => !arn.includes("reports")),
            }
          : one,
      ),
    });
    const outcome = backfill(new LockedVaultFixture({ batchRole: manifestsOnly }));
    expect(outcome).to.match(/^The job report could not be written to your report bucket/);
  });

  it("is in the list above, but for those that are kept by name", () => {
    const shown = NEEDS.map(({ action, policy, statement }) => `${policy} ${statement} ${action}`);
    const allowed = Object.entries(DOCUMENTS).flatMap(([policy, document]) =>
      grantsOf(document, "Allow").map((pair) => [policy, ...pair].join(" ")),
    );
    expect([...shown, ...KEPT].sort()).to.deep.equal(allowed.sort());
  });

  it("s3:GetObjectVersionTagging is needed for the tags of the first copy, which arrives without them else", () => {
    const tagsOf = (options: LockedVaultOptions) =>
      copied(new LockedVaultFixture(options)).current(VAULT_BUCKET, RECORD).tags?.size ?? 0;
    expect(tagsOf({})).to.equal(1);
    const replicationRole = without("ReadSourceVersions", "s3:GetObjectVersionTagging");
    expect(tagsOf({ replicationRole })).to.equal(0);
  });

  it("also serves a version under a hold, and one without tags", () => {
    const fixture = copied(new LockedVaultFixture());
    expect(fixture.failureCode(fixture.current(SOURCE_BUCKET, HELD))).to.equal(undefined);
    expect(fixture.current(VAULT_BUCKET, HELD).legalHold).to.equal(true);
  });
});

const S3_ACTIONS = [...BUCKET_ACTIONS, ...OBJECT_ACTIONS].map((action) => `s3:${action}`);
/** Of the account, and what the other services have that could help an attacker. */
const OTHER_ACTIONS = [
  "s3:ListAllMyBuckets",
  "s3:CreateJob",
  "s3:UpdateJobStatus",
  "s3:PutAccountPublicAccessBlock",
  "iam:PassRole",
  "iam:CreateRole",
  "iam:CreateAccessKey",
  "iam:AttachRolePolicy",
  "iam:PutRolePolicy",
  "iam:UpdateAssumeRolePolicy",
  "sts:AssumeRole",
  "sts:TagSession",
];
const KMS_ACTIONS = [
  "Encrypt",
  "Decrypt",
  "ReEncryptFrom",
  "ReEncryptTo",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "DescribeKey",
  "CreateGrant",
  "PutKeyPolicy",
  "ScheduleKeyDeletion",
  "DisableKey",
].map((action) => `kms:${action}`);

const context = (entries: Record<string, string>) =>
  Object.entries(entries).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyValues: [value],
    ContextKeyType: "string",
  }));

const throughS3 = (region: string, arn: string) =>
  context({
    "kms:ViaService": `s3.${region}.amazonaws.com`,
    "kms:EncryptionContext:aws:s3:arn": arn,
  });

/** Those of the actions that are allowed, as SimulatePrincipalPolicy says. */
function allowed(
  fixture: LockedVaultFixture,
  role: string,
  actions: readonly string[],
  resource: string,
  more: object = {},
): string[] {
  const { EvaluationResults } = fixture.call(SOURCE, "iam", "SimulatePrincipalPolicy", {
    PolicySourceArn: role,
    ActionNames: actions,
    ResourceArns: [resource],
    MaxItems: 1000,
    ...more,
  }) as { EvaluationResults: { EvalActionName: string; EvalDecision: string }[] };
  expect(EvaluationResults).to.have.length(actions.length);
  return EvaluationResults.filter(({ EvalDecision }) => EvalDecision === "allowed")
    .map(({ EvalActionName }) => EvalActionName)
    .sort();
}

const SOURCE_ARN = `arn:aws:s3:::${SOURCE_BUCKET}`;
const OPERATIONS_ARN = `arn:aws:s3:::${OPERATIONS_BUCKET}`;
const PLACES = [
  SOURCE_ARN,
  `${SOURCE_ARN}/${RECORD}`,
  VAULT_ARN,
  `${VAULT_ARN}/${RECORD}`,
  OPERATIONS_ARN,
  `${OPERATIONS_ARN}/manifests/one`,
  `${OPERATIONS_ARN}/reports/one`,
  `${OPERATIONS_ARN}/ledger/one`,
  `${SOURCE_ARN}-2`,
  `${SOURCE_ARN}-2/${RECORD}`,
  "arn:aws:s3:::elsewhere/a",
];

const MAY: Record<string, Record<string, string[]>> = {
  [REPLICATION_ROLE]: {
    [SOURCE_ARN]: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
    [`${SOURCE_ARN}/${RECORD}`]: [
      "s3:GetObjectLegalHold",
      "s3:GetObjectRetention",
      "s3:GetObjectVersionAcl",
      "s3:GetObjectVersionAnnotationForReplication",
      "s3:GetObjectVersionForReplication",
      "s3:GetObjectVersionTagging",
    ],
    [`${VAULT_ARN}/${RECORD}`]: [
      "s3:ObjectOwnerOverrideToBucketOwner",
      "s3:ReplicateDelete",
      "s3:ReplicateObject",
      "s3:ReplicateTags",
    ],
  },
  [BATCH_ROLE]: {
    [SOURCE_ARN]: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
    [`${SOURCE_ARN}/${RECORD}`]: ["s3:InitiateReplication"],
    [`${OPERATIONS_ARN}/manifests/one`]: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
    [`${OPERATIONS_ARN}/reports/one`]: ["s3:PutObject"],
  },
};

describe("Nothing more is allowed", () => {
  let fixture: LockedVaultFixture;
  before(() => {
    fixture = new LockedVaultFixture();
  });

  for (const [role, places] of Object.entries(MAY)) {
    const name = role.slice(role.indexOf("/") + 1);
    it(`to the ${name} role: of all actions of S3, on all buckets, exactly these`, () => {
      for (const place of PLACES) {
        expect(allowed(fixture, role, S3_ACTIONS, place), place).to.deep.equal(places[place] ?? []);
      }
    });

    it(`to the ${name} role: nothing of the account, of IAM and of STS`, () => {
      for (const resource of ["*", REPLICATION_ROLE, BATCH_ROLE]) {
        expect(allowed(fixture, role, OTHER_ACTIONS, resource)).to.deep.equal([]);
      }
    });
  }

  it("to the replication role: keys through S3 alone, in their Region and for their bucket", () => {
    // The role's own policy alone: what the key's says is another test.
    const ResourceOwner = `arn:aws:iam::${SOURCE.accountId}:root`;
    const use = (key: string, ContextEntries: object[]) =>
      allowed(fixture, REPLICATION_ROLE, KMS_ACTIONS, key, { ContextEntries, ResourceOwner });
    for (const [key, region, arn, may] of [
      [fixture.sourceKey, SOURCE.region, SOURCE_ARN, ["kms:Decrypt"]],
      [
        fixture.vaultKey,
        VAULT.region,
        VAULT_ARN,
        ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
      ],
    ] as const) {
      expect(use(key, throughS3(region, arn))).to.deep.equal(may);
      expect(use(key, throughS3(region, `${arn}/${RECORD}`))).to.deep.equal(may);
      expect(use(key, throughS3("us-east-1", arn)), "another Region").to.deep.equal([]);
      expect(use(key, throughS3(region, `${arn}-2/a`)), "another bucket").to.deep.equal([]);
      expect(
        use(key, context({ "kms:EncryptionContext:aws:s3:arn": arn })),
        "directly",
      ).to.deep.equal([]);
    }
    const other = fixture.vaultKey.replace(/key\/.*/, "key/other");
    expect(use(other, throughS3(VAULT.region, VAULT_ARN)), "another key").to.deep.equal([]);
  });

  it("to the batch role: no key", () => {
    for (const key of [fixture.sourceKey, fixture.vaultKey]) {
      const ContextEntries = throughS3(SOURCE.region, SOURCE_ARN);
      expect(allowed(fixture, BATCH_ROLE, KMS_ACTIONS, key, { ContextEntries })).to.deep.equal([]);
    }
  });

  /** As if the source account had given its roles every right: what is left is what the vault lets in. */
  const everyRight = {
    PolicyInputList: [
      JSON.stringify({ Version: "2012-10-17", Statement: [allow(["s3:*", "kms:*"], "*")] }),
    ],
    ResourceOwner: `arn:aws:iam::${VAULT.accountId}:root`,
  };

  it("by the vault's bucket policy to the source account: replication to its one role", () => {
    const policy = { ...everyRight, ResourcePolicy: JSON.stringify(bucketPolicy()) };
    for (const [role, place, may] of [
      [
        REPLICATION_ROLE,
        `${VAULT_ARN}/${RECORD}`,
        MAY[REPLICATION_ROLE]?.[`${VAULT_ARN}/${RECORD}`],
      ],
      [REPLICATION_ROLE, VAULT_ARN, []],
      [BATCH_ROLE, `${VAULT_ARN}/${RECORD}`, []],
      [BATCH_ROLE, VAULT_ARN, []],
    ] as const) {
      expect(allowed(fixture, role, S3_ACTIONS, place, policy)).to.deep.equal(may);
    }
  });

  it("by the vault's key policy to the source account: use through S3 to its one role", () => {
    const policy = { ...everyRight, ResourcePolicy: JSON.stringify(keyPolicy()) };
    const use = (role: string, ContextEntries: object[]) =>
      allowed(fixture, role, KMS_ACTIONS, fixture.vaultKey, { ...policy, ContextEntries });
    const here = throughS3(VAULT.region, VAULT_ARN);
    expect(use(REPLICATION_ROLE, here)).to.deep.equal([
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey",
    ]);
    expect(use(REPLICATION_ROLE, []), "directly").to.deep.equal([]);
    expect(use(BATCH_ROLE, here)).to.deep.equal([]);
  });
});
