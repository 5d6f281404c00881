/** The component package as a program in another language meets it: real engine, real plugin process, sandbox. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import {
  CreateBucketCommand,
  GetBucketReplicationCommand,
  GetObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { failureOf, useLocalStacks } from "../helpers/local-stacks";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

const ROOT = join(__dirname, "..", "..");
const BIN = join(ROOT, "bin");
const OUTPUTS = ["source", "sources", "vaults", "rules", "exports"] as const;

/** The calling program's own lines are not ours to choose. */
const OUR_STACK_TRACE = /^\s+at .*components/m;

/** What a generated SDK declares: a remote component with its inputs and outputs. */
class ImmutableCopies extends pulumi.ComponentResource {
  constructor(name: string, args: pulumi.Inputs) {
    const outputs = Object.fromEntries(OUTPUTS.map((output) => [output, undefined]));
    super("lockstep:index:ImmutableCopies", name, { ...outputs, ...args }, {}, true);
  }

  outputs(): Record<string, unknown> {
    const members = this as unknown as Record<string, unknown>;
    return Object.fromEntries(OUTPUTS.map((output) => [output, members[output]]));
  }
}

describe("Component package", function () {
  this.timeout(180_000);
  const sandbox = useSandbox();
  const makeStack = useLocalStacks(sandbox);

  /** Arguments for an existing bucket and one vault, as YAML or Python would write them. */
  function argsFor(name: string) {
    const access = (account: string) => {
      const { accountId, region } = sandbox().account(account);
      return { accountId, region, profile: account };
    };
    return {
      source: { ...access("source"), bucket: { name: `${name}-source`, existing: true } },
      vaults: [
        {
          name: "primary",
          ...access("vault"),
          bucket: { name: `${name}-vault` },
          lock: { stage: "governance", retention: "30 days" },
          encryption: { kms: "create" },
        },
      ],
      rules: [{ name: "all", priority: 10, filter: { prefix: "records/" }, vault: "primary" }],
    };
  }

  const makeSource = (name: string) =>
    sandbox()
      .s3("source")
      .send(
        new CreateBucketCommand({
          Bucket: `${name}-source`,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );

  /** A stack whose engine finds the plugin on its PATH. */
  async function stackOf(name: string, program: PulumiFn): Promise<Stack> {
    const stack = await makeStack(name, program);
    stack.workspace.envVars["PATH"] = `${BIN}${delimiter}${process.env["PATH"] ?? ""}`;
    return stack;
  }

  it("deploys into both accounts, with outputs for the driver and no changes after", async () => {
    await makeSource("package");
    const stack = await stackOf("package", async () =>
      new ImmutableCopies("records", argsFor("package")).outputs(),
    );
    const { outputs } = await stack.up();
    const { accountId } = sandbox().account("vault");
    expect(outputs["vaults"]?.value).to.have.length(1);
    expect(outputs["vaults"]?.value[0]).to.deep.include({
      name: "primary",
      accountId,
      bucketName: "package-vault",
    });
    expect(outputs["vaults"]?.value[0].lock).to.include({ mode: "GOVERNANCE", retentionDays: 30 });
    expect(outputs["vaults"]?.value[0].kmsKeyArn).to.match(/^arn:aws:kms:/);
    expect(outputs["source"]?.value).to.deep.include({
      bucketName: "package-source",
      existing: true,
    });
    expect(outputs["rules"]?.value).to.have.length(1);
    expect(outputs["rules"]?.value[0]).to.include({
      name: "all",
      status: "Enabled",
      priority: 10,
      prefix: "records/",
      vault: "primary",
    });
    const exported = outputs["exports"]?.value;
    expect(exported).to.have.all.keys(
      "source",
      "vaults",
      "rules",
      "operations",
      "batchRoleArn",
      "organizationPolicies",
      "promise",
      "roles",
    );
    expect(exported).to.deep.include({ vaults: outputs["vaults"]?.value });
    expect(exported.operations).to.deep.include({ manifestPrefix: "manifests" });
    expect(exported.batchRoleArn).to.match(/:role\/lockstep-batch-package-source$/);

    const lock = await sandbox()
      .s3("vault")
      .send(new GetObjectLockConfigurationCommand({ Bucket: "package-vault" }));
    expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention).to.deep.include({
      Mode: "GOVERNANCE",
      Days: 30,
    });
    const replication = await sandbox()
      .s3("source")
      .send(new GetBucketReplicationCommand({ Bucket: "package-source" }));
    expect(replication.ReplicationConfiguration?.Rules?.map(({ ID }) => ID)).to.deep.equal(["all"]);

    const { resources } = (await stack.exportStack()).deployment as {
      resources: { urn: string; parent?: string }[];
    };
    const top = resources.find(({ urn }) =>
      urn.endsWith("lockstep:index:ImmutableCopies::records"),
    );
    const children = resources.filter(({ parent }) => parent === top?.urn);
    expect(children.map(({ urn }) => urn.split("::").at(-1)).sort()).to.deep.equal([
      "records",
      "records-source",
      "records-vault-primary",
    ]);

    const { changeSummary } = await stack.preview();
    expect(Object.keys(changeSummary)).to.deep.equal(["same"]);
  });

  it("is what Pulumi runs by PulumiPlugin.yaml, with the schema that is checked in", async () => {
    const child = spawn(
      process.execPath,
      [require.resolve("@pulumi/pulumi/cmd/run-plugin"), ROOT, "127.0.0.1:1"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      const [port] = (await once(child.stdout, "data", {
        signal: AbortSignal.timeout(60_000),
      })) as [Buffer];
      const client = new ResourceProviderClient(
        `127.0.0.1:${String(port).trim()}`,
        grpc.credentials.createInsecure(),
      );
      const schema = await new Promise<string>((resolve, reject) =>
        client.getSchema(new GetSchemaRequest(), (error, answer) =>
          error === null ? resolve(answer.getSchema()) : reject(error),
        ),
      );
      client.close();
      expect(schema).to.equal(
        await readFile(join(ROOT, "components", "package", "schema.json"), "utf8"),
      );
    } finally {
      child.kill();
      await once(child, "close");
    }
  });

  it("names every mistake of the arguments by its path, and makes nothing", async () => {
    const args = argsFor("mistaken");
    const stack = await stackOf("mistaken", async () => {
      new ImmutableCopies("records", {
        ...args,
        source: { ...args.source, accountId: "12" },
        vaults: [{ ...args.vaults[0], lock: { stage: "goverance" } }],
        rules: [{ ...args.rules[0], vualt: "primary" }],
      });
    });
    const message = await failureOf(stack.up());
    expect(message).to.match(/source\.accountId.*\n?.*expected an account id of twelve digits/);
    expect(message).to.match(/vaults\[0\]\.lock\.stage.*\n?.*expected one of "pilot"/);
    expect(message).to.match(/rules\[0\]\.vualt.*\n?.*did you mean "vault"/);
    expect(message).to.not.match(OUR_STACK_TRACE);
    expect(await made(stack)).to.deep.equal(["pulumi:providers:lockstep"]);
  });

  it("says which value is not known yet", async () => {
    const args = argsFor("unknown");
    const stack = await stackOf("unknown", async () => {
      new ImmutableCopies("records", {
        ...args,
        source: { ...args.source, replicationRoleArn: notYetKnown() },
      });
    });
    const message = await failureOf(stack.preview());
    expect(message).to.match(/source\.replicationRoleArn.*\n?.*is not known before/);
    expect(message).to.not.match(OUR_STACK_TRACE);
  });

  it("says plainly that an existing bucket is not there", async () => {
    const stack = await stackOf("absent", async () => {
      new ImmutableCopies("records", argsFor("absent"));
    });
    const message = await failureOf(stack.up());
    expect(message).to.match(
      /source\.bucket\.name.*\n?.*expected a bucket "absent-source" that is there/,
    );
    expect(message).to.not.match(OUR_STACK_TRACE);
    expect((await made(stack)).filter((type) => type.startsWith("aws"))).to.deep.equal([]);
  });

  it("has room for several in one stack", async () => {
    await makeSource("left");
    await makeSource("right");
    const stack = await stackOf("several", async () => {
      new ImmutableCopies("left", argsFor("left"));
      new ImmutableCopies("right", argsFor("right"));
    });
    // Two resources of one URN would fail it.
    const { changeSummary } = await stack.preview();
    expect(Object.keys(changeSummary)).to.deep.equal(["create"]);
  });
});

/** As an output of a resource that is still to be made. */
function notYetKnown(): pulumi.Output<string> {
  const Output = pulumi.Output as unknown as new (
    resources: Set<pulumi.Resource>,
    value: Promise<unknown>,
    isKnown: Promise<boolean>,
    isSecret: Promise<boolean>,
    allResources: Promise<Set<pulumi.Resource>>,
  ) => pulumi.Output<string>;
  const [no, none] = [Promise.resolve(false), new Set<pulumi.Resource>()];
  return new Output(none, Promise.resolve(undefined), no, no, Promise.resolve(none));
}

/** Types of what a stack has, without the stack itself. */
async function made(stack: Stack): Promise<string[]> {
  const { resources = [] } = (await stack.exportStack()).deployment as {
    resources?: { type: string }[];
  };
  return resources.map(({ type }) => type).filter((type) => type !== "pulumi:pulumi:Stack");
}
