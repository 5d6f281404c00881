/** `lockstep doctor --canary` with exactly the rights of `docs/operator-permissions.md`, and with none to write. */

import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { parseConfig } from "../../components/config";
import { ACCOUNTS } from "../helpers/engine-project";
import { makeRole, Road, type RoadRun } from "../helpers/road";

const ROLE = "watcher";
const SECTIONS = {
  source: {
    ...ACCOUNTS.source,
    bucket: {
      name: "watched-records",
      encryption: { kms: "create" },
      objectLock: { mode: "GOVERNANCE", retention: "2 days" },
    },
  },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      bucket: { name: "watched-vault" },
      lock: { stage: "pilot" },
      encryption: { kms: "create" },
    },
  ],
  rules: [
    {
      name: "kept",
      vault: "primary",
      filter: { prefix: "kept/", tags: { keep: "yes" } },
      sseKmsEncryptedObjects: true,
    },
  ],
};

/** One question to AWS's authorization. */
interface Asked {
  readonly accountId: string | undefined;
  readonly action: string;
  readonly isAllowed: boolean;
}

describe("an operator of doctor --canary with the least rights", function () {
  this.timeout(170_000);
  let road: Road;
  const asked: Asked[] = [];

  before(async () => {
    road = await Road.start();
    await road.writeStack("dev", SECTIONS);
    await road.runOk("up", "dev", "--yes");
    await road.put({ account: "source", bucket: "watched-records" }, "kept/a", "keep=yes");
    for (const account of ["source", "vault"] as const) {
      await makeRole(road, account, ROLE);
      await road.addRoleProfile(`watcher-${account}`, account, ROLE);
    }
    const { source, vaults, ...rest } = SECTIONS;
    await road.writeStack("dev", {
      ...rest,
      source: { ...source, profile: "watcher-source" },
      vaults: vaults.map((vault) => ({ ...vault, profile: "watcher-vault" })),
    });
    const { world } = road.project.sandbox;
    const decide = world.decide.bind(world);
    world.decide = (principal, need) => {
      const decision = decide(principal, need);
      if (principal.principalArn.endsWith(`:role/${ROLE}`)) {
        const { accountId } = principal;
        asked.push({ accountId, action: need.action, isAllowed: decision.allowed });
      }
      return decision;
    };
  });
  after(() => road?.close());

  /** Runs it with the statements of its policies but one. */
  async function canaryWithout(sid?: string): Promise<RoadRun> {
    const policies = operatorPolicies(parseConfig(SECTIONS));
    for (const account of ["source", "vault"] as const) {
      const policy = policies.find(
        ({ accountId, command }) =>
          command === "doctor --canary" && accountId === ACCOUNTS[account].accountId,
      );
      const Statement = policy?.document.Statement.filter(({ Sid }) => Sid !== sid) ?? [];
      await new IAMClient(road.project.clientOptions(account)).send(
        new PutRolePolicyCommand({
          RoleName: ROLE,
          PolicyName: "everything",
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        }),
      );
    }
    asked.length = 0;
    return road.run("doctor", "dev", "--canary", "--yes", "--canary-timeout", "60");
  }

  const idsOf = (run: RoadRun) =>
    run.events
      .filter(({ severity, type }) => type === "finding" && severity !== "info")
      .map(({ id }) => id);
  const refused = () => asked.filter(({ isAllowed }) => !isAllowed).map(({ action }) => action);

  it("is refused nothing, and sees the canary arrive", async () => {
    const run = await canaryWithout();
    expect(refused(), run.stdout).to.deep.equal([]);
    // It may make no job, which it is told.
    const known = ["caller-pass-role", "caller-right"];
    expect(idsOf(run).filter((id) => !known.includes(String(id)))).to.deep.equal([]);
    const [arrived] = run.events.filter(({ id }) => id === "canary-arrived");
    expect(arrived, run.stdout).to.include({ account: ACCOUNTS.vault.accountId });
    const used = new Set(asked.map(({ action }) => action));
    for (const action of ["s3:PutObject", "s3:PutObjectTagging", "kms:GenerateDataKey"]) {
      expect(used.has(action), action).to.equal(true);
    }
  });

  for (const [sid, action] of [
    ["WriteCanaries", "s3:PutObject"],
    ["TagCanaries", "s3:PutObjectTagging"],
    ["EncryptCanaries", "kms:GenerateDataKey"],
    ["FollowCanaries", "s3:GetObjectVersion"],
    ["FindCanaries", "s3:ListBucketVersions"],
    ["LookAtCanaries", "s3:GetObjectVersion"],
  ] as const) {
    it(`says what it could not do without ${sid}`, async () => {
      const run = await canaryWithout(sid);
      expect(refused(), run.stdout).to.include(action);
      const found = run.events.filter(({ id }) => id === "not-checked");
      expect(JSON.stringify(found), run.stdout).to.contain(action);
      expect(JSON.stringify(run.events)).not.to.contain('"canary-refused"');
    });
  }
});
