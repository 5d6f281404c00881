/** What a report says to do, by the command line on the real engine: pasted, its statements put things right; and nothing old explains what is new. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import { DeleteObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { derivedNames } from "../../components/derived-names";
import type { CauseFields, Report } from "../../automation/report/fields";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road } from "../helpers/road";

const SOURCE = { account: "source", bucket: "explained-records" } as const;
const VAULT = { account: "vault", bucket: "explained-records-vault" } as const;
const KEY = "records/explained";
const { batchRoleName, operationsBucketName: OPERATIONS } = derivedNames(SOURCE.bucket);
const BATCH_ROLE = `arn:aws:iam::${ACCOUNTS.source.accountId}:role/${batchRoleName}`;
const DAY_MS = 24 * 60 * 60 * 1000;

describe("a report that explains", function () {
  this.timeout(600_000);
  let road: Road;
  const keys = { source: "", vault: "" };

  /** Both sides are under keys of their owners, whose policies do not know the replication role. */
  before(async () => {
    road = await Road.start();
    for (const side of ["source", "vault"] as const) keys[side] = await makeKey(side);
    await road.writeStack("test", {
      source: {
        ...ACCOUNTS.source,
        bucket: { name: SOURCE.bucket, encryption: { kms: keys.source } },
      },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT.bucket },
          encryption: { kms: keys.vault },
          lock: { stage: "pilot" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    await road.runOk("up", "test", "--yes");
    await road.withoutReplication(SOURCE, () => road.put(SOURCE, KEY));
  });
  after(() => road?.close());

  const kms = (side: "source" | "vault") => new KMSClient(road.project.clientOptions(side));

  async function makeKey(side: "source" | "vault"): Promise<string> {
    const AWS = `arn:aws:iam::${ACCOUNTS[side].accountId}:user/admin`;
    const Statement = [{ Effect: "Allow", Principal: { AWS }, Action: "kms:*", Resource: "*" }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    const { KeyMetadata } = await kms(side).send(new CreateKeyCommand({ Policy }));
    return KeyMetadata?.Arn ?? "";
  }

  /** As somebody pastes it who reads the report. */
  async function paste(side: "source" | "vault", statement: object): Promise<void> {
    const named = { KeyId: keys[side], PolicyName: "default" };
    const { Policy = "" } = await kms(side).send(new GetKeyPolicyCommand(named));
    const { Statement, ...rest } = JSON.parse(Policy) as { Statement: object[] };
    const document = JSON.stringify({ ...rest, Statement: [...Statement, statement] });
    await kms(side).send(new PutKeyPolicyCommand({ ...named, Policy: document }));
  }

  async function onlyCause(level = "full"): Promise<CauseFields | undefined> {
    const run = await road.runForPeople("report", "test", "--format", "json", "--level", level);
    expect(run.exitCode, run.stderr).to.equal(1);
    const causes = (JSON.parse(run.stdout) as Report).sources[0]?.looked?.causes ?? [];
    const own = causes.filter(({ outcome }) => outcome === "failed/missing");
    expect(own).to.have.length(1);
    return own[0];
  }

  const CASES = [
    ["source", "SrcGetObjectNotPermitted", "kms:Decrypt"],
    ["vault", "DstPutObjectNotPermitted", ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]],
  ] as const;
  for (const [side, code, Action] of CASES) {
    it(`names what the key of the ${side} has to allow, beside the role`, async () => {
      const run = await road.run("backfill", "test", "--yes");
      expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
      const cause = await onlyCause();
      expect(cause).to.deep.include({
        failureCode: code,
        toldBy: "job-report",
        rerun: "after-fix",
      });
      const ofKeys = (cause?.patches ?? []).filter(({ statement }) =>
        JSON.stringify(statement).includes("kms:"),
      );
      const places = ofKeys.map(({ account, on, policy }) => [policy, account, on]);
      const roleArn = `arn:aws:iam::${ACCOUNTS.source.accountId}:role/lockstep-replication-${SOURCE.bucket}`;
      expect(places).to.have.deep.members([
        ["role", ACCOUNTS.source.accountId, roleArn],
        ["key", ACCOUNTS[side].accountId, keys[side]],
      ]);
      const patch = ofKeys.find(({ policy }) => policy === "key");
      expect(patch?.statement).to.deep.include({ Action, Principal: { AWS: roleArn } });
      await paste(side, patch?.statement ?? {});
    });
  }

  it("has named all that was missing: a job brings the version", async () => {
    await road.runOk("backfill", "test", "--yes");
    await road.arrived(VAULT, KEY);
  });

  it("says of a job that failed as a whole whose role lacks which right, wherever it is told", async () => {
    await road.withoutReplication(SOURCE, () => road.put(SOURCE, "records/later"));
    // No look sees such a policy: the job is made, and S3 may not write its manifest.
    const { organization } = road.project.sandbox;
    const Resource = `arn:aws:s3:::${OPERATIONS}/manifests/*`;
    const denial = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource };
    const refusal = { Version: "2012-10-17", Statement: [denial] };
    organization.setControlPolicies("source", { resourceControlPolicies: [refusal] });
    const run = await road.run("backfill", "test", "--yes");
    const hint = String(run.events.find(({ type }) => type === "error")?.["hint"]);
    const { accountId: account } = ACCOUNTS.source;
    expect(hint, run.stdout).to.contain(
      `In account ${account}, role ${BATCH_ROLE}: it needs s3:PutObject on ${Resource}`,
    );
    const statement = { Effect: "Allow", Action: "s3:PutObject", Resource };
    const explained = {
      what: "the job's role may not write the manifest that S3 makes",
      account,
      role: BATCH_ROLE,
      patch: statement,
      patches: [{ account, policy: "role", on: BATCH_ROLE, statement }],
      rerun: "after-fix",
    };
    const [job] = (await road.runOk("jobs", "test")).events.filter(({ type }) => type === "job");
    const [told] = job?.["failureReasons"] as readonly { readonly explained?: object }[];
    expect(told?.explained).to.deep.include(explained);
    const people = await road.runForPeople("jobs", "test");
    expect(people.stdout).to.contain(`account ${account}, role ${BATCH_ROLE}`);
    const report = async (format: string): Promise<string> =>
      (await road.runForPeople("report", "test", "--format", format)).stdout;
    const [latest] = (JSON.parse(await report("json")) as Report).sources[0]?.jobs ?? [];
    expect(latest).to.include({ outcome: "failed" });
    expect(latest?.failureReasons?.[0]?.explained).to.deep.include(explained);
    for (const format of ["html", "markdown"]) {
      const text = await report(format);
      expect(text, format).to.contain("may not write the manifest that S3 makes");
      expect(text, format).to.contain(`In account ${account}, role ${BATCH_ROLE}`);
    }
    organization.setControlPolicies("source", { resourceControlPolicies: [] });
    await road.runOk("backfill", "test", "--yes");
  });

  it("tells of a replica that was deleted no refusal of before, and that a job may be in vain", async () => {
    road.project.sandbox.world.clock.advance(3 * DAY_MS);
    const s3 = road.project.s3("vault");
    const Bucket = VAULT.bucket;
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const [replica] = Versions.filter(({ Key }) => Key === KEY);
    const VersionId = replica?.VersionId;
    expect(VersionId).to.be.a("string");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: KEY, VersionId }));
    const cause = await onlyCause();
    // A listing does not know the source's own word: there the later job is what outdates a code.
    for (const one of [cause, await onlyCause("listing")]) {
      expect(one).to.include({ outcome: "failed/missing", rerun: "yes" });
      expect(one).not.to.have.any.keys("failureCode", "patch", "patches", "toldBy");
    }
    expect(cause?.examples[0]?.cause).to.contain("the source says COMPLETED");
    expect(cause?.fix).to.contain("deleted at the vault by its version id");
    for (const level of ["full", "listing"]) {
      const details = join(road.project.folder, `${level}.jsonl`);
      await road.run("verify", "test", "--level", level, "--details", details);
      const row = (await readFile(details, "utf8")).split("\n").find((line) => line.includes(KEY));
      expect(row, level).to.contain('"code":"missing"').and.not.contain("failureCode");
    }
  });

  it("does not count what came meanwhile among what jobs have tried in vain", async () => {
    const run = await road.run("retry", "test", "--yes", "--max-attempts", "1");
    expect(
      run.events.some(({ type }) => type === "plan"),
      run.stdout,
    ).to.equal(true);
    const causes = (
      JSON.parse((await road.runForPeople("report", "test", "--format", "json")).stdout) as Report
    ).sources[0]?.looked?.causes;
    const gone = causes?.filter(
      ({ versions, outcome }) => versions > 0 && !outcome.startsWith("lapsed"),
    );
    expect(gone?.map(({ outcome }) => outcome)).to.deep.equal(["unprotected/deleted-at-vault"]);
    const details = join(road.project.folder, "deleted.jsonl");
    await road.run("verify", "test", "--details", details);
    const row = (await readFile(details, "utf8")).split("\n").find((line) => line.includes(KEY));
    expect(row).to.contain('"failureCode":"DstObjectHardDeleted"');
  });
});
