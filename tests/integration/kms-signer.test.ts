/** Evidence that is signed by a key of KMS is checked like any other, with the public key that KMS gives. */

import { CreateKeyCommand, type KeySpec } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { isLockstepError } from "../../automation/errors";
import { opened, sealed } from "../../automation/evidence/envelope";
import { readPublicKey } from "../../automation/evidence/key";
import { kmsSigner } from "../../automation/evidence/kms-signer";
import { BundleFolder } from "../helpers/evidence-bundles";

const VAULT = { accountId: "222222222222", region: "eu-central-1", profile: "vault" };

describe("a key of KMS", function () {
  this.timeout(60_000);
  const { signal } = new AbortController();
  let folder: BundleFolder;
  let sandbox: Sandbox;
  let clients: AccountClients;
  before(async () => {
    folder = new BundleFolder();
    sandbox = await startSandbox();
    const { configFile } = await sandbox.writeAwsConfig(folder.path);
    clients = await accountClients(VAULT, { configFile, variables: {} });
  });
  after(async () => {
    clients.destroy();
    await sandbox.close();
    folder.remove();
  });

  async function newKey(KeySpec: KeySpec): Promise<string> {
    const { KeyMetadata } = await clients.kms.send(
      new CreateKeyCommand({ KeySpec, KeyUsage: "SIGN_VERIFY" }),
    );
    return KeyMetadata?.Arn ?? "";
  }

  it("signs statements of any size, in the one encoding", async () => {
    const signer = await kmsSigner(clients.kms, await newKey("ECC_NIST_P256"), signal);
    const publicKey = readPublicKey(signer.publicPem);
    for (let count = 0; count < 8; count++) {
      const statement = { text: "x".repeat(count * 2000) };
      const found = opened(await sealed(statement, signer), publicKey);
      expect(found.statement).to.deep.equal(statement);
      expect(found.keyId).to.equal(signer.keyId);
    }
  });

  it("of another spec signs none", async () => {
    for (const spec of ["RSA_2048", "ECC_NIST_P384"] as const) {
      const arn = await newKey(spec);
      const error = await kmsSigner(clients.kms, arn, signal).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(isLockstepError(error) && error.code, spec).to.equal("EvidenceUnreadable");
    }
  });
});
