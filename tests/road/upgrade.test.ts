/** Pulumi's manners on the real engine: a stack of the first layout goes on, transforms weaken nothing, previews know. */

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { BatchOperations, parseConfig, SourceBucket } from "../../components";
import { completeRules } from "../../components/config/complete-rules";
import { createProviders } from "../../components/program/providers";
import { derivedNames, roleArn } from "../../components/derived-names";
import { ReplicationConfiguration } from "../../components/source/replication-configuration";
import { ReplicationRole } from "../../components/source/replication-role";
import { Vault } from "../../components/vault/vault";
import { pulumiCommand } from "../helpers/engine";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";

const config = {
  source: { ...ACCOUNTS.source, bucket: { name: "first-records" } },
  vaults: [{ name: "v", ...ACCOUNTS.vault, bucket: { name: "first-vault" } }],
  rules: [{ name: "all", vault: "v" }],
};

/** The layout before there were several sources: every part hung on the top component itself. */
async function firstLayout(): Promise<void> {
  const parsed = parseConfig(config);
  const providers = createProviders(parsed);
  const [source] = parsed.sources;
  const [vaultConfig] = parsed.vaults;
  const provider = providers.sources.get("source");
  const vaultProvider = providers.vaults.get("v");
  if (!source || !vaultConfig || !provider || !vaultProvider) throw new Error("no providers");
  const parent = new pulumi.ComponentResource("lockstep:index:ImmutableReplication", "lockstep");
  const names = derivedNames("first-records");
  const vault = new Vault(
    "lockstep-vault-v",
    {
      accountId: vaultConfig.accountId,
      region: vaultConfig.region,
      bucketName: "first-vault",
      lock: vaultConfig.lock,
      kms: "none",
      replicationRoleArns: [roleArn(source, names.replicationRoleName)],
    },
    { parent, provider: vaultProvider },
  );
  const bucket = new SourceBucket(
    "lockstep-source",
    { bucketName: "first-records", region: source.region },
    { parent, provider, dependsOn: [vault] },
  );
  const role = new ReplicationRole(
    "lockstep-replication",
    {
      roleName: names.replicationRoleName,
      source: {
        bucketName: bucket.bucketName,
        region: source.region,
        accountId: source.accountId,
        sseKmsEncryptedObjects: false,
        kmsKeyArns: [],
      },
      targets: [
        {
          bucketName: "first-vault",
          region: vaultConfig.region,
          kmsKeyArns: [],
          deleteMarkers: false,
          ownerOverride: false,
        },
      ],
    },
    { parent, provider, dependsOn: [bucket] },
  );
  new ReplicationConfiguration(
    "lockstep-replication",
    {
      bucketName: bucket.bucketName,
      roleArn: role.roleArn,
      destinations: { v: { bucketArn: vault.bucketArn, accountId: vaultConfig.accountId } },
      rules: completeRules(config.rules, false),
    },
    { parent, provider, dependsOn: [vault, bucket, role] },
  );
  new BatchOperations(
    "lockstep-batch",
    {
      sourceBucketArn: bucket.bucketArn,
      operationsBucketName: names.operationsBucketName,
      roleName: names.batchRoleName,
    },
    { parent, provider },
  );
}

describe("a stack of the first layout", function () {
  this.timeout(180_000);
  let project: EngineProject;

  before(async () => {
    project = await EngineProject.start();
    const stack = await LocalWorkspace.createStack(
      { stackName: "test", projectName: "lockstep", program: firstLayout },
      {
        workDir: project.folder,
        pulumiCommand: await pulumiCommand(),
        envVars: { ...project.environment },
      },
    );
    await stack.up();
  });
  after(() => project?.close());

  it("goes on without a replacement: only the new component is made", async () => {
    const changes = await project.preview(config);
    expect(changes).to.have.property("create", 1);
    expect(changes).to.not.have.any.keys("replace", "delete", "update");
    await project.up(config);
    expect(Object.keys(await project.preview(config))).to.deep.equal(["same"]);
  });
});
