import type { ReplicationConfiguration, ReplicationRule } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { sourceDrift, type SourceSettings } from "../../automation/judge/drift";
import type { DeployedPromise } from "../../automation/promise/deployed-promise";
import type { RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import { lookOf } from "../helpers/looks";

const ROLE = "arn:aws:iam::111111111111:role/r";
const SOURCE = "arn:aws:s3:::source";
const OUR_VAULT = "arn:aws:s3:::vault";
const KEY = "arn:aws:kms:eu-central-1:222222222222:key/vault";

const { promise: base } = lookOf([]);

/** The promise of one rule `all`, its vault as given. */
function promiseOf(
  rule: Partial<RuleOutputs> = {},
  vault: Pick<VaultOutputs, "storageClass" | "kmsKeyArn"> = {},
): DeployedPromise {
  const vaults = new Map([...base.vaults].map(([name, one]) => [name, { ...one, ...vault }]));
  const rules = [
    { name: "all", status: "Enabled", priority: 1, vault: "primary", ...rule } as RuleOutputs,
  ];
  return { ...base, vaults, rules };
}

/** The live rule that a promise of `all` without options is deployed as. */
const live = (more: Partial<ReplicationRule> = {}): ReplicationRule => ({
  ID: "all",
  Status: "Enabled",
  Priority: 1,
  Filter: { Prefix: "" },
  DeleteMarkerReplication: { Status: "Disabled" },
  Destination: { Bucket: OUR_VAULT, Account: "222222222222" },
  ...more,
});
const settings = (
  Rules: ReplicationRule[],
  more: Partial<ReplicationConfiguration> = {},
): SourceSettings => ({ versioning: "Enabled", replication: { Role: ROLE, Rules, ...more } });
const to = (more: Partial<ReplicationRule["Destination"]>): Partial<ReplicationRule> => ({
  Destination: { Bucket: OUR_VAULT, Account: "222222222222", ...more },
});
const drift = (path: string, expected: unknown, found: unknown) => ({
  side: "source",
  resource: SOURCE,
  path,
  expected,
  found,
});

describe("drift of a source", () => {
  it("is none where rule, role and versioning are as deployed, beside a rule to a bucket of others", () => {
    const theirs = live({ ID: "theirs", ...to({ Bucket: "arn:aws:s3:::theirs" }) });
    expect(sourceDrift(promiseOf(), settings([theirs, live()]))).to.deep.equal([]);
  });

  it("is none for a rule with every option, as S3 writes it", () => {
    const promise = promiseOf(
      {
        prefix: "records/",
        tags: { keep: "yes", b: "" },
        storageClass: "STANDARD_IA",
        replicaKmsKeyId: "rule-key",
        sseKmsEncryptedObjects: true,
        ownerOverride: true,
        deleteMarkerReplication: true,
        replicaModifications: true,
        replicationTimeControl: true,
      },
      { storageClass: "GLACIER_IR", kmsKeyArn: KEY },
    );
    const rule = live({
      Filter: {
        And: {
          Prefix: "records/",
          Tags: [
            { Key: "b", Value: "" },
            { Key: "keep", Value: "yes" },
          ],
        },
      },
      DeleteMarkerReplication: { Status: "Enabled" },
      SourceSelectionCriteria: {
        SseKmsEncryptedObjects: { Status: "Enabled" },
        ReplicaModifications: { Status: "Enabled" },
      },
      ...to({
        StorageClass: "STANDARD_IA",
        EncryptionConfiguration: { ReplicaKmsKeyID: "rule-key" },
        AccessControlTranslation: { Owner: "Destination" },
        ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
        Metrics: { Status: "Enabled" },
      }),
    });
    expect(sourceDrift(promise, settings([rule]))).to.deep.equal([]);
  });

  it("is none for the vault's own class and key, for metrics alone, and for one tag", () => {
    const promise = promiseOf(
      { tags: { keep: "yes" }, sseKmsEncryptedObjects: true, metrics: true },
      { storageClass: "GLACIER_IR", kmsKeyArn: KEY },
    );
    const rule = live({
      Filter: { Tag: { Key: "keep", Value: "yes" } },
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
      ...to({
        StorageClass: "GLACIER_IR",
        EncryptionConfiguration: { ReplicaKmsKeyID: KEY },
        Metrics: { Status: "Enabled" },
      }),
    });
    expect(sourceDrift(promise, settings([rule]))).to.deep.equal([]);
  });

  it("is none for a rule of the first form that says the same, whose markers come along", () => {
    const first = live({ Prefix: "old/" });
    delete first.Filter;
    delete first.DeleteMarkerReplication;
    const promise = promiseOf({ prefix: "old/", deleteMarkerReplication: true });
    expect(sourceDrift(promise, settings([first]))).to.deep.equal([]);
    expect(sourceDrift(promiseOf({ prefix: "old/" }), settings([first]))).to.deep.equal([
      drift('rules["all"].deleteMarkerReplication', false, true),
    ]);
  });

  const changes: readonly [string, Partial<ReplicationRule>, string, unknown, unknown][] = [
    ["switched off", { Status: "Disabled" }, "status", "Enabled", "Disabled"],
    ["of another priority", { Priority: 7 }, "priority", 1, 7],
    ["narrowed by a prefix", { Filter: { Prefix: "a/" } }, "prefix", "", "a/"],
    ["narrowed by a tag", { Filter: { Tag: { Key: "k", Value: "v" } } }, "tags", {}, { k: "v" }],
    [
      "narrowed by tags",
      { Filter: { And: { Tags: [{ Key: "k", Value: "v" }] } } },
      "tags",
      {},
      { k: "v" },
    ],
    [
      "narrowed by what it leaves out",
      { Filter: { Not: { Prefix: "a/" } } as ReplicationRule["Filter"] },
      "not",
      null,
      { Prefix: "a/" },
    ],
    [
      "narrowed by what it leaves out among others",
      { Filter: { And: { Not: { Prefix: "a/" } } } as ReplicationRule["Filter"] },
      "not",
      null,
      { Prefix: "a/" },
    ],
    [
      "sent to another bucket",
      to({ Bucket: "arn:aws:s3:::theirs" }),
      "destinationBucketArn",
      OUR_VAULT,
      "arn:aws:s3:::theirs",
    ],
    [
      "sent to another account",
      to({ Account: "999999999999" }),
      "destinationAccountId",
      "222222222222",
      "999999999999",
    ],
    [
      "sent to no account",
      to({ Account: undefined }),
      "destinationAccountId",
      "222222222222",
      null,
    ],
    ["put into another class", to({ StorageClass: "GLACIER" }), "storageClass", null, "GLACIER"],
    [
      "put under another key",
      to({ EncryptionConfiguration: { ReplicaKmsKeyID: "theirs" } }),
      "replicaKmsKeyId",
      null,
      "theirs",
    ],
    [
      "taking versions under KMS",
      { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } } },
      "sseKmsEncryptedObjects",
      false,
      true,
    ],
    [
      "handing ownership over",
      to({ AccessControlTranslation: { Owner: "Destination" } }),
      "ownerOverride",
      false,
      true,
    ],
    [
      "taking delete markers along",
      { DeleteMarkerReplication: { Status: "Enabled" } },
      "deleteMarkerReplication",
      false,
      true,
    ],
    [
      "taking changes of replicas along",
      { SourceSelectionCriteria: { ReplicaModifications: { Status: "Enabled" } } },
      "replicaModifications",
      false,
      true,
    ],
    [
      "under time control",
      to({ ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } } }),
      "replicationTimeControl",
      false,
      true,
    ],
    ["measured", to({ Metrics: { Status: "Enabled" } }), "metrics", false, true],
  ];
  for (const [what, change, member, expected, found] of changes) {
    it(`is a rule that is ${what}`, () => {
      expect(sourceDrift(promiseOf(), settings([live(change)]))).to.deep.equal([
        drift(`rules["all"].${member}`, expected, found),
      ]);
    });
  }

  it("is an option that is off at the source though a setting of it is there", () => {
    const promise = promiseOf({
      replicationTimeControl: true,
      sseKmsEncryptedObjects: true,
      replicaModifications: true,
      ownerOverride: true,
    });
    const off = { Status: "Disabled" } as const;
    const rule = live({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: off, ReplicaModifications: off },
      ...to({ ReplicationTime: { ...off, Time: { Minutes: 15 } }, Metrics: off }),
    });
    expect(
      sourceDrift(promise, settings([rule])).map(({ expected, found, path }) => [
        path,
        expected,
        found,
      ]),
    ).to.deep.equal([
      ['rules["all"].sseKmsEncryptedObjects', true, false],
      ['rules["all"].ownerOverride', true, false],
      ['rules["all"].replicaModifications', true, false],
      ['rules["all"].replicationTimeControl', true, false],
      ['rules["all"].metrics', true, false],
    ]);
  });

  it("is a promised rule that is gone, whole", () => {
    const [found, ...others] = sourceDrift(promiseOf(), settings([]));
    expect(others).to.deep.equal([]);
    expect(found).to.deep.include({ path: 'rules["all"]', found: null });
    expect(found?.expected).to.deep.equal({
      status: "Enabled",
      priority: 1,
      prefix: "",
      tags: {},
      not: null,
      destinationBucketArn: OUR_VAULT,
      destinationAccountId: "222222222222",
      storageClass: null,
      replicaKmsKeyId: null,
      sseKmsEncryptedObjects: false,
      ownerOverride: false,
      deleteMarkerReplication: false,
      replicaModifications: false,
      replicationTimeControl: false,
      metrics: false,
    });
  });

  it("is a further rule to a vault of ours, with a name or without", () => {
    const more = live({ ID: "more", Priority: 9 });
    const unnamed = live();
    delete unnamed.ID;
    const found = sourceDrift(promiseOf(), settings([live(), more, unnamed]));
    expect(found.map(({ expected, path }) => [path, expected])).to.deep.equal([
      ['rules["more"]', null],
      ['rules[""]', null],
    ]);
    expect(found[0]?.found).to.deep.include({ priority: 9, destinationBucketArn: OUR_VAULT });
  });

  it("is another role, and versioning that is not on", () => {
    expect(sourceDrift(promiseOf(), settings([live()], { Role: "other" }))).to.deep.equal([
      drift("role", ROLE, "other"),
    ]);
    for (const versioning of ["Suspended", undefined, { unreadable: "HTTP 403" }]) {
      expect(sourceDrift(promiseOf(), { ...settings([live()]), versioning })).to.deep.equal([
        drift("versioning", "Enabled", versioning ?? null),
      ]);
    }
  });

  it("is a configuration without rules, that is gone or that cannot be read, and never less than the promise", () => {
    expect(
      sourceDrift(promiseOf(), { versioning: "Enabled", replication: { Role: ROLE } as never }).map(
        ({ path }) => path,
      ),
    ).to.deep.equal(['rules["all"]']);
    for (const replication of [undefined, { unreadable: "HTTP 403" }]) {
      expect(sourceDrift(promiseOf(), { versioning: "Enabled", replication })).to.deep.equal([
        drift("replication", ["all"], replication ?? null),
      ]);
    }
  });
});

describe("drift of a source: what S3 leaves out", () => {
  const nothing = {
    status: "",
    priority: 0,
    prefix: "",
    tags: {},
    not: null,
    destinationBucketArn: null,
    destinationAccountId: null,
    storageClass: null,
    replicaKmsKeyId: null,
    sseKmsEncryptedObjects: false,
    ownerOverride: false,
    deleteMarkerReplication: false,
    replicaModifications: false,
    replicationTimeControl: false,
    metrics: false,
  };
  const found = (rule: Partial<ReplicationRule>) => {
    const drifts = sourceDrift(promiseOf(), settings([{ ID: "all", ...rule } as ReplicationRule]));
    return Object.fromEntries(
      drifts.map((one) => [one.path.replace(/^rules\["all"\]\./, ""), one.found]),
    );
  };

  it("is no option, and named where it is promised", () => {
    const { destinationAccountId, destinationBucketArn, priority, status } = nothing;
    expect(found({ Filter: {} })).to.deep.equal({
      destinationAccountId,
      destinationBucketArn,
      priority,
      status,
    });
    expect(found({ Filter: { Tag: {} as never } })).to.deep.include({ tags: { "": "" } });
  });

  it("is no rule to a vault of ours", () => {
    const nowhere = { ID: "nowhere" } as ReplicationRule;
    expect(sourceDrift(promiseOf(), settings([live(), nowhere]))).to.deep.equal([]);
    const nameless = { Destination: { Bucket: OUR_VAULT }, Filter: {} } as ReplicationRule;
    expect(sourceDrift(promiseOf(), settings([live(), nameless]))).to.deep.equal([
      drift('rules[""]', null, { ...nothing, destinationBucketArn: OUR_VAULT }),
    ]);
    const { replication } = settings([]);
    const without = { versioning: "Enabled", replication: { ...replication, Rules: undefined } };
    expect(
      sourceDrift(promiseOf(), without as SourceSettings).map(({ path }) => path),
    ).to.deep.equal(['rules["all"]']);
  });

  it("is looked for with a rule whose vault is not among the promised ones, too", () => {
    const [one] = sourceDrift(promiseOf({ vault: "gone" }), settings([]));
    expect(one?.expected).to.deep.equal({ ...nothing, status: "Enabled", priority: 1 });
  });
});
