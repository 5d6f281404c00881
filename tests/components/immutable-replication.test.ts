/** The whole component under mocks. See recording-mocks.ts for what mocks do not prove. */

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { ImmutableReplication } from "../../components";
import { one, record } from "./recording-mocks";
import { rule, sourceAccount, vaultAccount, problemsOf } from "./component-args";

describe("ImmutableReplication", () => {
  const source = {
    accountId: "111111111111",
    region: "eu-west-1",
    bucket: { name: "acme-records" },
  };

  it("refuses what its parts cannot see, all at once, and makes nothing", async () => {
    const { resources } = await record(() => {
      const entry = {
        name: "v",
        accountId: "111111111111",
        region: "eu-central-1",
        bucket: { name: "acme-records" },
        lock: { stage: "pilot" } as const,
        provider: vaultAccount().provider,
      };
      const rules = [{ ...rule, vault: "w" }];
      expect(
        () => new ImmutableReplication("i", { source, vaults: [entry], rules }, sourceAccount()),
      ).to.throw(pulumi.InputPropertiesError);
    });
    expect(resources).to.be.empty;
    const problems = await problemsOf(
      () => new ImmutableReplication("i", { source, vaults: [], rules: [rule] }, sourceAccount()),
    );
    expect(problems.map((problem) => problem.split(":")[0])).to.deep.equal([
      "vaults",
      "rules[0].vault",
    ]);
  });

  it("takes names that are known only later", async () => {
    const { resources } = await record(
      () =>
        new ImmutableReplication(
          "i",
          {
            source: { ...source, bucket: { name: pulumi.output("acme-records") } },
            vaults: [
              {
                name: "v",
                accountId: "222222222222",
                region: "eu-central-1",
                bucket: { name: pulumi.output("acme-vault") },
                lock: { stage: "pilot" },
                provider: vaultAccount().provider,
              },
            ],
            rules: [rule],
          },
          sourceAccount(),
        ),
    );
    expect(one(resources, "i-batch-bucket").inputs.bucket).to.equal("lockstep-ops-acme-records");
    expect(one(resources, "i-vault-v-bucket").inputs.bucketName).to.equal("acme-vault");
  });
});
