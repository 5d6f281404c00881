/** Transforms may add what they like and weaken nothing: judged on what comes out. */

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { Provider as SourceProvider } from "@pulumi/aws/provider";
import { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import type { BucketArgs } from "@pulumi/aws-native/s3";
import {
  ReplicationSource,
  type SourceTransforms,
  Vault,
  type VaultArgs,
  type VaultTransforms,
} from "../../components";
import { bucketProblems, type BucketFacts } from "../../components/vault/guarantees";
import { completeRules } from "../../components/config/complete-rules";
import { looseFailuresOf, one, record } from "./recording-mocks";

const args: VaultArgs = {
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "acme-vault",
  lock: { stage: "governance", retentionDays: 30 },
  kms: "create",
  replicationRoleArns: ["arn:aws:iam::111111111111:role/replicator"],
};

const make =
  (transforms: VaultTransforms, lock: VaultArgs["lock"] = args.lock) =>
  () =>
    new Vault(
      "v",
      { ...args, lock, transforms },
      { provider: new VaultProvider("vault", { region: "eu-central-1" }) },
    );

async function problemsOf(
  transforms: VaultTransforms,
  lock?: VaultArgs["lock"],
): Promise<string[]> {
  const { result } = await record(() => {
    try {
      make(transforms, lock)();
      return [];
    } catch (error) {
      if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
      return error.errors.map(({ propertyPath }) => propertyPath);
    }
  });
  return result;
}

const retention = (mode: string, days: number): BucketArgs["objectLockConfiguration"] => ({
  objectLockEnabled: "Enabled",
  rule: { defaultRetention: { mode: mode as "GOVERNANCE", days } },
});

const compliance = {
  stage: "compliance",
  retentionDays: 30,
  acknowledgement: "acme-vault: COMPLIANCE for 30 days",
} as const;

describe("a transform of a vault", () => {
  it("adds what it likes", async () => {
    const { resources } = await record(
      make({ bucket: (bucket) => ({ ...bucket, tags: [{ key: "team", value: "records" }] }) }),
    );
    expect(one(resources, "v-bucket").inputs.tags).to.deep.equal([
      { key: "team", value: "records" },
    ]);
  });

  it("may lock in a stricter mode and for longer", async () => {
    const stricter = { objectLockConfiguration: retention("COMPLIANCE", 31) };
    expect(await problemsOf({ bucket: (bucket) => ({ ...bucket, ...stricter }) })).to.deep.equal(
      [],
    );
  });

  const weaker: readonly [string, Partial<BucketArgs>, string][] = [
    ["take Object Lock off", { objectLockEnabled: false }, "objectLockEnabled"],
    [
      "shorten the retention",
      { objectLockConfiguration: retention("GOVERNANCE", 29) },
      "objectLockConfiguration.rule.defaultRetention.days",
    ],
    [
      "suspend versioning",
      { versioningConfiguration: { status: "Suspended" } },
      "versioningConfiguration.status",
    ],
    [
      "let the public in",
      {
        publicAccessBlockConfiguration: {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: false,
        },
      },
      "publicAccessBlockConfiguration.restrictPublicBuckets",
    ],
    [
      "give up ownership",
      { ownershipControls: { rules: [{ objectOwnership: "ObjectWriter" }] } },
      "ownershipControls.rules.0.objectOwnership",
    ],
    ["hide a value in an output", { objectLockEnabled: pulumi.output(true) }, "objectLockEnabled"],
  ];
  for (const [title, change, path] of weaker) {
    it(`cannot ${title}`, async () => {
      expect(await problemsOf({ bucket: (bucket) => ({ ...bucket, ...change }) })).to.deep.equal([
        `transforms.bucket.${path}`,
      ]);
    });
  }

  it("cannot lower the mode, however long the period", async () => {
    const lower = { objectLockConfiguration: retention("GOVERNANCE", 3650) };
    expect(
      await problemsOf({ bucket: (bucket) => ({ ...bucket, ...lower }) }, compliance),
    ).to.deep.equal(["transforms.bucket.objectLockConfiguration.rule.defaultRetention.mode"]);
  });

  it("cannot replace the policies", async () => {
    const policyDocument = { Version: "2012-10-17", Statement: [] };
    expect(await problemsOf({ policy: (policy) => ({ ...policy, policyDocument }) })).to.deep.equal(
      ["transforms.policy.policyDocument"],
    );
    expect(
      await problemsOf({ key: (key) => ({ ...key, keyPolicy: policyDocument }) }),
    ).to.deep.equal(["transforms.key.keyPolicy"]);
  });
});

describe("a transform of Pulumi's own, which runs in the engine after ours", () => {
  /** What ends the program when the bucket comes out changed: the paths of its errors. */
  async function endedBy(bucket: string, change: Partial<BucketArgs>): Promise<string[][]> {
    const failures = await looseFailuresOf(make({}, compliance), (name, inputs) =>
      name === bucket ? { ...inputs, ...change } : inputs,
    );
    return failures.map((error) => {
      if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
      return error.errors.map(({ propertyPath }) => propertyPath);
    });
  }

  it("may add what it likes, and lock for longer", async () => {
    const tags = [{ key: "team", value: "records" }];
    const longer = { objectLockConfiguration: retention("COMPLIANCE", 31) };
    expect(await endedBy("v-bucket", { tags, ...longer })).to.deep.equal([]);
  });

  it("ends the program when the vault's bucket comes out as less than promised", async () => {
    expect(
      await endedBy("v-bucket", {
        objectLockConfiguration: retention("GOVERNANCE", 29),
        versioningConfiguration: { status: "Suspended" },
      }),
    ).to.deep.equal([
      [
        "objectLockConfiguration.rule.defaultRetention.mode",
        "objectLockConfiguration.rule.defaultRetention.days",
        "versioningConfiguration.status",
      ],
    ]);
  });

  it("ends the program when the bucket beside it comes out with less, or with default retention", async () => {
    expect(
      await endedBy("v-operations-bucket", {
        objectLockConfiguration: retention("COMPLIANCE", 30),
        versioningConfiguration: { status: "Suspended" },
      }),
    ).to.deep.equal([["versioningConfiguration.status", "objectLockConfiguration.rule"]]);
  });
});

describe("what a vault's bucket promises", () => {
  it("counts a year as 365 days", () => {
    const facts = (years: number): BucketFacts => ({
      objectLockEnabled: true,
      objectLockConfiguration: {
        objectLockEnabled: "Enabled",
        rule: { defaultRetention: { mode: "GOVERNANCE", years } },
      },
      versioningConfiguration: { status: "Enabled" },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
    });
    const lock = { mode: "GOVERNANCE", retentionDays: 366 };
    expect(bucketProblems(facts(2), lock)).to.deep.equal([]);
    expect(bucketProblems(facts(1), lock).map(({ path }) => path)).to.deep.equal([
      "objectLockConfiguration.rule.defaultRetention.days",
    ]);
  });
});

describe("a transform of what a source's backfill and replication work with", () => {
  const source = (transforms: SourceTransforms) => () =>
    new ReplicationSource(
      "s",
      {
        source: {
          accountId: "111111111111",
          region: "eu-west-1",
          bucket: { name: "acme-records" },
          tags: { team: "records" },
          roles: {
            permissionsBoundary: "arn:aws:iam::111111111111:policy/boundary",
            path: "/lockstep/",
            tags: { kind: "role" },
          },
        },
        vaults: [
          {
            name: "v",
            accountId: "222222222222",
            region: "eu-central-1",
            bucketName: "acme-vault",
            bucketArn: "arn:aws:s3:::acme-vault",
          },
        ],
        rules: completeRules([{ name: "all", vault: "v" }], false),
        transforms,
      },
      { provider: new SourceProvider("source", { region: "eu-west-1" }) },
    );

  it("finds roles as the arguments have them, and adds to them and to the bucket", async () => {
    const { resources } = await record(
      source({
        replicationRole: (role) => ({ ...role, description: "ours", maxSessionDuration: 7200 }),
        batchRole: (role, name) => ({ ...role, description: name }),
        operationsBucket: (bucket) => ({ ...bucket, tags: { team: "other" } }),
      }),
    );
    const common = {
      path: "/lockstep/",
      permissionsBoundary: "arn:aws:iam::111111111111:policy/boundary",
      tags: { team: "records", kind: "role" },
    };
    expect(one(resources, "s-replication-role").inputs).to.deep.include({
      ...common,
      description: "ours",
      maxSessionDuration: 7200,
    });
    expect(one(resources, "s-batch-role").inputs).to.deep.include({
      ...common,
      description: "s-batch-role",
    });
    expect(one(resources, "s-batch-bucket").inputs.tags).to.deep.equal({ team: "other" });
    expect(one(resources, "s-source-bucket").inputs.tags).to.deep.equal({ team: "records" });
  });

  const refused: [string, SourceTransforms][] = [
    ["replicationRole.name", { replicationRole: (role) => ({ ...role, name: "other" }) }],
    ["replicationRole.path", { replicationRole: (role) => ({ ...role, path: "/" }) }],
    ["batchRole.assumeRolePolicy", { batchRole: (role) => ({ ...role, assumeRolePolicy: "{}" }) }],
    ["operationsBucket.bucket", { operationsBucket: (bucket) => ({ ...bucket, bucket: "other" }) }],
    [
      "operationsBucket.forceDestroy",
      { operationsBucket: (bucket) => ({ ...bucket, forceDestroy: true }) },
    ],
  ];
  for (const [path, transforms] of refused) {
    it(`may not change ${path}`, async () => {
      const { result } = await record(() => {
        try {
          source(transforms)();
          return [];
        } catch (error) {
          if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
          return error.errors.map(({ propertyPath }) => propertyPath);
        }
      });
      expect(result).to.deep.equal([`transforms.${path}`]);
    });
  }
});
