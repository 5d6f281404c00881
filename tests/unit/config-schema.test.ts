/** The JSON Schema that editors read: up to date, and of one mind with the config's own reading. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { expect } from "chai";
import { parse } from "yaml";
import { parseStackFile } from "../../components/config";
import { stackFileSchema } from "../../components/config/json-schema";
import { KNOWN_KEYS } from "../../components/config/shape";

const ROOT = join(__dirname, "..", "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const STACK_FILES = [
  "Pulumi.dev.yaml",
  "Pulumi.prod.yaml",
  "Pulumi.trial.yaml",
  ...readdirSync(join(ROOT, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(ROOT, "examples", name))
        .filter((file) => /^Pulumi\.[\w-]+\.yaml$/.test(file))
        .map((file) => join("examples", name, file)),
    )
    .filter((file) => read(file).includes("lockstep:vaults")),
];

const isValid = new Ajv2020({ allowUnionTypes: true, strict: false }).compile(stackFileSchema());

describe("docs/config.schema.json", () => {
  it("is what `npm run docs:config-schema` writes", () => {
    expect(JSON.parse(read("docs/config.schema.json"))).to.deep.equal(
      JSON.parse(JSON.stringify(stackFileSchema())),
    );
  });

  for (const file of STACK_FILES) {
    it(`accepts ${file}, as the config's own reading does`, () => {
      expect(isValid(parse(read(file))), JSON.stringify(isValid.errors)).to.equal(true);
      expect(parseStackFile(read(file)).vaults).to.not.be.empty;
    });
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test breaks what it likes
  const wrong: readonly [string, (config: Record<string, any>) => unknown][] = [
    ["a misspelt section", (config) => Object.assign(config, { "lockstep:rule": [] })],
    ["a misspelt key", (config) => Object.assign(config["lockstep:source"], { acountId: "1" })],
    [
      "an account id of eleven digits",
      (config) => Object.assign(config["lockstep:source"], { accountId: "11111111111" }),
    ],
    [
      "a retention in months",
      (config) =>
        Object.assign(config["lockstep:vaults"][0], {
          lock: { stage: "governance", retention: "1 month" },
        }),
    ],
    [
      "an unknown storage class",
      (config) => Object.assign(config["lockstep:rules"][0], { storageClass: "OUTPOSTS" }),
    ],
    [
      "source and sources",
      (config) => Object.assign(config, { "lockstep:sources": [config["lockstep:source"]] }),
    ],
  ];
  for (const [title, change] of wrong) {
    it(`refuses ${title}`, () => {
      const file = parse(read("Pulumi.trial.yaml")) as { config: Record<string, unknown> };
      expect(isValid(file)).to.equal(true);
      change(file.config);
      expect(isValid(file)).to.equal(false);
    });
  }

  it("takes an encrypted webhook", () => {
    const file = parse(read("Pulumi.trial.yaml")) as { config: Record<string, unknown> };
    file.config["lockstep:monitoring"] = { subscribers: { webhooks: [{ secure: "v1:abc" }] } };
    expect(isValid(file), JSON.stringify(isValid.errors)).to.equal(true);
  });
});

describe("Pulumi.dev.yaml", () => {
  it("mentions every key of the config", () => {
    const text = read("Pulumi.dev.yaml");
    const keys = new Set(KNOWN_KEYS.flatMap((entry) => entry.keys));
    expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(text))).to.deep.equal([]);
  });
});
