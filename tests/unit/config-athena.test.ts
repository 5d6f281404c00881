import { expect } from "chai";
import { parseConfig } from "../../components/config";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { problemsOf, wholeConfig } from "./whole-config";

const LOCATION = "s3://athena-work/looks/";
const withVerdict = (verdict: object) => ({ ...wholeConfig(), inventory: {}, verdict });
const withAthena = (athena: object) => withVerdict({ athena });

describe("config: lockstep:verdict athena", () => {
  it("is absent unless it is said, and has defaults for what is left out", () => {
    expect(parseConfig(withVerdict({})).verdict).to.deep.equal({ accept: [] });
    expect(
      parseConfig(withVerdict({ athena: { primary: { location: LOCATION } }, athenaBudgetUsd: 2 }))
        .verdict,
    ).to.deep.equal({
      accept: [],
      athena: { primary: { database: "default", location: LOCATION, workgroup: "primary" } },
      athenaBudgetUsd: 2,
    });
  });

  it("names a vault that is not there, and buckets that nothing is taken away from", () => {
    expect(problemsOf(withAthena({ other: { location: LOCATION } }))).to.deep.equal([
      { path: "verdict.athena.other", message: "there is no vault of this name: primary" },
    ]);
    for (const bucket of ["acme-records-vault", "lockstep-vault-ops-acme-records-vault"]) {
      const [problem] = problemsOf(withAthena({ primary: { location: `s3://${bucket}/a/` } }));
      expect(problem?.path).to.equal("verdict.athena.primary.location");
      expect(problem?.message).to.contain(`${bucket} is of this stack, and keeps every version`);
    }
  });

  it("has its like in lockstep:backfill for each source's account, with the same checks", () => {
    const withReports = (backfill: object) => ({ ...wholeConfig(), backfill });
    const place = { location: LOCATION };
    const { backfill } = parseConfig(
      withReports({ athena: { source: place }, athenaBudgetUsd: 3 }),
    );
    expect(backfill.athena).to.deep.equal({
      source: { database: "default", location: LOCATION, workgroup: "primary" },
    });
    expect(backfill.athenaBudgetUsd).to.equal(3);
    expect(problemsOf(withReports({ athena: { primary: place } }))).to.deep.equal([
      { path: "backfill.athena.primary", message: "there is no source of this name: source" },
    ]);
    for (const bucket of [
      "acme-records",
      "lockstep-ops-acme-records",
      "acme-records-vault",
      "lockstep-vault-ops-acme-records-vault",
    ]) {
      const source = { location: `s3://${bucket}/a/` };
      const [problem] = problemsOf(withReports({ athena: { source } }));
      expect(problem?.path).to.equal("backfill.athena.source.location");
      expect(problem?.message).to.contain(`${bucket} is of this stack`);
    }
    const source = { location: "s3://athena-work/looks", databse: "a" };
    expect(problemsOf(withReports({ athena: { source } })).map(({ path }) => path)).to.have.members(
      ["backfill.athena.source.location", "backfill.athena.source.databse"],
    );
    expect(problemsOf(withReports({ athenaBudgetUsd: 0 })).map(({ path }) => path)).to.deep.equal([
      "backfill.athenaBudgetUsd",
    ]);
  });

  it("asks for rights at the source that it names, for lineage alone", () => {
    const source = { location: LOCATION, database: "audits", workgroup: "auditors" };
    const policies = operatorPolicies(
      parseConfig({ ...wholeConfig(), backfill: { athena: { source } } }),
    );
    const withAny = policies.filter(({ document }) => JSON.stringify(document).includes("athena"));
    expect(withAny.map(({ accountId, command }) => [command, accountId])).to.deep.equal([
      ["lineage", "111111111111"],
    ]);
    const resourcesOf = (sid: string) =>
      withAny[0]?.document.Statement.find(({ Sid }) => Sid === sid)?.Resource;
    const at = "eu-west-1:111111111111";
    expect(resourcesOf("AskAthenaOfReports")).to.equal(`arn:aws:athena:${at}:workgroup/auditors`);
    expect(resourcesOf("DefineTablesOfReports")).to.include(
      `arn:aws:glue:${at}:table/audits/lockstep_*`,
    );
    expect(resourcesOf("PutAthenasFilesOfReports")).to.equal(
      "arn:aws:s3:::athena-work/looks/lockstep_*",
    );
    expect(resourcesOf("FindReportsForAthena")).to.equal("arn:aws:s3:::lockstep-ops-acme-records");
  });

  it("takes names and places that no dialect of SQL gives a meaning to", () => {
    for (const location of [
      "s3://athena-work/looks",
      "s3://athena-work/lo'oks/",
      "s3://athena-work/a b/",
      "https://athena-work/looks/",
    ]) {
      const [problem] = problemsOf(withAthena({ primary: { location } }));
      expect(problem?.path, location).to.equal("verdict.athena.primary.location");
    }
    const primary = { location: LOCATION, database: "a`b", workgroup: "a/b", usdPerTbScanned: 0 };
    expect(problemsOf(withAthena({ primary })).map(({ path }) => path)).to.have.members([
      "verdict.athena.primary.database",
      "verdict.athena.primary.workgroup",
      "verdict.athena.primary.usdPerTbScanned",
    ]);
    const [unknown] = problemsOf(withAthena({ primary: { location: LOCATION, databse: "a" } }));
    expect(unknown?.message).to.contain('did you mean "database"?');
  });

  it("asks for rights at the vault that it names, on what a look makes and no more", () => {
    const primary = { location: LOCATION, database: "audits", workgroup: "auditors" };
    const [policy] = operatorPolicies(parseConfig(withAthena({ primary }))).filter(
      ({ accountId, command }) => command === "verify" && accountId === "222222222222",
    );
    const resourcesOf = (sid: string) =>
      policy?.document.Statement.find(({ Sid }) => Sid === sid)?.Resource;
    const at = "eu-central-1:222222222222";
    expect(resourcesOf("AskAthena")).to.equal(`arn:aws:athena:${at}:workgroup/auditors`);
    expect(resourcesOf("DefineTables")).to.deep.equal([
      `arn:aws:glue:${at}:catalog`,
      `arn:aws:glue:${at}:database/audits`,
      `arn:aws:glue:${at}:table/audits/lockstep_*`,
    ]);
    expect(resourcesOf("FindAthenasFiles")).to.equal("arn:aws:s3:::athena-work");
    expect(resourcesOf("PutAthenasFiles")).to.equal("arn:aws:s3:::athena-work/looks/lockstep_*");
    expect(resourcesOf("FindInventoriesForAthena")).to.equal(
      "arn:aws:s3:::lockstep-vault-ops-acme-records-vault",
    );
    const without = operatorPolicies(parseConfig(withVerdict({})));
    expect(JSON.stringify(without)).not.to.contain("athena");
  });
});
