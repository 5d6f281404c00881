/** A vault whose locks may be extended: each command with exactly the rights that the config makes, and without those on its role. */

import { IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { relockRoleName } from "../../components/derived-names";
import { RELOCKED, STACK } from "./operator-layouts";
import { ACCOUNTS } from "../helpers/engine-project";
import { isNeeded, Operator } from "./operator-permissions";
import { expectNamed } from "./operator-statements";

const RECORDS = { account: "source", bucket: "operated-records" } as const;
const VAULT = { account: "vault", bucket: "operated-vault" } as const;
const ROLE_ROWS = ["LookAtRelockRole", "MakeRelockRole", "HandRelockRoleToS3"];

describe("an operator of a vault whose locks are extended", function () {
  this.timeout(600_000);
  let operator: Operator;

  before(async () => {
    operator = await Operator.start(RELOCKED);
  });
  after(() => operator?.close());

  async function runs(command: OperatorCommand): Promise<void> {
    const run = await operator.run(command);
    expect(run.exitCode, `${command}: ${run.stdout}${run.stderr}`).to.equal(0);
    expect(operator.refused).to.deep.equal([]);
  }

  const without = (sid: string) => ({ account: "vault", sid }) as const;

  for (const sid of ["MakeRelockRole", "LookAtRelockRole"]) {
    it(`up tells what is missing without ${sid}`, async () => {
      const run = await operator.run("up", { without: without(sid) });
      expectNamed("up", without(sid), run, operator);
    });
  }

  it("deploys", () => runs("up"));

  it("puts the role's trust and tags back", async () => {
    const iam = new IAMClient(operator.road.project.clientOptions("vault"));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    const RoleName = relockRoleName(VAULT.bucket);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    iam.destroy();
    for (const name of ["team", "owner"]) {
      await operator.write(tagged({ [name]: "records" }));
      await runs("up");
    }
    // The sandbox's stand-in changes a role in another way than AWS's own provider.
    const unused = operator
      .unused("up")
      .filter((one) =>
        ROLE_ROWS.some((sid) => one.includes(sid) && !one.endsWith("iam:UpdateRole")),
      );
    expect(unused).to.deep.equal([]);
  });

  for (const command of ["preview", "verify", "doctor", "backfill"] as const) {
    it(`${command} tells what is missing without LookAtRelockRole`, async () => {
      const run = await operator.run(command, { without: without("LookAtRelockRole") });
      expectNamed(command, without("LookAtRelockRole"), run, operator);
    });
  }

  it("extends locks, and each statement is the only one to allow something", async () => {
    await operator.road.put(RECORDS, "short");
    await operator.road.arrived(VAULT, "short");
    await runs("relock");
    expect(operator.idle("relock").filter(isNeeded)).to.deep.equal([]);
    const unused = operator.unused("relock").filter((one) => /Relock|TryMode/.test(one));
    expect(unused).to.deep.equal([]);
  });

  let waiting = "";
  const COMMANDS = ["watch", "priority", "cancel"] as const;
  const argsOf = (command: (typeof COMMANDS)[number]): readonly string[] =>
    command === "priority" ? [waiting, "20"] : [waiting];

  it("leaves a job that waits where whoever made it may not follow it", async () => {
    await operator.road.put(RECORDS, "waits");
    await operator.road.arrived(VAULT, "waits");
    const run = await operator.run("relock", { without: without("FollowRelockJobs") });
    expectNamed("relock", without("FollowRelockJobs"), run, operator);
    const { events } = await operator.run("jobs");
    const jobs = events.filter(({ kind, status }) => kind === "relock" && status !== "Complete");
    expect(jobs).to.have.length(1);
    waiting = String(jobs[0]?.["jobId"]);
  });

  for (const command of COMMANDS) {
    it(`${command} names account and statement without FollowRelockJobs, and leaves the job alone`, async () => {
      const run = await operator.run(command, {
        args: argsOf(command),
        without: without("FollowRelockJobs"),
      });
      expectNamed(command, without("FollowRelockJobs"), run, operator);
      const error = run.events.at(-1);
      expect(error).to.include({ type: "error", code: "JobNotFound" });
      expect(error?.["message"]).to.contain(`(account ${ACCOUNTS.vault.accountId})`);
      expect(error?.["hint"]).to.contain("FollowRelockJobs");
    });
  }

  for (const sid of ["FindRelockJobs", "FollowRelockJobs"]) {
    it(`jobs warns of what it may not list without ${sid}, and lists the rest`, async () => {
      const run = await operator.run("jobs", { without: without(sid) });
      expectNamed("jobs", without(sid), run, operator);
    });
  }

  it("puts that job before others and cancels it as soon as it may", async () => {
    for (const command of ["priority", "cancel"] as const) {
      const run = await operator.run(command, { args: argsOf(command) });
      expect(run.exitCode, run.stdout).to.equal(0);
      expect(operator.refused).to.deep.equal([]);
      expect(operator.unused(command).filter((one) => /Relock/.test(one))).to.deep.equal([]);
      const job = run.events.find(({ type }) => type === "job");
      expect(job).to.include({ jobId: waiting, vault: "primary", priority: 20 });
    }
  });

  it("destroy tells what is missing without RemoveRelockRole, and takes the role down with it", async () => {
    const run = await operator.run("destroy", { without: without("RemoveRelockRole") });
    expectNamed("destroy", without("RemoveRelockRole"), run, operator);
    await runs("destroy");
  });
});

function tagged(tags: Readonly<Record<string, string>>) {
  const sections = RELOCKED[STACK] as { vaults: readonly object[] };
  return { [STACK]: { ...sections, vaults: sections.vaults.map((vault) => ({ ...vault, tags })) } };
}
