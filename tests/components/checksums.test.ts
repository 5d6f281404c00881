/** Roles that jobs read for checksums as, under mocks. See recording-mocks.ts for what mocks do not prove. */

import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseConfig } from "../../components/config";
import { lockstepProgram } from "../../components/program/program";
import { listOf, one, record, type RecordedResource, valueOf } from "./recording-mocks";

const EXISTING = { "acme-records": "eu-west-1" };
const source = {
  accountId: "111111111111",
  region: "eu-west-1",
  bucket: { name: "acme-records", existing: true },
};
const vault = (name: string, fields: object = {}) => ({
  name,
  accountId: "222222222222",
  region: "eu-central-1",
  bucket: { name: `acme-${name}` },
  ...fields,
});
const plain = {
  source,
  vaults: [vault("primary", { encryption: { kms: "create" } })],
  rules: [{ name: "all", vault: "primary" }],
};
const CHECKSUMS = { verdict: { checksums: true } };

const run = (raw: object) => record(() => lockstepProgram(parseConfig(raw)), EXISTING);

const rolesOf = (resources: readonly RecordedResource[]) =>
  resources
    .filter(({ type }) => type === "aws:iam/role:Role")
    .map(({ inputs }) => (inputs as { name?: string }).name)
    .filter((name) => name?.includes("checksum"));

interface Statement {
  Sid: string;
  Action: unknown;
  Resource: unknown;
  Condition?: unknown;
}
const statementsIn = (document: unknown): readonly Statement[] =>
  (
    (typeof document === "string" ? JSON.parse(document) : document) as {
      Statement: readonly Statement[];
    }
  ).Statement;
const policyOf = (resources: readonly RecordedResource[], name: string) =>
  statementsIn((one(resources, name).inputs as { policy: unknown }).policy);

describe("roles that jobs read as", () => {
  it("are not made where nobody asked for them, and the vault's policy has no statement of one", async () => {
    for (const verdict of [undefined, { accept: ["archived"] }, { checksums: false }]) {
      const { resources } = await run({ ...plain, ...(verdict && { verdict }) });
      expect(rolesOf(resources)).to.deep.equal([]);
      const { policyDocument } = one(resources, "lockstep-vault-primary-policy").inputs as {
        policyDocument: unknown;
      };
      expect(JSON.stringify(policyDocument)).not.to.include("Checksum");
    }
  });

  it("are made in each account by an aws provider of it, with the right to read one bucket, and to write reports", async () => {
    const { providers, resources, result } = await run({ ...plain, ...CHECKSUMS });
    expect(rolesOf(resources)).to.have.members([
      "lockstep-checksum-source-acme-records",
      "lockstep-checksum-vault-acme-primary",
    ]);
    expect(listOf(providers)).to.include("pulumi:providers:aws attach-primary");
    expect(one(resources, "lockstep-checksum-role").provider).to.equal("source");
    expect(one(resources, "lockstep-vault-primary-checksum-role").provider).to.equal(
      "attach-primary",
    );
    const ofSource = policyOf(resources, "lockstep-checksum-role-policy");
    expect(ofSource.map(({ Sid }) => Sid)).to.deep.equal([
      "ReadVersions",
      "DecryptVersions",
      "ReadManifest",
      "WriteReport",
    ]);
    expect(ofSource[0]).to.deep.include({
      Action: "s3:GetObjectVersion",
      Resource: "arn:aws:s3:::acme-records/*",
    });
    expect(ofSource[1]?.Condition).to.deep.equal({
      StringLike: {
        "kms:ViaService": "s3.eu-west-1.amazonaws.com",
        "kms:EncryptionContext:aws:s3:arn": [
          "arn:aws:s3:::acme-records",
          "arn:aws:s3:::acme-records/*",
        ],
      },
    });
    expect(ofSource[3]).to.deep.include({
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::lockstep-ops-acme-records/checksum/reports/*",
      Condition: { Null: { "s3:x-amz-copy-source": "true" } },
    });
    const ofVault = policyOf(resources, "lockstep-vault-primary-checksum-role-policy");
    expect(ofVault.map(({ Sid }) => Sid)).to.include("UseKeyOfReports");
    expect(ofVault[0]?.Resource).to.equal("arn:aws:s3:::acme-primary/*");
    const { policyDocument } = one(resources, "lockstep-vault-primary-policy").inputs as {
      policyDocument: unknown;
    };
    const denial = statementsIn(policyDocument).find(
      ({ Sid }) => Sid === "DenyChecksumRoleChanges",
    );
    expect(denial?.Condition).to.deep.equal({
      ArnEquals: {
        "aws:PrincipalArn": "arn:aws:iam::222222222222:role/lockstep-checksum-vault-acme-primary",
      },
    });
    const roles = (await valueOf(result["roles"] as pulumi.Output<unknown>)) as {
      checksum?: { roleArn: string };
    };
    expect(roles.checksum?.roleArn).to.include("lockstep-checksum-source-acme-records");
    const [told] = (await valueOf(result["vaults"] as pulumi.Output<unknown>)) as {
      guard?: { checksumRole?: { roleArn: string } };
    }[];
    expect(told?.guard?.checksumRole?.roleArn).to.include("lockstep-checksum-vault-acme-primary");
  });

  it("are made by each of two teams on its own side", async () => {
    const ofTeam = async (side: string) =>
      rolesOf((await run({ ...plain, vaults: [vault("primary")], ...CHECKSUMS, side })).resources);
    expect(await ofTeam("source")).to.deep.equal(["lockstep-checksum-source-acme-records"]);
    expect(await ofTeam("vaults")).to.deep.equal(["lockstep-checksum-vault-acme-primary"]);
  });

  it("are two of a bucket that is a vault and the source of the next hop", async () => {
    const chain = {
      sources: [
        { name: "records", ...source },
        { name: "hop", bucket: { vault: "primary" } },
      ],
      vaults: [vault("primary"), vault("away", { accountId: "333333333333" })],
      rules: [
        { name: "in", vault: "primary", priority: 1 },
        { name: "on", vault: "away", source: "hop", priority: 2 },
      ],
      ...CHECKSUMS,
    };
    const { resources } = await run(chain);
    expect(rolesOf(resources)).to.have.members([
      "lockstep-checksum-source-acme-records",
      "lockstep-checksum-source-acme-primary",
      "lockstep-checksum-vault-acme-primary",
      "lockstep-checksum-vault-acme-away",
    ]);
  });
});
