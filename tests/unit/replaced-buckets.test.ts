import { expect } from "chai";
import { refuseLossOfData } from "../../automation/review/buckets-at-risk";
import { findRisks } from "../../automation/review/find-risks";
import { operationsBucketsOf, replacedBuckets } from "../../automation/review/replaced-buckets";
import type { StateResource } from "../../automation/stack/kept-resources";
import type { PlannedChange } from "../../automation/stack/planned-changes";
import { planned, VAULT_BUCKET } from "../helpers/planned";

const PROVIDER = "urn:pulumi:dev::lockstep::pulumi:providers:aws-native::vault";
const ACCESS = { accountId: "222222222222", region: "eu-central-1" };

const step = (action: PlannedChange["action"], physicalName = "unnamed"): PlannedChange =>
  planned(VAULT_BUCKET, [], { action, physicalName });

const state = (id: string, options: Partial<StateResource> = {}): StateResource[] => [
  {
    urn: PROVIDER,
    type: "pulumi:providers:aws-native",
    inputs: { region: ACCESS.region, allowedAccountIds: `["${ACCESS.accountId}"]` },
  },
  { urn: step("replace").urn, type: VAULT_BUCKET, id, provider: `${PROVIDER}::1`, ...options },
];

describe("replacedBuckets", () => {
  it("are those in whose place another comes while they stay at AWS", () => {
    const plan = [step("create-replacement", "new"), step("replace", "new"), step("keep", "old")];
    expect(replacedBuckets(plan, state("old"), [])).to.deep.equal([
      { name: "old", access: ACCESS, by: "new" },
    ]);
  });

  it("are not those that are taken out, deleted, changed in place, or were replaced before", () => {
    for (const plan of [
      [step("keep", "old")],
      [step("replace", "new"), step("delete-replaced", "old")],
      [step("update", "old")],
    ]) {
      expect(replacedBuckets(plan, state("old"), [])).to.deep.equal([]);
    }
    const plan = [step("replace", "new"), step("keep", "old")];
    expect(replacedBuckets(plan, state("older", { delete: true }), [])).to.deep.equal([]);
  });

  it("are no other resources", () => {
    const key = "aws-native:kms:Key";
    const plan = ["replace", "keep"].map((action) => planned(key, [], { action }));
    const [first] = plan;
    expect(
      replacedBuckets(plan, state("old", { urn: first?.urn ?? "", type: key }), []),
    ).to.deep.equal([]);
  });

  it("are adopted vaults too whose name gets another bucket, each once", () => {
    const adopted = { name: "primary", bucketName: "adopted", access: ACCESS };
    expect(replacedBuckets([], state("old"), [adopted])).to.deep.equal([
      { name: "adopted", access: ACCESS },
    ]);
    const made = { ...adopted, bucketName: "old" };
    const plan = [step("replace", "new"), step("keep", "old")];
    expect(replacedBuckets(plan, state("old"), [made])).to.deep.equal([
      { name: "old", access: ACCESS, by: "new" },
    ]);
  });

  it("have operations buckets, by their names", () => {
    expect(operationsBucketsOf("acme")).to.deep.equal([
      "lockstep-ops-acme",
      "lockstep-vault-ops-acme",
    ]);
  });
});

describe("a plan that takes data", () => {
  const replaced = {
    bucketName: "old",
    account: "222222222222",
    fate: "replaced",
    words: "would be replaced by new (3 versions)",
  } as const;
  const left = { name: "primary", bucketName: "old", access: ACCESS };

  it("is refused by name, with what to do for its kind", () => {
    refuseLossOfData([]);
    expect(() => refuseLossOfData([replaced]))
      .to.throw("A bucket that holds data would be replaced.")
      .with.property("hint")
      .that.contains("--leave-vault NAME")
      .and.not.contains("pulumi state delete");
    const deleted = { bucketName: "gone", fate: "deleted", words: "would be deleted (1)" } as const;
    expect(() => refuseLossOfData([deleted, replaced]))
      .to.throw("A bucket that holds data would be deleted.")
      .with.property("problems")
      .that.deep.equals([
        { path: "gone", message: "the bucket of account (unknown) would be deleted (1)" },
        {
          path: "old",
          message: "the bucket of account 222222222222 would be replaced by new (3 versions)",
        },
      ]);
  });

  it("is a risk of its own, told once, and no question", () => {
    const told = findRisks([step("keep", "old")], [left], [replaced]);
    expect(told.map(({ id, resource, severity }) => [id, resource, severity])).to.deep.equal([
      ["BucketReplaced", "old", "error"],
    ]);
    expect(told[0]?.message).to.match(
      /would be replaced by new \(3 versions\), which is refused\.$/,
    );
    expect(told[0]?.urn).to.equal(step("keep").urn);
  });

  it("is told of an adopted vault too, which no change of its own tells", () => {
    const told = findRisks([], [left], [replaced]);
    expect(told.map(({ id, message }) => [id, message])).to.deep.equal([
      [
        "BucketReplaced",
        "old (account 222222222222, eu-central-1): it would be replaced by new (3 versions), which is refused.",
      ],
    ]);
    expect(findRisks([], [left]).map(({ id }) => id)).to.deep.equal(["VaultLeftBehind"]);
  });
});
