import { expect } from "chai";
import { parseConfig, parseStackFile } from "../../components/config";
import { problemsOf, wholeConfig } from "./whole-config";

const withInventory = (inventory: unknown) => ({ ...wholeConfig(), inventory });

describe("config: lockstep:inventory", () => {
  it("is absent unless it is said, and has defaults for what is left out", () => {
    expect(parseConfig(wholeConfig())).not.to.have.property("inventory");
    expect(parseConfig(withInventory({})).inventory).to.deep.equal({
      format: "Parquet",
      frequency: "Daily",
    });
    expect(
      parseConfig(withInventory({ format: "CSV", frequency: "Weekly" })).inventory,
    ).to.deep.equal({ format: "CSV", frequency: "Weekly" });
  });

  it("is read from a stack file", () => {
    const config = Object.fromEntries(
      Object.entries(withInventory({ format: "CSV" })).map(([name, value]) => [
        `lockstep:${name}`,
        value,
      ]),
    );
    const text = JSON.stringify({ config });
    expect(parseStackFile(text).inventory).to.deep.equal({ format: "CSV", frequency: "Daily" });
  });

  it("names what it does not take, each by its path, and what was meant", () => {
    const problems = problemsOf(
      withInventory({ format: "ORC", frequency: "Hourly", formatt: "CSV" }),
    );
    expect(problems.map(({ path }) => path)).to.have.members([
      "inventory.format",
      "inventory.frequency",
      "inventory.formatt",
    ]);
    expect(problems.map(({ message }) => message).join("\n"))
      .to.include('did you mean "format"?')
      .and.match(/"CSV".*"Parquet"/)
      .and.match(/"Daily".*"Weekly"/);
    expect(problemsOf(withInventory(true)).map(({ path }) => path)).to.deep.equal(["inventory"]);
  });

  it("may be said by each of two teams, and by who looks into both", () => {
    const raw = withInventory({});
    const vaultStack = "organization/lockstep/vaults";
    const sourceStack = "organization/lockstep/source";
    expect(problemsOf({ ...raw, side: "vaults" })).to.deep.equal([]);
    expect(problemsOf({ ...raw, side: "source", vaultStack })).to.deep.equal([]);
    expect(problemsOf({ ...raw, sourceStack, vaultStack })).to.deep.equal([]);
  });
});
