/** A whole stack in each partition, under mocks: no ARN and no host of another one in anything that is declared. */

import { Provider } from "@pulumi/aws-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseConfig } from "../../components/config";
import type { Partition } from "../../components/config/values";
import { Vault } from "../../components/vault/vault";
import { lockstepProgram } from "../../components/program/program";
import { record } from "./recording-mocks";

const REGIONS: Record<Partition, string> = {
  aws: "eu-west-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-eusc": "eusc-de-east-1",
};
const VIA_SERVICE: Record<Partition, RegExp> = {
  aws: /s3\.eu-west-1\.amazonaws\.com"/,
  "aws-cn": /s3\.cn-north-1\.amazonaws\.com\.cn"/,
  "aws-us-gov": /s3\.us-gov-west-1\.amazonaws\.com"/,
  "aws-eusc": /s3\.eusc-de-east-1\.amazonaws\.eu"/,
};

describe("a stack of every kind of resource", () => {
  for (const [partition, region] of Object.entries(REGIONS) as [Partition, string][]) {
    it(`names ${partition} alone when its Regions are in it`, async () => {
      const config = parseConfig({
        source: {
          accountId: "111111111111",
          region,
          bucket: { name: "acme-records", encryption: { kms: "create" } },
          roles: { path: "/lockstep/" },
        },
        vaults: [
          {
            name: "primary",
            accountId: "222222222222",
            region,
            bucket: { name: "acme-vault" },
            lock: { stage: "governance" },
            encryption: { kms: "create" },
            breakGlassRoleArn: `arn:${partition}:iam::222222222222:role/break-glass`,
          },
        ],
        rules: [{ name: "all", vault: "primary" }],
        monitoring: {
          subscribers: { emails: ["a@b.c"], slack: [{ workspaceId: "T07", channelId: "C07" }] },
        },
      });
      const { resources } = await record(() => lockstepProgram(config));
      // Within documents that are JSON texts, quotes are escaped.
      const declared = JSON.stringify(resources.map(({ inputs }) => inputs as unknown)).replaceAll(
        "\\",
        "",
      );
      const partitions = new Set(
        [...declared.matchAll(/\barn:(aws[a-z-]*):/g)].map(([, found]) => found),
      );
      expect([...partitions]).to.deep.equal([partition]);
      expect(declared).to.match(VIA_SERVICE[partition]);
      expect(declared).to.include(
        `arn:${partition}:iam::111111111111:role/lockstep/lockstep-replication-acme-records`,
      );
      expect(declared).to.include(`arn:${partition}:iam::aws:policy/AWSDenyAll`);
    });
  }

  it("takes no role and no key of another, by itself", async () => {
    const { result } = await record(() => {
      try {
        new Vault(
          "v",
          {
            accountId: "222222222222",
            region: "us-gov-west-1",
            bucketName: "acme-vault",
            lock: { stage: "pilot" },
            kms: "arn:aws:kms:us-gov-west-1:222222222222:key/0a1b2c3d-0000-4000-8000-000000000000",
            replicationRoleArns: ["arn:aws-cn:iam::111111111111:role/r"],
            breakGlassRoleArn: "arn:aws:iam::222222222222:role/break-glass",
          },
          { provider: new Provider("vault", { region: "us-gov-west-1" }) },
        );
        return [];
      } catch (error) {
        if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
        return error.errors.map(({ propertyPath }) => propertyPath);
      }
    });
    expect(result).to.have.members(["breakGlassRoleArn", "kms", "replicationRoleArns[0]"]);
  });
});
