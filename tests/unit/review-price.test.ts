import { expect } from "chai";
import { fixedDifferenceUsd, priceLines } from "../../automation/review/price";
import { planned, RULES } from "../helpers/planned";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

describe("priceLines", () => {
  it("adds what is fixed, to the cent", () => {
    const lines = priceLines([
      planned("aws-native:kms:Key", [], { action: "create" }),
      planned(ALARM, [], { action: "create", name: "a" }),
      planned(ALARM, [], { action: "create", name: "b" }),
      planned("aws:cloudwatch/dashboard:Dashboard", [], { action: "delete" }),
    ]);
    expect(lines.map(({ kind }) => kind)).to.deep.equal(["fixed", "fixed", "fixed", "fixed"]);
    expect(fixedDifferenceUsd(lines)).to.equal(-1.8);
  });

  it("goes on charging for a key that is kept, and for one that only changes", () => {
    expect(priceLines([planned("aws-native:kms:Key", [], { action: "keep" })])).to.deep.equal([]);
    expect(priceLines([planned("aws-native:kms:Key", [{ path: "description" }])])).to.deep.equal(
      [],
    );
  });

  it("tells a price for each unit where nobody knows how many there will be", () => {
    const [storage, control] = priceLines([
      planned(RULES, [
        { path: "rules[all].destination.storageClass", old: "STANDARD", new: "GLACIER_IR" },
        { path: "rules[all].destination.replicationTime", new: { status: "Enabled" } },
      ]),
    ]);
    expect(storage).to.include({ kind: "per-unit", oldUsd: 0.023, newUsd: 0.004 });
    expect(control).to.include({ kind: "per-unit", oldUsd: 0, newUsd: 0.015 });
  });

  it("says by name what it has no price for", () => {
    const [storage, metrics] = priceLines([
      planned(RULES, [
        { path: "rules[all].destination.storageClass", new: "GLACIER_IR" },
        { path: "rules[all].destination.metrics", new: { status: "Enabled" } },
      ]),
    ]);
    expect(storage).to.include({
      kind: "not-priced",
      why: "from the class of each source version to GLACIER_IR",
    });
    expect(metrics).to.include({ kind: "not-priced", what: "metrics of rule all" });
    const [made] = priceLines([planned(RULES, [], { action: "create" })]);
    expect(made).to.include({ kind: "not-priced", what: "replication" });
  });
});
