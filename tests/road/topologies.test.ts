/** Every example, its files unchanged (`examples-driven-*`), and every topology is driven: from `up` to `destroy`, by the command line. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { EXAMPLES } from "../helpers/road";
import { TOPOLOGIES } from "../helpers/topologies";
import { PARTS_COUNT } from "./drive-examples";
import { drive } from "./drive-road";
import { EXAMPLE_ROADS, topologyRoad } from "./roads";

/** The folders that a user would deploy from. */
function exampleFolders(): readonly string[] {
  return readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(EXAMPLES, name)).some((file) => /^Pulumi\./.test(file)));
}

describe("examples, from up to destroy", () => {
  it("have a road each", () => {
    expect(Object.keys(EXAMPLE_ROADS)).to.have.members(exampleFolders());
  });

  it("are driven in all parts", () => {
    const parts = readdirSync(__dirname).filter((name) => name.startsWith("examples-driven-"));
    expect(parts).to.have.length(PARTS_COUNT);
  });
});

describe("topologies, from up to destroy", () => {
  for (const topology of TOPOLOGIES) {
    describe(topology.title, () => drive(topologyRoad(topology)));
  }
});
