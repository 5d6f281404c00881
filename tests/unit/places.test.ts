/** Whose place it is: a look at one source of several leaves out the others, and the vaults that its rules do not fill. */

import { expect } from "chai";
import { isOfSource, placesOf } from "../../automation/stack/places";
import { parseConfig } from "../../components/config";

const SOURCE = { accountId: "111111111111", region: "eu-west-1" };
const VAULT = { accountId: "222222222222", region: "eu-central-1" };

const config = parseConfig({
  sources: ["letters", "records"].map((name) => ({ name, ...SOURCE, bucket: { name } })),
  vaults: ["shared", "letters-only"].map((name) => ({
    name,
    ...VAULT,
    bucket: { name: `${name}-vault` },
    lock: { stage: "pilot" },
  })),
  rules: [
    { name: "all", vault: "shared" },
    { name: "letters", source: "letters", vault: "letters-only" },
  ],
});

describe("isOfSource", () => {
  const pathsOf = (sourceName: string) =>
    placesOf(config)
      .filter((place) => isOfSource(place, sourceName, config))
      .map(({ path }) => path);

  it("takes the source itself and the vaults that its rules fill, those of every source too", () => {
    expect(pathsOf("letters")).to.deep.equal(["sources[0]", "vaults[0]", "vaults[1]"]);
    expect(pathsOf("records")).to.deep.equal(["sources[1]", "vaults[0]"]);
  });

  it("takes nothing for a source that is not there but the vaults that every source fills", () => {
    expect(pathsOf("nobody")).to.deep.equal(["vaults[0]"]);
  });
});
