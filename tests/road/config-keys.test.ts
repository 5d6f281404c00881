/** Every configuration key, from a stack file to what it does at AWS, on the real engine. The table is `config-keys.ts`. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { DescribeJobCommand, ListJobsCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { parse } from "yaml";
import { accountClients } from "../../automation";
import { parseStackFile } from "../../components/config";
import { lockstepProgram } from "../../components/program/program";
import { record } from "../components/recording-mocks";
import { ACCOUNTS } from "../helpers/engine-project";
import { events } from "../helpers/cli";
import { DECLARED_KEYS, DRIVEN_KEYS, KEY_ROWS, LOOKING_KEYS } from "./config-keys";
import { type Prepared, stackFiles, type StackName } from "./config-keys-stacks";
import { World } from "./config-keys-world";

interface Schema {
  type?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

const SECTIONS = (
  JSON.parse(readFileSync(join(__dirname, "..", "..", "docs", "config.schema.json"), "utf8")) as {
    properties: { config: { properties: Record<string, Schema> } };
  }
).properties.config.properties;

/** Every key that holds a value and no further keys, with its default: `vaults[].lock.stage`. */
function keysOf(schema: Schema, path: string): [string, unknown][] {
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways !== undefined) return ways.flatMap((way) => keysOf(way, path));
  if (schema.items !== undefined) return keysOf(schema.items, `${path}[]`);
  if (schema.properties === undefined) return [[path, schema.default]];
  return Object.entries(schema.properties).flatMap(([name, member]) =>
    keysOf(member, `${path}.${name}`),
  );
}

const KEYS = new Map(
  Object.entries(SECTIONS).flatMap(([section, schema]) =>
    keysOf(schema, section.replace("lockstep:", "")),
  ),
);

/** The values that a stack file has for a key. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined ? [] : [value];
  if (name === "[]") {
    return Array.isArray(value) ? value.flatMap((entry) => valuesAt(entry, rest)) : [];
  }
  return valuesAt((value as Record<string, unknown> | undefined)?.[name], rest);
}

const partsOf = (key: string): string[] => key.replaceAll("[]", ".[]").split(".");

describe("every configuration key", function () {
  this.timeout(600_000);
  let world: World;
  let given: Prepared;
  let files: ReturnType<typeof stackFiles>;

  const textOf = (stack: StackName) =>
    readFileSync(join(world.project.folder, `Pulumi.${stack}.yaml`), "utf8");

  before(async () => {
    world = await World.start();
    given = await world.prepare();
    files = stackFiles(given);
    for (const [stack, sections] of Object.entries(files)) {
      await world.project.write(sections, stack);
    }
    // As a user keeps a secret: encrypted in the file, by Pulumi.
    await world.project.pulumi(["stack", "init", "one"]);
    await world.project.pulumi([
      ...["config", "set", "--stack", "one", "--secret", "--path"],
      "lockstep:monitoring.subscribers.webhooks[1]",
      "https://example.com/secret",
    ]);
    expect(textOf("one")).to.not.include("example.com/secret");
  });
  after(() => world?.project.close());

  it("has a row, and each row a key", () => {
    const rows = [...Object.keys(KEY_ROWS), ...DRIVEN_KEYS, ...LOOKING_KEYS, ...DECLARED_KEYS];
    expect(rows.sort()).to.deep.equal([...KEYS.keys()].sort());
  });

  /** The value is in the file, and another than the default. */
  function expectOwnValue(key: string, stack: StackName): void {
    const { config } = parse(textOf(stack)) as { config: Record<string, unknown> };
    const [section = "", ...path] = partsOf(key);
    const values = valuesAt(config[`lockstep:${section}`], path);
    const own = values.filter((value) => !isDeepStrictEqual(value, KEYS.get(key)));
    expect(own, `${key} in Pulumi.${stack}.yaml`).to.not.be.empty;
  }

  for (const stack of ["one", "fleet", "teams-vaults", "teams-source"] as const) {
    describe(`in Pulumi.${stack}.yaml`, () => {
      before(() => world.up(stack));

      for (const [key, { found, look }] of Object.entries(KEY_ROWS).filter(
        ([, row]) => row.stack === stack,
      )) {
        it(key, async () => {
          expectOwnValue(key, stack);
          expect(await look(world, given)).to.deep.equal(found);
        });
      }
    });
  }

  describe("in Pulumi.job.yaml, driven by lockstep backfill", () => {
    let plan: Record<string, unknown> | undefined;
    before(() => world.up("job"));

    it("source.assumeRoleArn", async () => {
      const { found, look } = KEY_ROWS["source.assumeRoleArn"] ?? {};
      expectOwnValue("source.assumeRoleArn", "job");
      expect(await look?.(world, given)).to.deep.equal(found);
    });

    it("backfill.budgetUsd", async () => {
      expectOwnValue("backfill.budgetUsd", "job");
      const result = await world.project.run(["backfill", "--yes", "--json"], "job");
      const codes = events(result).map(({ code }) => code);
      expect(codes, result.stdout).to.include("BudgetExceeded");
    });

    it("backfill.report and backfill.priority", async () => {
      expectOwnValue("backfill.report", "job");
      expectOwnValue("backfill.priority", "job");
      const { report, priority } = files.job["backfill"] as Record<string, unknown>;
      // With rows of failed tasks alone there is nothing to hold a verdict against; the job is what is looked at.
      const { prices, trial } = files.job["backfill"] as Record<string, unknown>;
      const backfill = { report, priority, trial, prices };
      await world.project.write({ ...files.job, backfill }, "job");
      const driven = await world.project.run(["backfill", "--yes", "--json"], "job");
      plan = events(driven).find(({ type }) => type === "plan");
      const { s3control } = await accountClients(ACCOUNTS.source, {
        configFile: world.project.environment["AWS_CONFIG_FILE"],
        variables: {},
      });
      const AccountId = ACCOUNTS.source.accountId;
      const { Jobs = [] } = await s3control.send(new ListJobsCommand({ AccountId }));
      const jobs = await Promise.all(
        Jobs.map(({ JobId }) => s3control.send(new DescribeJobCommand({ AccountId, JobId }))),
      );
      expect(jobs.map(({ Job }) => [Job?.Priority, Job?.Report?.ReportScope])).to.deep.include([
        42,
        "FailedTasksOnly",
      ]);
    });

    it("backfill.trial", () => {
      expectOwnValue("backfill.trial", "job");
      // With two versions and no earlier job one would be tried.
      expect(plan).to.deep.include({ objects: 2, trial: null });
    });

    it("backfill.prices", () => {
      expectOwnValue("backfill.prices", "job");
      const { lines } = plan?.["priceUsd"] as { lines: readonly Record<string, unknown>[] };
      expect(lines).to.deep.include({ what: "job", vault: null, usd: 0.125 });
      const transfer = `transfer from ${ACCOUNTS.source.region} to ${ACCOUNTS.vault.region}`;
      const line = lines.find(({ what }) => what === transfer);
      expect(line).to.include({ vault: "primary" });
      expect(line?.["usd"]).to.equal((7 * Number(plan?.["sizeBytes"])) / 2 ** 30);
    });
  });

  // The sandbox has no Amazon Q Developer in chat applications: what is declared is all that can be looked at here.
  it(DECLARED_KEYS.join(" and "), async () => {
    const config = parseStackFile(textOf("slack"));
    for (const key of DECLARED_KEYS) expectOwnValue(key, "slack");
    const { resources } = await record(() => lockstepProgram(config));
    const channel = resources.find(({ type }) => type.startsWith("aws:chatbot/"));
    expect(channel?.inputs).to.deep.include({ slackTeamId: "T07KEYS", slackChannelId: "C07KEYS" });
  });
});
