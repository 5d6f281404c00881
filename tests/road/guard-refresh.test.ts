/** A refresh of what nobody touched finds nothing to put back: also where a vault is the source of the next hop. */

import { GetBucketReplicationCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { upStack } from "../../automation/stack/deploy";

describe("a refresh of a chain", function () {
  this.timeout(600_000);
  let project: EngineProject;
  before(async () => {
    project = await EngineProject.start();
  });
  after(() => project?.close());

  it("leaves the next hop's replication on the first hop's vault", async () => {
    const Bucket = "hop-vault";
    const config = {
      sources: [
        { name: "first", ...ACCOUNTS.source, bucket: { name: "hop-records" } },
        { name: "second", bucket: { vault: "near" } },
      ],
      vaults: [
        { name: "near", ...ACCOUNTS.vault, bucket: { name: Bucket } },
        { name: "far", ...ACCOUNTS.far, bucket: { name: "hop-far" } },
      ],
      rules: [
        { name: "near", source: "first", vault: "near" },
        { name: "far", source: "second", vault: "far" },
      ],
    };
    await project.up(config);
    const changes = await upStack(await project.open(config), project.session, { refresh: true });
    expect(Object.keys(changes)).to.deep.equal(["same"]);
    const s3 = project.s3("vault");
    const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand({ Bucket }));
    s3.destroy();
    expect(ReplicationConfiguration?.Rules?.map(({ ID }) => ID)).to.deep.equal(["far"]);
  });
});
