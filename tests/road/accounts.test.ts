/** The account of a source and of a vault is certain, through every door, before anything is made in it. */

import { ListBucketsCommand } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { parseConfig } from "../../components";
import { lockstepProgram } from "../../components/program/program";
import { pulumiCommand } from "../helpers/engine";
import { ACCOUNTS, type EngineProject } from "../helpers/engine-project";
import { Road } from "../helpers/road";
import { isLockstepError } from "../../automation/errors";

const { far, source, vault } = ACCOUNTS;

function configOf(profiles: { source?: string; vault?: string } = {}) {
  return {
    source: {
      ...source,
      profile: profiles.source ?? source.profile,
      bucket: { name: "sure-records" },
    },
    vaults: [
      {
        name: "primary",
        ...vault,
        profile: profiles.vault ?? vault.profile,
        bucket: { name: "sure-vault" },
        lock: { stage: "pilot" },
      },
    ],
    rules: [{ name: "all", vault: "primary" }],
  };
}

/** The mistakes that a failure lists, each by its path. */
async function toldBy(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isLockstepError(error)) throw new Error(`expected our error, got ${String(error)}`);
  const problems = error.problems.map(({ message, path }) => `${path}: ${message}`);
  return [error.message, ...problems].join("\n");
}

describe("the account of a source and of a vault", function () {
  this.timeout(180_000);
  let road: Road;
  let project: EngineProject;

  before(async () => {
    road = await Road.start();
    ({ project } = road);
  });
  after(() => road?.close());

  async function bucketsOf(
    account: keyof typeof ACCOUNTS,
  ): Promise<readonly (string | undefined)[]> {
    const s3 = project.s3(account);
    try {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
      return Buckets.map(({ Name }) => Name);
    } finally {
      s3.destroy();
    }
  }

  async function expectNothingMade(): Promise<void> {
    for (const name of ["source", "vault", "far"] as const) {
      expect(await bucketsOf(name), `buckets of ${name}`).to.deep.equal([]);
    }
  }

  for (const [what, config, told] of [
    [
      "the vault",
      configOf({ vault: far.profile }),
      "vaults[0].accountId: expected credentials of account 222222222222 in eu-central-1",
    ],
    [
      "the source",
      configOf({ source: far.profile }),
      "source.accountId: expected credentials of account 111111111111 in eu-west-1",
    ],
  ] as const) {
    it(`is checked by the plain program: credentials of another account than ${what}'s make nothing`, async () => {
      expect(await toldBy(project.preview(config))).to.contain(told);
      expect(await toldBy(project.up(config))).to.contain(told);
      await expectNothingMade();
    });
  }

  it("is checked by the command line, every mistake at once", async () => {
    await road.writeStack("dev", configOf({ source: far.profile, vault: far.profile }));
    const run = await road.run("up", "dev", "--yes");
    expect(run.exitCode).to.equal(2);
    const error = run.events.find(({ type }) => type === "error");
    expect(error).to.have.property("code", "PreflightFailed");
    expect((error?.["problems"] as { path: string }[]).map(({ path }) => path)).to.deep.equal([
      "source.accountId",
      "vaults[0].accountId",
    ]);
    await expectNothingMade();
  });

  it("is checked from now on in a stack that was deployed without, and no resource is touched for it", async () => {
    const stack = await LocalWorkspace.createOrSelectStack(
      {
        stackName: "older",
        projectName: "lockstep",
        // As the program was: the SDK's own default.
        program: () => {
          pulumi.runtime.registerStackTransformation(({ props, opts, type }) => {
            if (type !== "pulumi:providers:aws-native") return undefined;
            return { props: { ...props, skipCredentialsValidation: "true" }, opts };
          });
          return lockstepProgram(parseConfig(configOf()));
        },
      },
      {
        workDir: project.folder,
        pulumiCommand: await pulumiCommand(),
        envVars: { ...project.environment },
      },
    );
    await stack.up();
    await project.up(configOf(), "older");
    const touched = project.events.flatMap((event) =>
      event.type === "resource" && event.state === "done"
        ? [`${event.action} ${event.resourceType}`]
        : [],
    );
    expect(touched).to.deep.equal(["update pulumi:providers:aws-native"]);
    const wrong = configOf({ vault: far.profile });
    expect(await toldBy(project.up(wrong, "older"))).to.contain(
      "vaults[0].accountId: expected credentials of account 222222222222",
    );
  });
});
