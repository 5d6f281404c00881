/** Names of every form, and an organization that asks for a boundary, from the stack file to a replica. */

import {
  GetBucketTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreatePolicyCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { changesOf, CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";

const { source, vault } = ACCOUNTS;

/** What an organization that delegates IAM asks for. */
const NO_ROLE_WITHOUT_BOUNDARY = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "DenyUnboundedRoles",
      Effect: "Deny",
      Action: "iam:CreateRole",
      Resource: "*",
      Condition: {
        StringNotEquals: {
          "iam:PermissionsBoundary": `arn:aws:iam::${source.accountId}:policy/boundary`,
        },
      },
    },
  ],
};
const ALLOW_ALL = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

describe("names, roles and tags, from the stack file", function () {
  this.timeout(400_000);
  let project: CliProject;
  let iam: IAMClient;

  before(async () => {
    project = await CliProject.start();
    iam = new IAMClient(project.engine.clientOptions("source"));
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: "boundary",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" }],
        }),
      }),
    );
    project.engine.sandbox.organization.setControlPolicies("source", {
      serviceControlPolicies: [ALLOW_ALL, NO_ROLE_WITHOUT_BOUNDARY],
    });
  });
  after(async () => {
    iam?.destroy();
    await project?.close();
  });

  /** Writes an object and waits for its replica. */
  async function expectReplica(from: string, to: string): Promise<void> {
    const Key = "a b/c";
    const { VersionId } = await project.engine
      .s3("source")
      .send(new PutObjectCommand({ Bucket: from, Key, Body: "content" }));
    await eventually(async () => {
      const head = await project.engine
        .s3("vault")
        .send(new HeadObjectCommand({ Bucket: to, Key, VersionId }));
      expect(head.ReplicationStatus).to.equal("REPLICA");
    });
  }

  const BUCKETS = {
    "in the accounts' regional namespaces": [
      `records-${source.accountId}-${source.region}-an`,
      `vault-${vault.accountId}-${vault.region}-an`,
    ],
    "with dots": ["logs.acme.example", "vault.logs.acme.example"],
  } as const;

  const sections = ([from, to]: readonly [string, string], roles?: object) => ({
    source: {
      ...source,
      bucket: { name: from },
      tags: { team: "records", shared: "source" },
      ...(roles === undefined ? {} : { roles }),
    },
    vaults: [{ name: "primary", ...vault, bucket: { name: to }, tags: { team: "vaults" } }],
    rules: [{ name: "all", vault: "primary" }],
  });
  const roles = {
    permissionsBoundary: `arn:aws:iam::${source.accountId}:policy/boundary`,
    path: "/lockstep/records/",
    tags: { kind: "service", shared: "role" },
  };

  it("are refused by the organization without its boundary, before anything is made", async () => {
    await project.write(sections(["unbounded-records", "unbounded-vault"]), "unbounded");
    const { exitCode, stdout, stderr } = await project.run(["up", "--yes"], "unbounded");
    expect(exitCode).to.equal(2);
    expect(stdout + stderr).to.match(
      /service control policy of the organization \(DenyUnboundedRoles\) refuses iam:CreateRole/,
    );
  });

  for (const [title, names] of Object.entries(BUCKETS)) {
    const [from, to] = names;
    const stack = title.includes("dots") ? "dots" : "namespaces";

    it(`make buckets ${title}, replicate, and prove`, async () => {
      await project.write(sections(names, roles), stack);
      await project.succeed(["up", "--yes"], stack);
      await project.engine.s3("source").send(new HeadBucketCommand({ Bucket: from }));
      await project.engine.s3("vault").send(new HeadBucketCommand({ Bucket: to }));
      await expectReplica(from, to);
      expect(changesOf(await project.succeed(["up", "--yes"], stack))).to.have.all.keys("same");
      const told = await project.succeed(["verify"], stack);
      expect(told.at(-1)).to.include({ type: "verdict", clean: true, proven: 1 });
    });
  }

  it("give each role its boundary, path and tags, and each bucket its tags", async () => {
    for (const name of [
      "lockstep-replication-logs.acme.example",
      "lockstep-batch-logs.acme.example",
    ]) {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
      expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).to.equal(roles.permissionsBoundary);
      expect(Role?.Path).to.equal(roles.path);
      expect(Role?.Tags).to.have.deep.members([
        { Key: "team", Value: "records" },
        { Key: "shared", Value: "role" },
        { Key: "kind", Value: "service" },
      ]);
    }
    const tagsOf = async (account: "source" | "vault", Bucket: string) =>
      (await project.engine.s3(account).send(new GetBucketTaggingCommand({ Bucket }))).TagSet;
    const ofSource = [
      { Key: "team", Value: "records" },
      { Key: "shared", Value: "source" },
    ];
    expect(await tagsOf("source", "logs.acme.example")).to.have.deep.members(ofSource);
    expect(await tagsOf("source", "lockstep-ops-logs.acme.example")).to.have.deep.members(ofSource);
    expect(await tagsOf("vault", "vault.logs.acme.example")).to.deep.include({
      Key: "team",
      Value: "vaults",
    });
  });

  it("move the roles to another path, and the vault's policy with them", async () => {
    await project.write(sections(BUCKETS["with dots"], { ...roles, path: "/moved/" }), "dots");
    await project.succeed(["up", "--yes"], "dots");
    const name = "lockstep-replication-logs.acme.example";
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
    expect(Role?.Arn).to.equal(`arn:aws:iam::${source.accountId}:role/moved/${name}`);
    await expectReplica("logs.acme.example", "vault.logs.acme.example");
  });

  it("warn of a prefix with a slash before it, and take it", async () => {
    const config = sections(BUCKETS["with dots"], roles);
    await project.write(
      { ...config, rules: [{ name: "all", vault: "primary", filter: { prefix: "/lead" } }] },
      "dots",
    );
    const { exitCode, stderr } = await project.run(["preview"], "dots");
    expect(exitCode).to.equal(0);
    expect(stderr).to.match(/warning: rules\[0\]\.filter\.prefix: "\/lead" starts with a slash/);
  });
});
