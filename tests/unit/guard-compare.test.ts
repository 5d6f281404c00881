/** The guard of a vault, held against what was deployed: each loss by itself, and nothing where only the writing differs. */

import { expect } from "chai";
import { compareGuard } from "../../automation/guard/compare-guard";
import type { GuardedVault } from "../../automation/guard/guarded-vault";
import type { BucketFacts, GuardFacts } from "../../automation/guard/facts";
import { meaningOf, statementsOf, type ReadStatement } from "../../automation/guard/statement";
import {
  vaultBucketPolicy,
  vaultKeyPolicy,
  vaultOperationsBucketPolicy,
} from "../../components/policy-documents";

const ROLE = "arn:aws:iam::111111111111:role/replicate";
const GLASS = "arn:aws:iam::222222222222:role/security/glass";
const KEY = "arn:aws:kms:eu-central-1:222222222222:key/1234abcd";

function vaultWith(
  guard: Partial<GuardedVault["guard"]> = {},
  more: Partial<GuardedVault> = {},
): GuardedVault {
  const breakGlassRoleArn = guard.breakGlassRoleArn;
  const policy = vaultBucketPolicy({
    bucketArn: "arn:aws:s3:::v",
    replicationRoleArns: [ROLE],
    deleteMarkers: false,
    ownerOverride: false,
    isPilot: false,
    maximumRetentionDays: 60,
    minimumRetentionDays: 30,
    isChained: guard.isChained ?? false,
    breakGlassRoleArn,
  });
  const key = vaultKeyPolicy({
    accountId: "222222222222",
    region: "eu-central-1",
    replicationRoleArns: [ROLE],
    breakGlassRoleArn,
  });
  return {
    name: "v",
    accountId: "222222222222",
    region: "eu-central-1",
    bucketName: "v",
    bucketArn: "arn:aws:s3:::v",
    kmsKeyArn: KEY,
    lock: { mode: "GOVERNANCE", retentionDays: 30 },
    operationsBucketName: "v-ops",
    ...more,
    guard: {
      stage: "governance",
      existing: false,
      isChained: false,
      policyStatements: policy.Statement,
      keyPolicyStatements: key.Statement,
      operationsPolicyStatements: vaultOperationsBucketPolicy({
        bucketArn: "arn:aws:s3:::v-ops",
        accountId: "222222222222",
        isPilot: false,
        breakGlassRoleArn,
      }).Statement,
      ...guard,
    },
  };
}

/** A vault's protections just as deployed. */
function factsOf({ guard }: GuardedVault): GuardFacts {
  const bucket = bucketFacts();
  return {
    ...bucket,
    policy: { value: guard.policyStatements },
    objectLock: { value: { enabled: true, mode: "GOVERNANCE", days: 30 } },
    operations: {
      ...bucket,
      policy: { value: guard.operationsPolicyStatements },
      objectLock: { value: { enabled: true } },
    },
    key: {
      facts: { value: { state: "Enabled", origin: "AWS_KMS" } },
      policy: { value: guard.keyPolicyStatements ?? [] },
      rotates: { value: true },
    },
  };
}

/** What vault and operations bucket have alike. */
function bucketFacts(): Omit<BucketFacts, "policy" | "objectLock"> {
  return {
    bucket: "there",
    versioning: { value: "Enabled" },
    lifecycle: { value: [] },
    encryption: { value: { algorithm: "aws:kms", keyId: KEY } },
    publicAccess: {
      value: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
    ownership: { value: "BucketOwnerEnforced" },
    grants: { value: [] },
    requestPayment: { value: "BucketOwner" },
    replicatesInto: { value: [] },
  };
}

function lossesWith(
  facts: Partial<GuardFacts>,
  vault: GuardedVault = vaultWith(),
  caller?: string,
): string[] {
  return compareGuard(vault, { ...factsOf(vault), ...facts }, caller).map(
    ({ protection, restoredBy }) => `${protection} by ${restoredBy}`,
  );
}

describe("a vault's guard as deployed", () => {
  it("has no loss, with and without break-glass, chained, adopted, with S3's own keys", () => {
    for (const vault of [
      vaultWith(),
      vaultWith({ breakGlassRoleArn: GLASS }),
      vaultWith({ existing: true }),
    ]) {
      expect(compareGuard(vault, factsOf(vault))).to.deep.equal([]);
    }
    const chained = vaultWith({ isChained: true });
    expect(lossesWith({ replicatesInto: { value: ["arn:aws:s3:::next"] } }, chained)).to.be.empty;
    const ownKeys = vaultWith({ keyPolicyStatements: undefined }, { kmsKeyArn: undefined });
    const { operations } = factsOf(ownKeys);
    const encryption = { value: { algorithm: "AES256" } };
    expect(
      lossesWith(
        { key: undefined, encryption, operations: operations && { ...operations, encryption } },
        ownKeys,
      ),
    ).to.be.empty;
  });

  it("has no loss when AWS writes the same policy in other words", () => {
    const vault = vaultWith({ breakGlassRoleArn: GLASS });
    const rewritten = vault.guard.policyStatements.map((statement): ReadStatement => {
      const { Action, Principal, Resource } = statement;
      return {
        ...statement,
        Action: typeof Action === "string" ? [Action] : [...Action].reverse(),
        Resource: Array.isArray(Resource) ? [...Resource].reverse() : [Resource],
        Principal: Principal === "*" ? { AWS: ["*"] } : { AWS: ["111111111111"] },
        ...(statement.Condition?.["ArnNotEquals"] && {
          Condition: {
            ...Object.fromEntries(
              Object.entries(statement.Condition).filter(([name]) => name !== "ArnNotEquals"),
            ),
            ArnNotLike: {
              "AWS:principalarn": [statement.Condition["ArnNotEquals"]["aws:PrincipalArn"]].flat(),
            },
          },
        }),
      };
    });
    expect(lossesWith({ policy: { value: rewritten.reverse() } }, vault)).to.be.empty;
  });
});

describe("a vault's guard that lost something", () => {
  const vault = vaultWith();
  const without = (sid: string) => ({
    policy: { value: vault.guard.policyStatements.filter(({ Sid }) => Sid !== sid) },
  });

  it("names each statement that is gone, with what it lets an attacker do", () => {
    for (const { Sid } of vault.guard.policyStatements) {
      const losses = compareGuard(vault, { ...factsOf(vault), ...without(Sid) });
      expect(losses.map(({ expected }) => (expected as ReadStatement).Sid)).to.deep.equal([Sid]);
      expect(losses[0]?.allows, Sid)
        .to.have.length.greaterThan(20)
        .and.not.match(/the statement/);
    }
    expect(lossesWith({ policy: { value: undefined } })).to.have.length(
      vault.guard.policyStatements.length,
    );
  });

  it("names a statement once that has our Sid and another meaning", () => {
    const changes: Partial<ReadStatement>[] = [
      { Condition: { StringEquals: { "aws:PrincipalTag/x": "y" } } },
      { Effect: "Allow" },
      { Action: "s3:PutObjectAcl" },
      { Action: undefined, NotAction: "s3:PutObject" },
      { Resource: "arn:aws:s3:::v/a/*" },
      { Principal: { AWS: "arn:aws:iam::222222222222:root" } },
    ];
    for (const change of changes) {
      const value = vault.guard.policyStatements.map((statement) =>
        statement.Sid === "DenyDirectWrites" ? { ...statement, ...change } : statement,
      );
      expect(lossesWith({ policy: { value } }), JSON.stringify(change)).to.deep.equal([
        "bucket-policy by up",
      ]);
    }
  });

  it("takes two conditions that behave alike for what both say, not for one of them", () => {
    const one = { Effect: "Deny", Condition: { ArnNotEquals: { k: "a" } } };
    const both = {
      Effect: "Deny",
      Condition: { ArnNotEquals: { k: "a" }, ArnNotLike: { k: "b*" } },
    };
    expect(meaningOf(one)).to.not.equal(meaningOf(both));
  });

  it("names what was added to the policy of a vault that we made", () => {
    const add = (statement: ReadStatement, to = vault) => ({
      policy: { value: [...to.guard.policyStatements, statement] },
    });
    const allow = { Sid: "Mine", Effect: "Allow", Principal: "*", Action: "s3:GetObject" };
    const found = compareGuard(vault, { ...factsOf(vault), ...add(allow) });
    expect(found[0]).to.deep.include({ expected: null, found: allow });
    const adopted = vaultWith({ existing: true });
    expect(lossesWith(add(allow, adopted), adopted)).to.be.empty;
    const stops = { Effect: "Deny", Principal: "*", Action: "s3:Repl*", Resource: "*" };
    expect(lossesWith(add(stops, adopted), adopted)).to.deep.equal(["bucket-policy by owner"]);
    const spares = { ...stops, Condition: { ArnNotLike: { "aws:PrincipalArn": [ROLE] } } };
    expect(lossesWith(add(spares, adopted), adopted)).to.be.empty;
    const withoutTls = { ...stops, Condition: { Bool: { "aws:SecureTransport": false } } };
    expect(lossesWith(add(withoutTls, adopted), adopted)).to.be.empty;
  });

  it("names each setting that differs", () => {
    const lock = (mode?: string, days?: number) => ({
      objectLock: {
        value: {
          enabled: true,
          ...(mode === undefined ? {} : { mode }),
          ...(days === undefined ? {} : { days }),
        },
      },
    });
    const cases: [string, Partial<GuardFacts>, GuardedVault?][] = [
      ["object-lock", lock()],
      ["object-lock", lock("GOVERNANCE", 29)],
      ["object-lock", lock("GOVERNANCE", 31)],
      ["object-lock", lock("COMPLIANCE", 36_500)],
      [
        "object-lock",
        lock("GOVERNANCE", 30),
        vaultWith({}, { lock: { mode: "COMPLIANCE", retentionDays: 30 } }),
      ],
      ["versioning", { versioning: { value: "Suspended" } }],
      [
        "lifecycle",
        {
          lifecycle: {
            value: [
              { ID: "x", Status: "Enabled", NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
            ],
          },
        },
      ],
      [
        "lifecycle",
        { lifecycle: { value: [{ ID: "x", Status: "Enabled", Transitions: [{ Days: 0 }] }] } },
      ],
      ["encryption", { encryption: { value: { algorithm: "AES256" } } }],
      [
        "encryption",
        { encryption: { value: { algorithm: "aws:kms", keyId: `${KEY.slice(0, -8)}attacker` } } },
      ],
      ["public-access-block", { publicAccess: { value: {} } }],
      ["ownership", { ownership: { value: "ObjectWriter" } }],
      ["request-payment", { requestPayment: { value: "Requester" } }],
      ["replication", { replicatesInto: { value: ["arn:aws:s3:::attacker"] } }],
    ];
    for (const [protection, facts, of] of cases) {
      const name = `${protection} ${JSON.stringify(facts)}`;
      expect(lossesWith(facts, of), name).to.deep.equal([`${protection} by up`]);
    }
    expect(lossesWith({ bucket: "gone", key: undefined })).to.deep.equal(["bucket by up"]);
    const adopted = vaultWith({ existing: true });
    expect(lossesWith({ bucket: "gone", key: undefined }, adopted)).to.deep.equal([
      "bucket by owner",
    ]);
    expect(lossesWith({ bucket: "foreign", key: undefined })).to.deep.equal(["bucket by owner"]);
    expect(
      lossesWith({ ownership: { value: undefined }, grants: { value: ["WRITE to everybody"] } }),
    ).to.deep.equal(["ownership by up", "acl by up"]);
  });

  it("takes lifecycle rules that only abort uploads, that are off, or that an adopted bucket had for harmless", () => {
    const abort = { Status: "Enabled", AbortIncompleteMultipartUpload: {} } as const;
    const off = { Status: "Disabled", Expiration: { Days: 1 } } as const;
    expect(lossesWith({ lifecycle: { value: [abort, off] } })).to.be.empty;
    const theirs = { ID: "1", Status: "Enabled", Expiration: { Days: 1 } } as const;
    const adopted = vaultWith({ existing: true, lifecycleRules: [{ expiration: { days: 1 } }] });
    expect(lossesWith({ lifecycle: { value: [{ ...theirs, ID: "2" }] } }, adopted)).to.be.empty;
    const unknown = vaultWith({ existing: true });
    expect(lossesWith({ lifecycle: { value: [theirs] } }, unknown)).to.be.empty;
  });

  it("names a rule of an adopted bucket that takes other versions, or sooner, than it was adopted with", () => {
    const adopted = vaultWith({
      existing: true,
      lifecycleRules: [{ prefix: "tmp/", noncurrentVersionExpiration: { days: 90 } }],
    });
    const rule = (Prefix: string, NoncurrentDays: number, more = {}) => ({
      Status: "Enabled" as const,
      Filter: { Prefix },
      NoncurrentVersionExpiration: { NoncurrentDays, ...more },
    });
    const lossesOf = (...value: ReturnType<typeof rule>[]) =>
      lossesWith({ lifecycle: { value } }, adopted);
    expect(lossesOf(rule("tmp/", 90))).to.be.empty;
    expect(lossesOf(rule("tmp/", 90), rule("", 90))).to.deep.equal(["lifecycle by up"]);
    expect(lossesOf(rule("tmp/", 89))).to.deep.equal(["lifecycle by up"]);
    const newer = rule("tmp/", 90, { NewerNoncurrentVersions: 1 });
    expect(lossesOf(newer)).to.deep.equal(["lifecycle by up"]);
  });

  it("names what became of the key", () => {
    const key = factsOf(vault).key;
    if (key === undefined) throw new Error("no key");
    const state = (value: { state: string; deletedOn?: string; origin?: string }) => ({
      key: { ...key, facts: { value: { origin: "AWS_KMS", ...value } } },
    });
    expect(lossesWith(state({ state: "Disabled" }))).to.deep.equal(["key by up"]);
    const pending = { state: "PendingDeletion", deletedOn: "2026-12-28T00:00:00.000Z" };
    expect(lossesWith(state(pending))).to.deep.equal(["key by up"]);
    expect(lossesWith(state({ state: "gone" }))).to.deep.equal(["key by owner"]);
    expect(lossesWith({ key: { ...key, rotates: { value: false } } })).to.deep.equal([
      "key-rotation by up",
    ]);
    const opened = [
      ...(vault.guard.keyPolicyStatements ?? []),
      { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" },
    ];
    expect(lossesWith({ key: { ...key, policy: { value: opened } } })).to.deep.equal([
      "key-policy by up",
    ]);
  });

  it("asks of a given key what a made one has: enabled, own material, and only break-glass may destroy it", () => {
    const given = vaultWith({ keyPolicyStatements: undefined });
    const { key } = factsOf(vault);
    if (key === undefined) throw new Error("no key");
    expect(lossesWith({ key }, given)).to.be.empty;
    const imported = { ...key, facts: { value: { state: "Disabled", origin: "EXTERNAL" } } };
    expect(lossesWith({ key: imported }, given)).to.deep.equal([
      "key by owner",
      "key-material by owner",
    ]);
    const locked = vaultWith({ keyPolicyStatements: undefined, breakGlassRoleArn: GLASS });
    expect(lossesWith({ key }, locked)).to.deep.equal(["key-policy by owner"]);
    const denied = vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: [ROLE],
      breakGlassRoleArn: GLASS,
    }).Statement;
    expect(lossesWith({ key: { ...key, policy: { value: denied } } }, locked)).to.be.empty;
  });

  it("is told as unreadable, with the action that is missing, where AWS refuses to say", () => {
    const refused = { unreadable: "AccessDenied", action: "s3:GetBucketPolicy" };
    const [loss] = compareGuard(vault, { ...factsOf(vault), policy: refused });
    expect(loss).to.deep.include({ protection: "bucket-policy", restoredBy: "owner" });
    expect(loss?.restore).to.contain("s3:GetBucketPolicy");
  });
});

describe("the guard of the operations bucket beside a vault", () => {
  const vault = vaultWith();
  const beside = (change: Partial<BucketFacts>, of = vault): Partial<GuardFacts> => {
    const { operations } = factsOf(of);
    if (operations === undefined) throw new Error("no operations bucket");
    return { operations: { ...operations, ...change } };
  };

  it("names each statement that is gone, with what it lets an attacker do there", () => {
    const statements = vault.guard.operationsPolicyStatements ?? [];
    expect(statements).to.have.length.greaterThan(5);
    for (const { Sid } of statements) {
      const value = statements.filter((statement) => statement.Sid !== Sid);
      const losses = compareGuard(vault, { ...factsOf(vault), ...beside({ policy: { value } }) });
      expect(losses).to.have.length(1);
      expect(losses[0]).to.include({
        protection: "operations-bucket-policy",
        resource: "arn:aws:s3:::v-ops",
      });
      expect(losses[0]?.allows, Sid)
        .to.have.length.greaterThan(20)
        .and.not.match(/the statement|the vault looks/);
    }
  });

  it("names each setting that differs, a default retention too, which keeps reports out", () => {
    const rule = { Status: "Enabled", Expiration: { Days: 1 } } as const;
    const cases: [string, Partial<BucketFacts>][] = [
      ["bucket", { bucket: "gone" }],
      [
        "bucket-policy",
        {
          policy: {
            value: [...(vault.guard.operationsPolicyStatements ?? []), { Effect: "Allow" }],
          },
        },
      ],
      ["object-lock", { objectLock: { value: { enabled: false } } }],
      ["object-lock", { objectLock: { value: { enabled: true, mode: "GOVERNANCE", days: 30 } } }],
      ["versioning", { versioning: { value: "Suspended" } }],
      ["lifecycle", { lifecycle: { value: [rule] } }],
      ["encryption", { encryption: { value: { algorithm: "AES256" } } }],
      ["public-access-block", { publicAccess: { value: {} } }],
      ["ownership", { ownership: { value: "ObjectWriter" } }],
      ["request-payment", { requestPayment: { value: "Requester" } }],
      ["replication", { replicatesInto: { value: ["arn:aws:s3:::attacker"] } }],
    ];
    for (const [protection, facts] of cases) {
      for (const of of [vault, vaultWith({ existing: true })]) {
        expect(lossesWith(beside(facts, of), of), JSON.stringify(facts)).to.deep.equal([
          `operations-${protection} by up`,
        ]);
      }
    }
    expect(lossesWith(beside({ bucket: "foreign" }))).to.deep.equal(["operations-bucket by owner"]);
  });

  it("is not asked of what an earlier version deployed without a word on it", () => {
    const earlier = vaultWith({ operationsPolicyStatements: undefined });
    expect(lossesWith(beside({ bucket: "gone" }), earlier)).to.be.empty;
  });

  it("is restored by the break-glass role where the bucket's own policy refuses everybody else", () => {
    const locked = vaultWith({ breakGlassRoleArn: GLASS });
    const suspended = { versioning: { value: "Suspended" } };
    expect(lossesWith(beside(suspended, locked), locked)).to.deep.equal([
      "operations-versioning by break-glass",
    ]);
    const open = { ...suspended, policy: { value: [] } };
    expect(new Set(lossesWith(beside(open, locked), locked))).to.deep.equal(
      new Set(["operations-bucket-policy by up", "operations-versioning by up"]),
    );
  });
});

describe("who restores a loss", () => {
  const vault = vaultWith({ breakGlassRoleArn: GLASS });
  const suspended: Partial<GuardFacts> = { versioning: { value: "Suspended" } };

  it("is the break-glass role while the live policy refuses everybody else", () => {
    expect(lossesWith(suspended, vault)).to.deep.equal(["versioning by break-glass"]);
    const key = factsOf(vault).key;
    if (key === undefined) throw new Error("no key");
    const opened = [
      ...(key.policy as { value: readonly ReadStatement[] }).value,
      { Effect: "Allow" },
    ];
    expect(lossesWith({ key: { ...key, policy: { value: opened } } }, vault)).to.deep.equal([
      "key-policy by break-glass",
    ]);
  });

  it("is `up` when nothing refuses it any more, or when it is the break-glass role itself", () => {
    const open = { policy: { value: [] } };
    expect(new Set(lossesWith({ ...suspended, ...open }, vault))).to.deep.equal(
      new Set(["bucket-policy by up", "versioning by up"]),
    );
    const session = "arn:aws:iam::222222222222:role/glass";
    expect(lossesWith(suspended, vault, session)).to.deep.equal(["versioning by up"]);
  });
});

describe("a policy's text", () => {
  it("may have one statement in place of a list, or none", () => {
    expect(statementsOf('{"Statement": {"Sid": "a"}}')).to.deep.equal([{ Sid: "a" }]);
    expect(statementsOf("{}")).to.deep.equal([]);
  });
});
