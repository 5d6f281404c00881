/** Arguments that only a component can judge: each reason reaches the user by its path, through every door. */

import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws-native/provider";
import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { Vault } from "../../components";
import { events } from "../helpers/cli";
import { CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";
import { failureOf, useLocalStacks } from "../helpers/local-stacks";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

const REASONS = [
  {
    path: "rules[0].priority",
    message:
      /^expected a priority that no rule of the bucket has, got 1, which its rule "theirs-1"/,
  },
  {
    path: "rules[1].priority",
    message:
      /^expected a priority that no rule of the bucket has, got 2, which its rule "theirs-2"/,
  },
];

describe("Mistakes that only the components see", function () {
  this.timeout(180_000);

  describe("from a stack file", () => {
    const config = {
      source: { ...ACCOUNTS.source, bucket: { name: "clash-records", existing: true } },
      vaults: [{ name: "primary", ...ACCOUNTS.vault, bucket: { name: "clash-vault" } }],
      rules: [
        { name: "one", vault: "primary", priority: 1, filter: { prefix: "a/" } },
        { name: "two", vault: "primary", priority: 2, filter: { prefix: "b/" } },
      ],
    };
    let project: CliProject;

    before(async () => {
      project = await CliProject.start();
      await makeBucketOfOthers(project, "clash-records");
      await project.write(config);
    });
    after(() => project?.close());

    it("are problems with a path for the command line, in words and as JSON", async () => {
      const shown = await project.run(["preview"]);
      expect(shown.exitCode).to.equal(2);
      for (const { path, message } of REASONS) {
        const line = shown.stderr.split("\n").find((text) => text.startsWith(`  ${path}: `));
        expect(line?.slice(path.length + 4), shown.stderr).to.match(message);
      }
      expect(shown.stdout + shown.stderr).to.not.match(/^\s+at /m);

      const told = events(await project.run(["up", "--yes", "--json"]));
      expectReasons(told.find(({ type }) => type === "error") ?? {});
    });

    it("are problems of the error for who uses the library", async () => {
      const error: unknown = await project.engine
        .preview(config)
        .catch((thrown: unknown) => thrown);
      if (!isLockstepError(error)) throw error;
      expectReasons({ ...error, code: error.code });
    });
  });

  describe("in a program of one's own", () => {
    const sandbox = useSandbox();
    const makeStack = useLocalStacks(sandbox);

    /** A vault with two mistakes of its own, as a program declares it. */
    const mistaken = (bucketName: pulumi.Input<string>, region: string) =>
      new Vault(
        "v",
        {
          accountId: sandbox().account("vault").accountId,
          region,
          bucketName,
          lock: { stage: "compliance", retentionDays: 7 },
          replicationRoleArns: ["arn:aws:iam::111111111111:role/replicator"],
        },
        { provider: new Provider("vault", { region: "eu-central-1", profile: "vault" }) },
      );

    it("are shown each, without a stack trace of ours", async () => {
      const stack = await makeStack("plain", async () => {
        mistaken("own-vault", "nowhere");
      });
      const message = await failureOf(stack.up());
      expect(message).to.include("Vault v was given arguments that cannot work:");
      expect(message).to.match(/ {2}region: expected a Region, got "nowhere"/);
      expect(message).to.match(
        / {2}lock\.acknowledgement: expected exactly "own-vault: COMPLIANCE for 7 days"/,
      );
      expect(message).to.not.match(/^\s+at /m);
    });

    it("end the run, and are shown, when a value is known only while it runs", async () => {
      const stack = await makeStack("later", async () => {
        const { bucketArn } = mistaken(pulumi.output(Promise.resolve("Own_Vault")), "eu-central-1");
        return { bucketArn };
      });
      const message = await failureOf(stack.up());
      expect(message).to.include("Vault v was given arguments that cannot work:");
      expect(message).to.match(/ {2}bucketName: expected only lower-case letters/);
      expect(message).to.not.match(/^\s+at /m);
      const made = (await stack.exportStack()).deployment.resources as { type: string }[];
      expect(made.map(({ type }) => type)).to.not.include("aws-native:s3:Bucket");
    });
  });
});

function expectReasons(error: { code?: unknown; problems?: unknown }): void {
  expect(error.code).to.equal("ConfigInvalid");
  const problems = error.problems as { path: string; message: string }[];
  expect(problems.map(({ path }) => path)).to.deep.equal(REASONS.map(({ path }) => path));
  REASONS.forEach(({ message }, index) => expect(problems[index]?.message).to.match(message));
}

/** A versioned bucket that replicates into another of the same account already, by two rules. */
async function makeBucketOfOthers(project: CliProject, bucket: string): Promise<void> {
  const s3 = project.engine.s3("source");
  for (const Bucket of [bucket, `${bucket}-theirs`]) {
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: bucket,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${ACCOUNTS.source.accountId}:role/theirs`,
        Rules: [1, 2].map((Priority) => ({
          ID: `theirs-${Priority}`,
          Priority,
          Status: "Enabled",
          Filter: { Prefix: `theirs-${Priority}/` },
          DeleteMarkerReplication: { Status: "Disabled" },
          Destination: { Bucket: `arn:aws:s3:::${bucket}-theirs` },
        })),
      },
    }),
  );
}
