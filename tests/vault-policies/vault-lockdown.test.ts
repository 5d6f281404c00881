import {
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  CreateBucketCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../sandbox/tests/helpers/aws-failure";
import { startTestSandbox } from "../../sandbox/tests/helpers/sandbox";
import { errorOf } from "../../sandbox/tests/batch/fixture";
import {
  bucketPolicy,
  grantsOf,
  keyPolicy,
  LockedVaultFixture,
  type LockedVaultOptions,
  without,
} from "./locked-vault-fixture";
import {
  allow,
  DAY_MS,
  REPLICATION_ROLE,
  SOURCE_BUCKET,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";
import {
  type Attack,
  ATTACKS,
  HELD,
  LOCKED_OUT,
  onSource,
  ready,
  RECORD,
  refusal,
} from "./vault-attacks";
import { forged, forgery, hiding } from "./vault-forgery";

/**
 * Each line of a vault's policies answers an attack: with it the attack is denied, without it the attack succeeds, or comes
 * to the next guard, which is S3 itself.
 */

const VAULT_ADMINISTRATOR = "administrator of the vault account";
const OTHERS = ["administrator of the source account", "replication role"] as const;

const lockedFor = (days: number, mode: string, fixture: LockedVaultFixture) => ({
  ObjectLockMode: mode,
  ObjectLockRetainUntilDate: new Date(fixture.clock.nowEpochMs() + days * DAY_MS),
});

const withoutStatement =
  (sid: string): NonNullable<LockedVaultOptions["vaultBucket"]> =>
  (document) => ({
    ...document,
    Statement: document.Statement.filter(({ Sid }) => Sid !== sid),
  });

function lacking({ action, statement }: Attack): LockedVaultOptions {
  const change = without(statement, action);
  return action.startsWith("kms:") ? { vaultKey: change } : { vaultBucket: change };
}

describe("A vault's policies", () => {
  for (const attack of ATTACKS) {
    describe(`when somebody tries to ${attack.name}`, () => {
      it("deny the administrator of the vault account, who is told that it is an explicit deny", () => {
        const { code, message } = refusal(ready(attack), VAULT_ADMINISTRATOR, attack);
        expect(code).to.match(/^AccessDenied/);
        expect(message).to.include(`not authorized to perform: ${attack.action} on`);
        expect(message).to.match(/with an explicit deny in a resource-based policy$/);
      });

      it("deny whoever has every right of the source account, and a stolen replication role with them", () => {
        const fixture = ready(attack);
        fixture.rolePolicy(REPLICATION_ROLE, [allow(["s3:*", "kms:*", "iam:*"], "*")]);
        const call = attack.call(fixture);
        for (const actor of OTHERS) {
          expect(errorOf(() => fixture.as(actor, call)).code, actor).to.match(/^AccessDenied/);
        }
      });

      it(`${attack.isBreakGlass === false ? "stop" : "let"} the break-glass role`, () => {
        const fixture = ready(attack);
        if (attack.isBreakGlass === false) refusal(fixture, "break-glass role", attack);
        else fixture.as("break-glass role", attack.call(fixture));
      });

      it(`need ${attack.action} in ${attack.statement}`, () => {
        const fixture = ready(attack, lacking(attack));
        if (attack.nextGuard === undefined) {
          fixture.as(VAULT_ADMINISTRATOR, attack.call(fixture));
          return;
        }
        const { code, message } = refusal(fixture, VAULT_ADMINISTRATOR, attack);
        expect(code).to.equal(attack.nextGuard);
        expect(message).to.not.include("explicit deny");
      });
    });
  }

  for (const attack of LOCKED_OUT) {
    it(`leave it to Object Lock that the break-glass role cannot ${attack.name}`, () => {
      const { code, message } = refusal(ready(attack), "break-glass role", attack);
      expect(code).to.equal("AccessDenied");
      expect(message).to.match(/object lock/i);
    });
  }

  it("deny in each of their lines something that is tried here, but for what the sandbox does not have", () => {
    const denied = [...grantsOf(bucketPolicy(), "Deny"), ...grantsOf(keyPolicy(), "Deny")];
    const tried = new Set(ATTACKS.map(({ action, statement }) => `${statement} ${action}`));
    const untried = denied.map((pair) => pair.join(" ")).filter((pair) => !tried.has(pair));
    expect(untried).to.deep.equal([
      // Those of their own, below.
      "DenyInsecureTransport s3:*",
      "DenyOtherReplicators s3:ReplicateObject",
      "DenyOtherReplicators s3:ReplicateDelete",
      "DenyOtherReplicators s3:ReplicateTags",
      "DenyOtherReplicators s3:ReplicateObjectAnnotation",
      // The operations answer NotImplemented; that the action is denied is held in vault-action-classes.test.ts.
      "DenyDirectWrites s3:UpdateObjectEncryption",
      "DenyDirectWrites s3:PutObjectAnnotation",
      "DenyDirectWrites s3:PutObjectVersionAnnotation",
      "DenyDirectWrites s3:DeleteObjectAnnotation",
      "DenyDirectWrites s3:DeleteObjectVersionAnnotation",
      "DenyLongRetention s3:ReplicateObject",
      // The sandbox has no variable retention.
      "DenyLongEventHold s3:ReplicateObject",
      "DenyLongEventHold s3:PutObjectRetention",
      // These operations answer NotImplemented too.
      "DenyConfigurationChange s3:PutIntelligentTieringConfiguration",
      "DenyKeyLoss kms:DeleteImportedKeyMaterial",
    ]);
  });

  describe("when the vault account replicates forgeries into the vault", () => {
    for (const [action, act, code] of [
      ["s3:ReplicateObject", forgery(), "DstPutObjectNotPermitted"],
      ["s3:ReplicateDelete", hiding, "DstDelObjNotPermitted"],
    ] as const) {
      it(`${action} is denied: ${code}, and not without DenyOtherReplicators`, () => {
        expect(forged({}, act)).to.equal(code);
        const vaultBucket = without("DenyOtherReplicators", action);
        expect(forged({ vaultBucket }, act)).to.equal(undefined);
      });
    }

    it("s3:ReplicateTags is denied apart: DstPutTaggingNotPermitted", () => {
      const object = without("DenyOtherReplicators", "s3:ReplicateObject");
      const tagged = forgery({ Tagging: "keep=no" });
      expect(forged({ vaultBucket: object }, tagged)).to.equal("DstPutTaggingNotPermitted");
      const tagsToo = without("DenyOtherReplicators", "s3:ReplicateTags");
      const vaultBucket: LockedVaultOptions["vaultBucket"] = (document) =>
        tagsToo(object(document));
      expect(forged({ vaultBucket }, tagged)).to.equal(undefined);
    });
  });

  describe("when whoever took over the source changes versions there", () => {
    it("keep the hold of the copy, which without DenyLegalHoldRemoval would go", () => {
      for (const [options, expected] of [
        [{}, { legalHold: true, code: "DstPutLegalHoldNotPermitted" }],
        [
          { vaultBucket: without("DenyLegalHoldRemoval", "s3:PutObjectLegalHold") },
          { legalHold: false, code: undefined },
        ],
      ] as const) {
        const fixture = ready({}, options);
        onSource(fixture, "PutObjectLegalHold", HELD, { LegalHold: { Status: "OFF" } });
        fixture.settle();
        expect(fixture.current(VAULT_BUCKET, HELD).legalHold).to.equal(expected.legalHold);
        expect(fixture.failureCode(fixture.current(SOURCE_BUCKET, HELD))).to.equal(expected.code);
      }
    });

    for (const mode of ["GOVERNANCE", "COMPLIANCE"] as const) {
      it(`take no version that is locked for a century in ${mode}, and would without DenyLongRetention`, () => {
        for (const [options, expected] of [
          [{}, "DstPutObjectNotPermitted"],
          [{ vaultBucket: without("DenyLongRetention", "s3:ReplicateObject") }, undefined],
        ] as const) {
          const fixture = ready({}, options);
          fixture.put("records/garbage", "garbage", {
            ...lockedFor(36_500, mode, fixture),
            ServerSideEncryption: "AES256",
          });
          fixture.settle();
          const version = fixture.current(SOURCE_BUCKET, "records/garbage");
          // Without the one action, the other still refuses: the copy itself, or its retention.
          const code = fixture.failureCode(version);
          expect(code).to.equal(expected ?? "DstPutRetentionNotPermitted");
        }
        const fixture = ready({}, { vaultBucket: withoutStatement("DenyLongRetention") });
        fixture.put("records/garbage", "garbage", {
          ...lockedFor(36_500, mode, fixture),
          ServerSideEncryption: "AES256",
        });
        fixture.settle();
        expect(fixture.current(VAULT_BUCKET, "records/garbage").retention?.mode).to.equal(mode);
      });
    }

    for (const [title, retainedDays, code, vaultDays] of [
      ["that is just so", 33, undefined, 30],
      ["that was as long and has been running", 32, "DstPutObjectNotPermitted", undefined],
      ["that has run out", 1, undefined, 365],
      ["of none", undefined, undefined, 365],
    ] as const) {
      it(`give to a version with a lock ${title}, below a floor, ${code ?? `${vaultDays} days`}`, () => {
        // The copy is made three days after the version, and the vault locks for a year.
        const fixture = new LockedVaultFixture({
          settings: { replicationDelayMs: 3 * DAY_MS },
          limits: { minimumRetentionDays: 30 },
        });
        fixture.as("break-glass role", {
          service: "s3",
          operation: "PutObjectLockConfiguration",
          input: {
            Bucket: VAULT_BUCKET,
            ObjectLockConfiguration: {
              ObjectLockEnabled: "Enabled",
              Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 365 } },
            },
          },
        });
        fixture.put(RECORD, "a", {
          ServerSideEncryption: "AES256",
          ...(retainedDays === undefined ? {} : lockedFor(retainedDays, "GOVERNANCE", fixture)),
        });
        fixture.clock.advance(3 * DAY_MS);
        fixture.settle();
        expect(fixture.failureCode(fixture.current(SOURCE_BUCKET, RECORD))).to.equal(code);
        if (code !== undefined) return;
        const { retention } = fixture.current(VAULT_BUCKET, RECORD);
        const left = ((retention?.retainUntilEpochMs ?? 0) - fixture.clock.nowEpochMs()) / DAY_MS;
        expect(Math.ceil(left)).to.equal(vaultDays);
      });
    }

    it("keep the retention of the copy when the source's is extended by a century", () => {
      for (const [vaultBucket, code] of [
        [undefined, "DstPutRetentionNotPermitted"],
        [without("DenyLongRetention", "s3:ReplicateObject"), "DstPutRetentionNotPermitted"],
        [without("DenyLongRetention", "s3:PutObjectRetention"), "DstPutRetentionNotPermitted"],
        [withoutStatement("DenyLongRetention"), undefined],
      ] as const) {
        const fixture = ready({}, vaultBucket === undefined ? {} : { vaultBucket });
        const before = fixture.current(VAULT_BUCKET, RECORD).retention;
        const Retention = {
          Mode: "COMPLIANCE",
          RetainUntilDate: new Date(fixture.clock.nowEpochMs() + 36_500 * DAY_MS),
        };
        onSource(fixture, "PutObjectRetention", RECORD, {
          BypassGovernanceRetention: true,
          Retention,
        });
        fixture.settle();
        expect(fixture.failureCode(fixture.current(SOURCE_BUCKET, RECORD))).to.equal(code);
        const after = fixture.current(VAULT_BUCKET, RECORD).retention;
        if (code !== undefined) expect(after).to.deep.equal(before);
        else expect(after?.mode).to.equal("COMPLIANCE");
      }
    });

    it("keep the retention of the copy when the source's is shortened by its bypass", () => {
      const fixture = ready({});
      const { retention } = fixture.current(VAULT_BUCKET, RECORD);
      expect(retention?.mode).to.equal("GOVERNANCE");
      onSource(fixture, "PutObjectRetention", RECORD, {
        BypassGovernanceRetention: true,
        Retention: {
          Mode: "GOVERNANCE",
          RetainUntilDate: new Date(fixture.clock.nowEpochMs() + DAY_MS),
        },
      });
      fixture.settle();
      expect(fixture.current(VAULT_BUCKET, RECORD).retention).to.deep.equal(retention);
    });

    it("keep the copy when the version is deleted by its bypass", () => {
      const fixture = ready({});
      const { versionId } = fixture.current(VAULT_BUCKET, RECORD);
      onSource(fixture, "DeleteObject", RECORD, { BypassGovernanceRetention: true });
      fixture.settle();
      expect(fixture.current(VAULT_BUCKET, RECORD).versionId).to.equal(versionId);
    });
  });
});

describe("A vault over plain HTTP", () => {
  it("answers nobody, the administrator included, and would without DenyInsecureTransport", async () => {
    const sandbox = await startTestSandbox({ settings: { presentsTls: false } });
    try {
      const s3 = sandbox.s3("vault");
      await s3.send(
        new CreateBucketCommand({
          Bucket: VAULT_BUCKET,
          ObjectLockEnabledForBucket: true,
          CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
        }),
      );
      await s3.send(new PutObjectCommand({ Bucket: VAULT_BUCKET, Key: RECORD, Body: "a" }));
      const setPolicy = (policy: object) =>
        s3.send(
          new PutBucketPolicyCommand({ Bucket: VAULT_BUCKET, Policy: JSON.stringify(policy) }),
        );
      // Without the guard, which over plain HTTP could not be taken away again.
      const open = without("DenyInsecureTransport", "s3:*")(bucketPolicy());
      const read = new GetObjectCommand({ Bucket: VAULT_BUCKET, Key: RECORD });
      const unguarded = open.Statement.filter(({ Sid }) => Sid !== "DenyConfigurationChange");
      await setPolicy({ ...open, Statement: unguarded });
      await s3.send(read);
      await setPolicy(bucketPolicy());
      const { code, message } = await failureOf(s3.send(read));
      expect(code).to.equal("AccessDenied");
      expect(message).to.match(
        /s3:GetObject on .* with an explicit deny in a resource-based policy$/,
      );
    } finally {
      await sandbox.close();
    }
  });
});
