import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readArgs } from "../../components/package/read-args";

const ARGS = {
  source: { accountId: "111111111111", region: "eu-west-1", bucket: { name: "acme-records" } },
  vaults: [
    {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      bucket: { name: "acme-vault" },
    },
  ],
  rules: [{ name: "all", vault: "primary" }],
};

/** The mistakes of the arguments as `path: reason`. */
async function mistakesOf(args: object): Promise<string[]> {
  try {
    await readArgs(args);
  } catch (error) {
    if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
    return (error.errors ?? []).map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
  }
  return [];
}

describe("Arguments of the component package", () => {
  it("are read at any depth, with null as absent, as other languages send it", async () => {
    const config = await readArgs({
      ...ARGS,
      side: null,
      monitoring: null,
      vaults: pulumi.output([
        { ...ARGS.vaults[0], storageClass: null, lock: pulumi.output({ stage: "governance" }) },
      ]),
      rules: [{ ...ARGS.rules[0], filter: { prefix: pulumi.secret("records/") } }],
    });
    expect(config.side).to.equal("both");
    expect(config).to.not.have.property("monitoring");
    expect(config.vaults[0]).to.deep.include({ lock: { stage: "governance", retentionDays: 30 } });
    expect(config.vaults[0]).to.not.have.property("storageClass");
    expect(config.rules[0]?.filter).to.deep.equal({ prefix: "records/" });
  });

  it("are refused with every mistake, by the path in the arguments", async () => {
    const mistakes = await mistakesOf({
      ...ARGS,
      source: { ...ARGS.source, region: 5 },
      rules: [{ ...ARGS.rules[0], priority: -1 }, { name: "second" }],
    });
    expect(mistakes.map((line) => line.slice(0, line.indexOf(":")))).to.include.members([
      "source.region",
      "rules[0].priority",
      "rules[1].vault",
    ]);
  });

  it("say whether jobs may read, and name backfill, what a verdict accepts and who tries refusals as what is not declared here", async () => {
    const { verdict } = await readArgs({ ...ARGS, verdict: { checksums: true } });
    expect(verdict).to.deep.equal({ accept: [], checksums: true });
    const mistakes = await mistakesOf({
      ...ARGS,
      backfill: { priority: 5 },
      evidence: { lock: true },
      verdict: { accept: ["archived"], checksums: true },
      vaults: ARGS.vaults.map((vault) => ({
        ...vault,
        refusalsRoleArn: "arn:aws:iam::222222222222:role/admin",
      })),
    });
    expect(mistakes).to.deep.equal([
      "backfill: is not an argument: it belongs to the stack's config, where `lockstep backfill` reads it",
      "evidence: is not an argument: it belongs to the stack's config, where `lockstep prove` reads it",
      "verdict.accept: is not an argument: it belongs to the stack's config, where `lockstep verify` reads it",
      "vaults[0].refusalsRoleArn: is not an argument: it belongs to the stack's config, where `lockstep prove` reads it",
    ]);
  });
});
