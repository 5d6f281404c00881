import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseStackFile } from "../../components/config";
import { organizationPoliciesOf } from "../../components/organization-policies";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { events, runCli } from "../helpers/cli";

const CONFIG = `
config:
  lockstep:source: { accountId: "111111111111", region: eu-west-1, bucket: { name: acme-records, existing: true } }
  lockstep:vaults:
    - name: primary
      accountId: "222222222222"
      region: eu-central-1
      bucket: { name: acme-vault }
      lock: { stage: governance, retention: 30 days }
      breakGlassRoleArn: arn:aws:iam::222222222222:role/break-glass
    - { name: far, accountId: "333333333333", region: eu-north-1, bucket: { name: acme-far } }
  lockstep:rules:
    - { name: all, vault: primary }
`;

describe("lockstep policies", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-policies-"));
    await writeFile(join(folder, "Pulumi.dev.yaml"), CONFIG);
    await writeFile(join(folder, "Pulumi.theirs.yaml"), `${CONFIG}  lockstep:side: source\n`);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** An engine that cannot be there. */
  const environment = { LOCKSTEP_PULUMI: join(__dirname, "no-such-engine"), PATH: "" };
  const run = (...args: string[]) => runCli(["policies", ...args], { cwd: folder, environment });

  it("writes both documents of the config as files, in their shortest form, without an engine", async () => {
    const { exitCode, stdout } = await run("-s", "dev", "--out-dir", "out");
    expect(exitCode).to.equal(0);
    const expected = organizationPoliciesOf(parseStackFile(CONFIG));
    const files = {
      "dev-resource-control-policy.json": expected.resourceControlPolicy,
      "dev-service-control-policy.json": expected.serviceControlPolicy,
    };
    expect((await readdir(join(folder, "out"))).sort()).to.deep.equal(Object.keys(files));
    for (const [name, document] of Object.entries(files)) {
      expect(await readFile(join(folder, "out", name), "utf8")).to.equal(JSON.stringify(document));
      expect(stdout).to.include(join("out", name));
    }
  });

  it("writes what an operator has to be allowed, a file for each command and account", async () => {
    const { exitCode } = await run("-s", "dev", "--operator", "--out-dir", "operator");
    expect(exitCode).to.equal(0);
    const expected = operatorPolicies(parseStackFile(CONFIG));
    // `doctor --canary` makes a name without a blank.
    const nameOf = ({ accountId, command }: (typeof expected)[number]): string =>
      `dev-${command === "doctor --canary" ? "doctor-canary" : command}-${accountId}.json`;
    const files = await readdir(join(folder, "operator"));
    expect(files).to.have.members(expected.map(nameOf));
    for (const one of expected) {
      const file = join(folder, "operator", nameOf(one));
      expect(await readFile(file, "utf8")).to.equal(JSON.stringify(one.document));
    }
    // Also for the team that has no vault.
    const told = events(await run("-s", "theirs", "--operator", "--json"));
    expect(told.filter(({ type }) => type === "operator-policy").length).to.be.greaterThan(0);
    expect(told.every(({ accountId = "111111111111" }) => accountId === "111111111111")).to.equal(
      true,
    );
  });

  it("prints them without --out-dir, one event each with --json, and says what they leave open", async () => {
    const printed = await run("-s", "dev");
    expect(printed.stdout).to.include('"Sid": "DenyBreakGlassTakeover"');
    const result = await run("-s", "dev", "--json");
    const told = events(result).map(({ type, kind, code }) => [type, kind ?? code]);
    expect(told).to.deep.equal([
      ["warning", "NoBreakGlassRole"],
      ["warning", "ReplicationRoleAssumed"],
      ["organization-policy", "service-control-policy"],
      ["organization-policy", "resource-control-policy"],
    ]);
  });

  it("refuses a stack that makes no vaults", async () => {
    const result = await run("-s", "theirs", "--json");
    expect(result.exitCode).to.equal(2);
    expect(events(result)[0]).to.include({ type: "error", code: "ConfigInvalid" });
  });
});
