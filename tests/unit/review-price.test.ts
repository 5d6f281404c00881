import { expect } from "chai";
import { fixedDifferenceUsd, priceLines } from "../../automation/review/price";
import { REGION_PRICES } from "../../automation/prices/region-prices";
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

  it("has the prices of the vault's Region, and says by name of which it knows none", () => {
    const change = (old: string, fresh: string) =>
      planned(RULES, [
        { path: "rules[all].destination.storageClass", old, new: fresh },
        { path: "rules[all].destination.replicationTime", new: { status: "Enabled" } },
      ]);
    const linesIn = (region: string, old: string, fresh: string) =>
      priceLines([change(old, fresh)], () => ({ source: region, vault: region }));
    expect(linesIn("ap-southeast-1", "STANDARD", "GLACIER_IR")).to.deep.include({
      kind: "per-unit",
      what: "storage class of rule all",
      resource: "acme-vault",
      unit: "GB-month of new replicas",
      oldUsd: 0.025,
      newUsd: 0.005,
    });
    const [partly] = linesIn("ap-southeast-1", "STANDARD", "OUTPOSTS");
    const [storage, control] = linesIn("cn-north-1", "STANDARD", "GLACIER_IR");
    for (const [line, why] of [
      [
        partly,
        "from STANDARD (USD 0.025 for a GB-month) to OUTPOSTS; the price of OUTPOSTS in ap-southeast-1 is not known here",
      ],
      [
        storage,
        "from STANDARD to GLACIER_IR; the price of STANDARD and GLACIER_IR in cn-north-1 is not known here",
      ],
      [control, "the price of it in cn-north-1 is not known here"],
      [
        linesIn("eu-central-1", "STANDARD", "GLACIER_IR")[1],
        "the price of it in eu-central-1 is not known here",
      ],
    ] as const) {
      expect(line).to.include({ kind: "not-priced", why });
    }
  });

  it("names for each Region where its prices were read, and when", () => {
    for (const [region, { readAt, source, usdPerGbMonth }] of Object.entries(REGION_PRICES)) {
      expect(readAt, region).to.match(/^20\d\d-\d\d-\d\d$/);
      expect(source, region).not.to.equal("");
      expect(Object.keys(usdPerGbMonth), region).to.include("STANDARD");
      // A list that was copied from another Region would name that one.
      expect(source).to.include(region);
    }
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
      why: "from the class of each source version to GLACIER_IR (USD 0.004 for a GB-month)",
    });
    expect(metrics).to.include({ kind: "not-priced", what: "metrics of rule all" });
    const [made] = priceLines([planned(RULES, [], { action: "create" })]);
    expect(made).to.include({ kind: "not-priced", what: "replication" });
  });
});
