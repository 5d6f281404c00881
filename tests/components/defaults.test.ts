/** What is left out has one default, whichever way a program says the rest: config, library, or component package. */

import * as aws from "@pulumi/aws";
import * as awsNative from "@pulumi/aws-native";
import { expect } from "chai";
import { ImmutableReplication, lockstepProgram, parseStackFile } from "../../components";
import { completeRules } from "../../components/config/complete-rules";
import { ImmutableCopies } from "../../components/package/immutable-copies";
import { PackageProvider } from "../../components/package/provider";
import { checkReplicationArgs } from "../../components/source/replication-args-checks";
import { record } from "./recording-mocks";

const ACCOUNT = "111111111111";
const VAULT_ACCOUNT = "222222222222";
const source = { accountId: ACCOUNT, region: "eu-west-1", bucket: { name: "acme-records" } };
const vaults = ["near", "far"].map((name) => ({
  name,
  accountId: VAULT_ACCOUNT,
  region: "eu-central-1",
  bucket: { name: `acme-${name}` },
}));
const rules = [
  { name: "to-near", vault: "near" },
  { name: "to-far", vault: "far" },
];

/** The same, by each door. */
const DOORS: Record<string, Door> = {
  "a stack file": (monitoring) =>
    lockstepProgram(
      parseStackFile(
        JSON.stringify({
          config: {
            "lockstep:source": source,
            "lockstep:vaults": vaults,
            "lockstep:rules": rules,
            ...(monitoring && { "lockstep:monitoring": monitoring }),
          },
        }),
      ),
    ),
  "the library": (monitoring) => {
    const vaultProvider = new awsNative.Provider("vaults", {
      region: "eu-central-1",
      allowedAccountIds: [VAULT_ACCOUNT],
    });
    const provider = new aws.Provider("source", {
      region: "eu-west-1",
      allowedAccountIds: [ACCOUNT],
    });
    return new ImmutableReplication(
      "lockstep",
      {
        source,
        vaults: vaults.map((vault) => ({
          ...vault,
          lock: { stage: "pilot" },
          provider: vaultProvider,
        })),
        rules,
        ...(monitoring && { monitoring }),
      },
      { provider },
    );
  },
  "the library, with members that are undefined": (monitoring) =>
    DOORS["the library"]?.(monitoring && { ...monitoring, dashboard: undefined }),
  "the component package": (monitoring) =>
    new PackageProvider().construct(
      "lockstep",
      ImmutableCopies.pulumiType,
      { source, vaults, rules, ...(monitoring && { monitoring }) },
      {},
    ),
};

type Door = (monitoring?: object) => unknown;

/** What is declared of rules and monitoring. */
async function declaredBy(door: Door, monitoring?: object) {
  const { resources } = await record(() => door(monitoring));
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const [configuration, ...others] = ofType(
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  );
  expect(others).to.deep.equal([]);
  return {
    rules: (configuration?.inputs as { rules: unknown }).rules,
    alarms: Object.fromEntries(
      ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs, name }) => [
        name.replace(/^.*-(to-\w+)-/, "$1 "),
        (inputs as { threshold: number }).threshold,
      ]),
    ),
    dashboards: ofType("aws:cloudwatch/dashboard:Dashboard").length,
  };
}

/** A rule that says only where it sends to. */
const declaredRule = (vault: string, priority: number, destination: object) => ({
  id: `to-${vault}`,
  status: "Enabled",
  priority,
  filter: { prefix: "" },
  deleteMarkerReplication: { status: "Disabled" },
  destination: { bucket: `arn:aws:s3:::acme-${vault}`, account: VAULT_ACCOUNT, ...destination },
});

describe("What is left out", () => {
  for (const [name, door] of Object.entries(DOORS)) {
    it(`has the default in ${name}`, async () => {
      expect(await declaredBy(door)).to.deep.equal({
        rules: [declaredRule("near", 1, {}), declaredRule("far", 2, {})],
        alarms: {},
        dashboards: 0,
      });
    });

    it(`has the default beside monitoring in ${name}: each rule has metrics, and is watched`, async () => {
      const metrics = { status: "Enabled" };
      expect(await declaredBy(door, {})).to.deep.equal({
        rules: [declaredRule("near", 1, { metrics }), declaredRule("far", 2, { metrics })],
        alarms: Object.fromEntries(
          ["to-near", "to-far"].flatMap((rule) => [
            [`${rule} failed`, 0],
            [`${rule} latency`, 900],
            [`${rule} bytes-pending`, 10 * 1024 ** 3],
            [`${rule} operations-pending`, 10_000],
          ]),
        ),
        dashboards: 1,
      });
    });
  }

  it("is judged as what it will be: Replication Time Control takes the metrics that monitoring brings", async () => {
    const args = (more: object) => ({
      source,
      vaults: vaults.map((vault) => ({ ...vault, madeElsewhere: true as const })),
      rules: rules.map((rule) => ({ ...rule, replicationTimeControl: true })),
      ...more,
    });
    await record(() => {
      expect(() => checkReplicationArgs("timed", args({ monitoring: {} }))).not.to.throw();
      expect(() => checkReplicationArgs("timed", args({}))).to.throw("rules[0].metrics");
    });
  });

  it("is what one rule says no to, beside others that do not", () => {
    const completed = completeRules(
      [
        { name: "watched", vault: "near" },
        { name: "unwatched", vault: "far", metrics: false },
      ],
      true,
    );
    expect(completed.map(({ metrics }) => metrics)).to.deep.equal([true, false]);
  });

  it("is left alone in rules that are whole", () => {
    const [whole, ...others] = completeRules([{ name: "a", vault: "near" }], true);
    expect(others).to.deep.equal([]);
    expect(completeRules(whole === undefined ? [] : [whole], false)).to.deep.equal([whole]);
  });
});
