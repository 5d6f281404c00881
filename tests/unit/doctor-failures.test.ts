/** Every failure of the table has a case in which the doctor finds it, or a reason why there is none. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createJobRequest } from "../../automation/backfill/create-job";
import type { JobIntent } from "../../automation/backfill/intent";
import { parseConfig } from "../../components/config";
import { derivedNames, roleArn } from "../../components/derived-names";
import { replicationRule } from "../../components/source/declared-rules";
import { ACCOUNTS } from "../helpers/engine-project";
import { FOUND_CASES, OTHER_FAILURES } from "../helpers/doctor-failures";

const ROOT = join(__dirname, "..", "..");

const ROWS = JSON.parse(
  readFileSync(join(ROOT, "tests", "cases", "failures.json"), "utf8"),
) as readonly { readonly row: string; readonly title: string }[];

const INTENT: JobIntent = {
  sequence: 1,
  accountId: "111111111111",
  region: "eu-west-1",
  sourceBucketArn: "arn:aws:s3:::records",
  operationsBucketArn: "arn:aws:s3:::ops",
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  reportScope: "AllTasks",
  roleArn: "arn:aws:iam::111111111111:role/batch",
  priority: 10,
  replicationStatuses: [],
  manifest: {
    key: "manifests/m.csv",
    etag: "0".repeat(32),
    versionsCount: 1,
    sha256: "0".repeat(64),
  },
};

describe("the table of failures", () => {
  for (const { row, title } of ROWS) {
    it(`has a case or a reason for row ${row}: ${title}`, () => {
      const isFound = FOUND_CASES.some(({ rows }) => rows.includes(row));
      const other = OTHER_FAILURES[row];
      expect(isFound, "either, and not both").to.equal(other === undefined);
      if (other?.test === undefined) return;
      const [file, words] = other.test;
      expect(readFileSync(join(ROOT, file), "utf8"), file).to.contain(words);
    });
  }

  it("has no case or reason for a row that there is not", () => {
    const rows = [...FOUND_CASES.flatMap((one) => one.rows), ...Object.keys(OTHER_FAILURES)];
    const known = ROWS.map(({ row }) => row);
    expect(rows.filter((row) => !known.includes(row))).to.deep.equal([]);
  });

  it("says what is explained wherever something is done that fails", () => {
    const silent = FOUND_CASES.filter(
      ({ explains, then, whileJobWaits }) =>
        (then ?? whileJobWaits) !== undefined && explains === undefined,
    );
    expect(silent.map(({ title }) => title)).to.deep.equal([]);
  });
});

describe("a job of ours", () => {
  it("asks for no tags", () => {
    expect(createJobRequest(INTENT)).not.to.have.property("Tags");
  });

  it("names three columns of a manifest of ours", () => {
    const fields = createJobRequest(INTENT).Manifest?.Spec?.Fields;
    expect(fields).to.deep.equal(["Bucket", "Key", "VersionId"]);
  });

  it("is of the source's account, by its role", () => {
    const { sources } = parseConfig({
      source: { ...ACCOUNTS.source, bucket: { name: "records" } },
      vaults: [{ name: "own", ...ACCOUNTS.vault, bucket: { name: "kept" } }],
      rules: [{ name: "all", vault: "own" }],
    });
    const [source] = sources;
    if (source === undefined) throw new Error("no source");
    const { batchRoleName } = derivedNames(source.bucket.name);
    expect(roleArn(source, batchRoleName)).to.contain(`::${ACCOUNTS.source.accountId}:role/`);
  });
});

describe("a rule of ours", () => {
  it("says of each rule whether delete markers are replicated", () => {
    const { rules } = parseConfig({
      source: { ...ACCOUNTS.source, bucket: { name: "records" } },
      vaults: [{ name: "own", ...ACCOUNTS.vault, bucket: { name: "kept" } }],
      rules: [
        { name: "all", vault: "own", priority: 1 },
        { name: "markers", vault: "own", priority: 2, deleteMarkerReplication: true },
      ],
    });
    const destination = { bucketArn: "arn:aws:s3:::kept", accountId: ACCOUNTS.vault.accountId };
    const said = rules.map((rule) => replicationRule(rule, destination).deleteMarkerReplication);
    expect(said).to.deep.equal([{ status: "Disabled" }, { status: "Enabled" }]);
  });
});
