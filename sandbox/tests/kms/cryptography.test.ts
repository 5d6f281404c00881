/** What is encrypted with KMS, through the official SDK. */

import { expect } from "chai";
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  ReEncryptCommand,
} from "@aws-sdk/client-kms";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const SECRET = Buffer.from("a secret of records");

describe("KMS cryptography", () => {
  const sandbox = useSandboxWithManualClock();
  const kms = () => sandbox().kms("source");
  const createKey = async () => (await kms().send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";

  it("what is encrypted is decrypted, with the same encryption context only", async () => {
    const KeyId = await createKey();
    const EncryptionContext = { "aws:s3:arn": "arn:aws:s3:::records/x", purpose: "test" };
    const { CiphertextBlob } = await kms().send(
      new EncryptCommand({ KeyId, Plaintext: SECRET, EncryptionContext }),
    );
    expect(Buffer.from(CiphertextBlob ?? []).includes(SECRET)).to.equal(false);
    const decrypt = (context?: Record<string, string>) =>
      kms().send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
    const same = await decrypt({ purpose: "test", "aws:s3:arn": "arn:aws:s3:::records/x" });
    expect(Buffer.from(same.Plaintext ?? [])).to.deep.equal(SECRET);
    expect(same.KeyId).to.equal(KeyId);
    for (const other of [undefined, { purpose: "test" }, { ...EncryptionContext, purpose: "x" }]) {
      expect((await failureOf(decrypt(other))).code).to.equal("InvalidCiphertextException");
    }
  });

  it("a changed blob or another key is refused", async () => {
    const KeyId = await createKey();
    const { CiphertextBlob = new Uint8Array() } = await kms().send(
      new EncryptCommand({ KeyId, Plaintext: SECRET }),
    );
    const changed = Buffer.from(CiphertextBlob);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    const tampered = kms().send(new DecryptCommand({ CiphertextBlob: changed }));
    expect((await failureOf(tampered)).code).to.equal("InvalidCiphertextException");
    const other = kms().send(new DecryptCommand({ CiphertextBlob, KeyId: await createKey() }));
    expect((await failureOf(other)).code).to.equal("IncorrectKeyException");
  });

  it("data keys come in the size that is asked for", async () => {
    const KeyId = await createKey();
    const answer = await kms().send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
    expect(answer.Plaintext?.length).to.equal(32);
    const { Plaintext } = await kms().send(
      new DecryptCommand({ CiphertextBlob: answer.CiphertextBlob }),
    );
    expect(Plaintext).to.deep.equal(answer.Plaintext);
    const blind = await kms().send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 64 }),
    );
    expect(blind).not.to.have.property("Plaintext");
    const neither = kms().send(new GenerateDataKeyCommand({ KeyId }));
    expect(await failureOf(neither)).to.include({
      code: "ValidationException",
      message: "Please specify either number of bytes or key spec.",
    });
    const random = await kms().send(new GenerateRandomCommand({ NumberOfBytes: 7 }));
    expect(random.Plaintext?.length).to.equal(7);
  });

  it("ReEncrypt moves a ciphertext to another key", async () => {
    const [first, second] = [await createKey(), await createKey()];
    const { CiphertextBlob } = await kms().send(
      new EncryptCommand({ KeyId: first, Plaintext: SECRET }),
    );
    const moved = await kms().send(
      new ReEncryptCommand({
        CiphertextBlob,
        DestinationKeyId: second,
        DestinationEncryptionContext: { moved: "yes" },
      }),
    );
    expect([moved.SourceKeyId, moved.KeyId]).to.deep.equal([first, second]);
    const { Plaintext } = await kms().send(
      new DecryptCommand({
        CiphertextBlob: moved.CiphertextBlob,
        EncryptionContext: { moved: "yes" },
      }),
    );
    expect(Buffer.from(Plaintext ?? [])).to.deep.equal(SECRET);
  });
});
