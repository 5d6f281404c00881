import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { events, runCli } from "../helpers/cli";

const urn = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;

const BUCKET = "aws:s3/bucket:Bucket";
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

/** A source whose versioning is suspended. */
const STATE = {
  version: 3,
  deployment: {
    resources: [
      { urn: urn(BUCKET, "a"), type: BUCKET, id: "a", inputs: { bucket: "a" } },
      {
        urn: urn(BUCKET, "old"),
        type: BUCKET,
        id: "old",
        delete: true,
        inputs: { bucket: "old" },
      },
      {
        urn: urn("aws:s3/bucketVersioning:BucketVersioning", "v"),
        type: "aws:s3/bucketVersioning:BucketVersioning",
        id: "a",
        inputs: { bucket: "a", versioningConfiguration: { status: "Suspended" } },
      },
      {
        urn: urn(REPLICATION, "r"),
        type: REPLICATION,
        id: "a",
        inputs: { bucket: "a", role: "arn:aws:iam::111111111111:role/r", rules: [] },
      },
    ],
  },
};

/** The same before its first deployment. */
const PREVIEW = {
  steps: STATE.deployment.resources
    .filter((resource) => resource.delete !== true)
    .map(({ id: _id, ...newState }) => ({ op: "create", urn: newState.urn, newState })),
};

describe("lockstep policy check", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-policy-"));
    await write("state.json", STATE);
    await write("preview.json", PREVIEW);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const write = (name: string, content: object): Promise<void> =>
    writeFile(join(folder, name), JSON.stringify(content));

  const check = (...args: readonly string[]) =>
    runCli(["policy", "check", ...args], { cwd: folder });

  for (const file of ["state.json", "preview.json"]) {
    it(`ends with 1 for an error in ${file}, and tells each violation as one line of JSON`, async () => {
      const result = await check(file, "--json");
      expect(result.exitCode, result.stderr).to.equal(1);
      const told = events(result);
      const errors = told.filter(({ severity }) => severity === "error");
      expect(errors.map(({ ruleId, resourceName }) => [ruleId, resourceName])).to.deep.equal([
        ["versioning", "a"],
      ]);
      expect(errors[0]).to.include({ type: "policy-violation", urn: urn(BUCKET, "a") });
      expect(told.at(-1)).to.include({
        type: "policies-checked",
        resourcesCount: 3,
        errorsCount: 1,
      });
    });
  }

  it("reads standard input, and says in words what is wrong and what to do", async () => {
    const result = await new Promise<{ exitCode: number | null; stdout: string }>((done, fail) => {
      const program = join(__dirname, "..", "..", "scripts", "lockstep.mjs");
      const child = spawn(process.execPath, [program, "policy", "check", "-"]);
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.once("error", fail);
      child.once("close", (exitCode) => done({ exitCode, stdout }));
      child.stdin.end(JSON.stringify(STATE));
    });
    expect(result.exitCode).to.equal(1);
    expect(result.stdout).to.match(/^ {2}error versioning: aws:s3\/bucket:Bucket a$/m);
    expect(result.stdout).to.match(/^ {4}Fix: Declare a BucketVersioning/m);
    expect(result.stdout).to.match(/1 error/);
  });

  it("takes settings from a file, with which the same program passes", async () => {
    await writeFile(join(folder, "settings.yaml"), "versioning: { level: warning }\n");
    const result = await check("state.json", "--policy-config", "settings.yaml", "--json");
    expect(result.exitCode, result.stdout).to.equal(0);
  });

  it("ends with 2 and names every mistake by its path", async () => {
    await write("other.json", { kind: "something" });
    await writeFile(join(folder, "none.json"), "not json");
    await write("broken.json", { deployment: { resources: [{ type: BUCKET }] } });
    await writeFile(join(folder, "bad.yaml"), "versionning: {}\ntls-only: { level: fatal }\n");
    const cases: [args: string[], said: string[]][] = [
      [["missing.json"], ["file: expected a file, got missing.json: there is no such file"]],
      [["other.json"], ["other.json: expected `steps`", "kind"]],
      [["none.json"], ["none.json: expected JSON"]],
      [["broken.json"], ["broken.json: deployment.resources[0]: expected a resource"]],
      [
        ["state.json", "--policy-config", "bad.yaml"],
        ["versionning: expected a rule", "tls-only.level"],
      ],
    ];
    for (const [args, said] of cases) {
      const result = await check(...args);
      expect(result.exitCode, args.join(" ")).to.equal(2);
      for (const text of said) expect(result.stderr).to.include(text);
    }
  });
});
