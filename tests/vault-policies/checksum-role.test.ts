import { expect } from "chai";
import type { PolicyDocument } from "../../components/policy-documents";
import { errorOf } from "../../sandbox/tests/batch/fixture";
import { SOURCE_BUCKET, VAULT_BUCKET } from "../../sandbox/tests/replication/fixture";
import {
  BESIDE,
  CHECKSUM_ATTACKS,
  CHECKSUM_STATEMENT,
  readPolicy,
  ReadVault,
} from "./checksum-attacks";
import { RECORD } from "./vault-attacks";

const onlyStatement = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.filter(
    ({ Effect, Sid }) => Effect === "Allow" || Sid === CHECKSUM_STATEMENT,
  ),
});
const without = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.filter(({ Effect }) => Effect === "Allow"),
});

const s3 = (operation: string, input: object) => ({ service: "s3" as const, operation, input });

describe("Whoever becomes the role that reads a vault for checksums", () => {
  for (const { action, input, name, operation } of CHECKSUM_ATTACKS) {
    describe(`with every right of the account, and tries to ${name},`, () => {
      it("is refused by the one statement of the vault's policy", () => {
        const vault = ReadVault.make("every right", { vaultBucket: onlyStatement });
        const { message } = errorOf(() => vault.asChecksumRole(s3(operation, input(vault))));
        expect(message).to.include(`not authorized to perform: ${action} on`);
        expect(message).to.match(/with an explicit deny in a resource-based policy$/);
      });

      it("is not refused by IAM without it", () => {
        const vault = ReadVault.make("every right", { vaultBucket: without });
        // What is locked Object Lock keeps by itself.
        let told = "";
        try {
          vault.asChecksumRole(s3(operation, input(vault)));
        } catch (error) {
          told = String(error);
        }
        expect(told).not.to.include("not authorized to perform");
      });
    });
  }

  it("reads each version with its own policy, under the vault's key", () => {
    const vault = ReadVault.make("its own policy");
    vault.asChecksumRole(s3("GetObject", vault.versionOf()));
  });

  it("reads nothing else with it, lists nothing, and not even the newest version without its id", () => {
    const vault = ReadVault.make("its own policy");
    for (const call of [
      s3("GetObject", { Bucket: VAULT_BUCKET, Key: RECORD }),
      s3("GetObject", { Bucket: BESIDE, Key: "promise/x" }),
      s3("GetObject", { Bucket: SOURCE_BUCKET, Key: RECORD }),
      s3("ListObjectVersions", { Bucket: VAULT_BUCKET }),
    ]) {
      expect(errorOf(() => vault.asChecksumRole(call)).message).to.match(/not authorized|denied/i);
    }
  });

  it("writes reports and nothing beside them, and copies no data to where they lie", () => {
    const vault = ReadVault.make("its own policy");
    const Key = "checksum/reports/job-1/manifest.json";
    vault.asChecksumRole(s3("PutObject", { Bucket: BESIDE, Key, Body: Buffer.from("{}") }));
    const { VersionId } = vault.versionOf();
    const CopySource = `${VAULT_BUCKET}/${RECORD}?versionId=${VersionId}`;
    for (const call of [
      s3("CopyObject", { Bucket: BESIDE, Key: "checksum/reports/stolen", CopySource }),
      s3("PutObject", { Bucket: BESIDE, Key: "promise/forged", Body: Buffer.from("{}") }),
      s3("PutObject", { Bucket: BESIDE, Key: "checksum/manifests/x", Body: Buffer.from("x") }),
      s3("PutObject", { Bucket: BESIDE, Key: "checksum/ledger/x", Body: Buffer.from("{}") }),
    ]) {
      expect(errorOf(() => vault.asChecksumRole(call)).message).to.include("not authorized");
    }
  });

  it("is named by one statement, which is in no vault without it", () => {
    const sids = readPolicy().Statement.map(({ Sid }) => Sid);
    expect(sids.filter((sid) => sid.startsWith("DenyChecksum"))).to.deep.equal([
      CHECKSUM_STATEMENT,
    ]);
  });
});
