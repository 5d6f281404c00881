import { expect } from "chai";
import {
  CONTROL_POLICY_MAX_CHARACTERS,
  type PolicyDocument,
} from "../../components/policy-documents";
import { errorOf } from "../../sandbox/tests/batch/fixture";
import { VAULT, VAULT_BUCKET } from "../../sandbox/tests/replication/fixture";
import type { LockedVaultOptions } from "./locked-vault-fixture";
import {
  callOf,
  RELOCK_ATTACKS,
  RelockedVault,
  relockedOrganization,
  relockedPolicy,
  retention,
} from "./relock-attacks";
import { RECORD } from "./vault-attacks";

const onlyAllow = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.filter(({ Effect }) => Effect === "Allow"),
});
/** As if the vault's own policies denied nothing. */
const BARE: LockedVaultOptions = { vaultBucket: onlyAllow, vaultKey: onlyAllow };

const put = (mode: string, days: number, bypass?: boolean) => ({
  operation: "PutObjectRetention",
  input: retention(mode, days, bypass),
});

describe("Whoever becomes the relock role, with every right of the account,", () => {
  const organization = relockedOrganization("compliance");
  for (const attack of RELOCK_ATTACKS) {
    describe(`and tries to ${attack.name}`, () => {
      it("is refused by the vault's policy", () => {
        const vault = RelockedVault.at("compliance");
        const call = callOf(attack, vault);
        const { message } = errorOf(() => vault.asRelockRole(call));
        expect(message).to.include(`not authorized to perform: ${attack.action} on`);
        expect(message).to.match(/with an explicit deny in a resource-based policy$/);
      });

      for (const [kind, documents] of [
        ["service", { serviceControlPolicies: [organization.serviceControlPolicy] }],
        ["resource", { resourceControlPolicies: [organization.resourceControlPolicy] }],
      ] as const) {
        it(`is refused by the ${kind} control policy alone`, () => {
          const vault = RelockedVault.at("compliance", BARE);
          const call = callOf(attack, vault);
          vault.world.organization.setControlPolicies(VAULT.accountId, documents);
          expect(errorOf(() => vault.asRelockRole(call)).message).to.match(
            new RegExp(`with an explicit deny in a ${kind} control policy$`),
          );
        });
      }

      it("does it where nothing refuses it", () => {
        const vault = RelockedVault.at("compliance", BARE);
        vault.asRelockRole(callOf(attack, vault));
      });
    });
  }

  it("may make GOVERNANCE COMPLIANCE between floor and maximum, under all policies at once", () => {
    const { resourceControlPolicy, serviceControlPolicy } = organization;
    for (const days of [23, 30, 3650]) {
      const vault = RelockedVault.at("compliance");
      vault.world.organization.setControlPolicies(VAULT.accountId, {
        serviceControlPolicies: [serviceControlPolicy],
        resourceControlPolicies: [resourceControlPolicy],
      });
      vault.asRelockRole(callOf(put("COMPLIANCE", days), vault));
      expect(vault.current(VAULT_BUCKET, RECORD).retention?.mode).to.equal("COMPLIANCE");
    }
    const vault = RelockedVault.at("compliance");
    const below = callOf(put("COMPLIANCE", 22), vault);
    expect(errorOf(() => vault.asRelockRole(below)).message).to.match(/explicit deny/);
  });

  it("alone may bypass: the administrator and the break-glass role are refused as ever", () => {
    const vault = RelockedVault.at("compliance");
    const call = callOf(put("COMPLIANCE", 60), vault);
    for (const actor of ["administrator of the vault account", "break-glass role"] as const) {
      expect(errorOf(() => vault.as(actor, call)).message).to.include(
        "s3:BypassGovernanceRetention",
      );
    }
  });

  it("may extend GOVERNANCE at a vault of that stage, and bypasses nothing there", () => {
    const vault = RelockedVault.at("governance");
    vault.asRelockRole(callOf(put("GOVERNANCE", 60, false), vault));
    for (const attack of [put("GOVERNANCE", 40), put("COMPLIANCE", 60)]) {
      const call = callOf(attack, vault);
      const { message } = errorOf(() => vault.asRelockRole(call));
      expect(message).to.include("s3:BypassGovernanceRetention");
      expect(message).to.match(/with an explicit deny in a resource-based policy$/);
    }
  });

  it("is named by statements of the vault that are in no vault without one", () => {
    const sids = relockedPolicy("compliance").Statement.map(({ Sid }) => Sid);
    expect(sids.filter((sid) => sid.startsWith("DenyRelock"))).to.have.members([
      "DenyRelockDeletion",
      "DenyRelockMode",
      "DenyRelockShort",
      "DenyRelockRemoval",
    ]);
  });

  it("fits into the organization's policies", () => {
    for (const document of Object.values(organization)) {
      expect(JSON.stringify(document).length).to.be.below(CONTROL_POLICY_MAX_CHARACTERS);
    }
  });
});
