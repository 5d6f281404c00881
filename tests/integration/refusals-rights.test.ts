/** The rights that refusals are tried with: each statement's attempts are refused for want of a right without it, and by nothing with it. */

import { expect } from "chai";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Sandbox } from "lockstep-sandbox";
import { operatorFacts, type OperatorFacts } from "../../automation/permissions/operator-facts";
import { REFUSAL_ROWS } from "../../automation/permissions/rows/refusals";
import { parseConfig } from "../../components/config";
import { startQuickSandbox } from "../helpers/hand-made-stack";
import { inShort, NOBODY, RefusalStack } from "../helpers/refusal-stack";

describe("the rights that refusals are tried with", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let one: RefusalStack;
  let facts: OperatorFacts;
  before(async () => {
    sandbox = await startQuickSandbox();
    // A vault that refuses nothing but what Object Lock does: what else is refused is for want of a right.
    one = await RefusalStack.make(sandbox, "rights", {
      mode: "COMPLIANCE",
      hasBreakGlass: false,
      hasKey: true,
    });
    await one.allowReplicasAlone();
    const { config } = one;
    const { accountId, bucket, region } = config.source;
    const [vault] = config.vaults;
    const parsed = parseConfig({
      source: { accountId, region, bucket: { name: bucket.name } },
      vaults: [
        {
          name: "primary",
          accountId: vault?.accountId,
          region: vault?.region,
          bucket: { name: vault?.bucket.name },
          lock: { stage: "pilot" },
          encryption: { kms: "create" },
          refusalsRoleArn: one.roleArn(NOBODY),
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    const found = operatorFacts(parsed).find(({ side }) => side === "vault");
    if (found === undefined) throw new Error("no vault");
    facts = found;
  });
  after(async () => {
    await one.close();
    await sandbox.close();
  });

  /** What comes of it with the rights of the rows, but for one. */
  async function tried(without?: string): Promise<readonly string[]> {
    const Statement = REFUSAL_ROWS.filter(({ sid }) => sid !== without).map(
      ({ needs, resources, sid }) => ({
        Sid: sid,
        Effect: "Allow",
        Action: needs,
        Resource: resources(facts),
      }),
    );
    const iam = one.iam();
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: one.roleArn(NOBODY).split("/").at(-1),
        PolicyName: "work",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    iam.destroy();
    const { attempts } = await one.try(NOBODY);
    return inShort(attempts)
      .filter((fact) => fact.includes("as nobody"))
      .map((fact) => fact.replace(" as nobody", ""));
  }

  const ALL = [
    "shorten: refused, object-lock, lock",
    "delete: refused, object-lock, lock",
    "suspend: refused, versioning-held, lock",
    "policy: accepted, allowed, nothing",
    // Nothing in this key's policy denies it.
    "delete-key: not-tried, not-safe, nothing",
    "bypass: refused, object-lock, lock",
  ];

  it("are enough, for a role that has no others", async () => {
    expect(await tried()).to.deep.equal(ALL);
  });

  for (const [sid, attempts] of [
    ["TryOnCanaries", ["shorten", "delete", "bypass"]],
    ["TryToSuspendVersioning", ["suspend"]],
    ["TryToChangePolicy", ["policy"]],
  ] as const) {
    it(`show nothing of the vault without ${sid}`, async () => {
      const expected = ALL.map((fact) => {
        const [name = ""] = fact.split(":");
        const isWithout = (attempts as readonly string[]).includes(name);
        return isWithout ? `${name}: refused, not-allowed, nothing` : fact;
      });
      expect(await tried(sid)).to.deep.equal(expected);
    });
  }

  it("name the role, the notes' place and every key, and nothing at a source", () => {
    const named = Object.fromEntries(
      REFUSAL_ROWS.map(({ resources, sid }) => [sid, resources(facts)]),
    );
    expect(named).to.deep.include({
      TryOnCanaries: ["arn:aws:s3:::rights-vault/lockstep-canary/*"],
      NoteAttempts: ["arn:aws:s3:::lockstep-vault-ops-rights-vault/refusals/*"],
      TryToDeleteKey: ["arn:aws:kms:*:222222222222:key/*"],
      BecomeRefusalsRole: [one.roleArn(NOBODY)],
    });
    expect(REFUSAL_ROWS.map(({ side }) => side)).to.not.include("source");
  });
});
