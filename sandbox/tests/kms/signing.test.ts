import { constants, createHash, createPublicKey, verify as verifyBytes } from "node:crypto";
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  type CreateKeyCommandInput,
  type KeySpec,
  type SignCommandInput,
  type SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { startTestSandbox, useSandboxWithManualClock } from "../helpers/sandbox";

const MESSAGE = Buffer.from("a message whose signature is looked at");

/** One spec and all it signs with, in KMS's order. */
const SPECS: readonly (readonly [KeySpec, readonly SigningAlgorithmSpec[]])[] = [
  [
    "RSA_2048",
    [
      "RSASSA_PKCS1_V1_5_SHA_256",
      "RSASSA_PKCS1_V1_5_SHA_384",
      "RSASSA_PKCS1_V1_5_SHA_512",
      "RSASSA_PSS_SHA_256",
      "RSASSA_PSS_SHA_384",
      "RSASSA_PSS_SHA_512",
    ],
  ],
  ["ECC_NIST_P256", ["ECDSA_SHA_256"]],
  ["ECC_NIST_P384", ["ECDSA_SHA_384"]],
  ["ECC_NIST_P521", ["ECDSA_SHA_512"]],
  ["ECC_SECG_P256K1", ["ECDSA_SHA_256"]],
];

const hashName = (algorithm: string) => `sha${algorithm.slice(-3)}`;
const digestOf = (algorithm: string) => createHash(hashName(algorithm)).update(MESSAGE).digest();

/** Node's own verification of a message, which knows nothing of how the sandbox signs digests. */
function nodeVerifies(algorithm: string, publicKey: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  const options = algorithm.startsWith("RSASSA_PSS")
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : { key };
  return verifyBytes(hashName(algorithm), MESSAGE, options, signature);
}

describe("asymmetric keys", () => {
  const sandbox = useSandboxWithManualClock({ seed: 5 });
  const kms = () => sandbox().kms("source");

  const createKey = async (input: CreateKeyCommandInput) => {
    const { KeyMetadata } = await kms().send(new CreateKeyCommand(input));
    return { KeyId: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "", KeyMetadata };
  };
  const signingKey = (KeySpec: KeySpec) => createKey({ KeySpec, KeyUsage: "SIGN_VERIFY" });

  const sign = async (input: SignCommandInput) =>
    (await kms().send(new SignCommand(input))).Signature ?? new Uint8Array();

  for (const [spec, algorithms] of SPECS) {
    describe(`of the spec ${spec}`, () => {
      let KeyId = "";
      let publicKey: Uint8Array = new Uint8Array();
      before(async () => {
        ({ KeyId } = await signingKey(spec));
        publicKey = (await kms().send(new GetPublicKeyCommand({ KeyId }))).PublicKey ?? publicKey;
      });

      it("say what they are, in DescribeKey and beside their public half", async () => {
        const { KeyMetadata } = await kms().send(new DescribeKeyCommand({ KeyId }));
        const facts = {
          KeySpec: spec,
          CustomerMasterKeySpec: spec,
          KeyUsage: "SIGN_VERIFY",
          SigningAlgorithms: [...algorithms],
        };
        expect(KeyMetadata).to.deep.include(facts);
        expect(KeyMetadata).not.to.have.property("EncryptionAlgorithms");
        const answer = await kms().send(new GetPublicKeyCommand({ KeyId }));
        expect(answer).to.deep.include({ ...facts, KeyId: KeyMetadata?.Arn });
        expect(answer.PublicKey).to.deep.equal(publicKey);
      });

      for (const algorithm of algorithms) {
        it(`sign messages and digests with ${algorithm}, as anybody verifies by the public key`, async () => {
          const forms = [
            { Message: MESSAGE },
            { Message: digestOf(algorithm), MessageType: "DIGEST" as const },
          ];
          for (const form of forms) {
            const Signature = await sign({ KeyId, SigningAlgorithm: algorithm, ...form });
            expect(nodeVerifies(algorithm, publicKey, Signature)).to.equal(true);
            // "A message and its hash digest are considered to be the same message."
            for (const other of forms) {
              const verify = { KeyId, SigningAlgorithm: algorithm, Signature, ...other };
              const answer = await kms().send(new VerifyCommand(verify));
              expect(answer).to.include({ SignatureValid: true, SigningAlgorithm: algorithm });
            }
          }
        });

        it(`find with ${algorithm} whatever was changed`, async () => {
          const SigningAlgorithm = algorithm;
          const Signature = await sign({ KeyId, SigningAlgorithm, Message: MESSAGE });
          const changed = Buffer.from(Signature);
          const last = changed.length - 1;
          changed[last] = (changed[last] ?? 0) ^ 1;
          const other = await signingKey(spec);
          for (const wrong of [
            { Message: Buffer.from("another message") },
            { Signature: changed },
            { Signature: Signature.subarray(0, last) },
            { Signature: Buffer.concat([Signature, Buffer.from([0])]) },
            { Signature: Buffer.alloc(Signature.length) },
            { Signature: Buffer.alloc(Signature.length, 0xff) },
            // A pair of RSA takes long to make: see below.
            ...(spec === "RSA_2048" ? [] : [{ KeyId: other.KeyId }]),
          ]) {
            const verify = { KeyId, SigningAlgorithm, Message: MESSAGE, Signature, ...wrong };
            const failure = await failureOf(kms().send(new VerifyCommand(verify)));
            expect(failure).to.include({ code: "KMSInvalidSignatureException", status: 400 });
          }
        });
      }
    });
  }

  it("of RSA take a signature of one algorithm for none of another, and of one key for no other's", async () => {
    const { KeyId } = await signingKey("RSA_2048");
    const other = await signingKey("RSA_2048");
    const [, algorithms] = SPECS[0] ?? [];
    const Signature = await sign({
      KeyId,
      SigningAlgorithm: "RSASSA_PSS_SHA_256",
      Message: MESSAGE,
    });
    for (const SigningAlgorithm of algorithms ?? []) {
      if (SigningAlgorithm === "RSASSA_PSS_SHA_256") continue;
      const verify = new VerifyCommand({ KeyId, SigningAlgorithm, Message: MESSAGE, Signature });
      expect((await failureOf(kms().send(verify))).code).to.equal("KMSInvalidSignatureException");
    }
    const verify = new VerifyCommand({
      KeyId: other.KeyId,
      SigningAlgorithm: "RSASSA_PSS_SHA_256",
      Message: MESSAGE,
      Signature,
    });
    expect((await failureOf(kms().send(verify))).code).to.equal("KMSInvalidSignatureException");
  });

  it("of Edwards' curve sign messages; what takes digests is refused by name", async () => {
    const { KeyId, KeyMetadata } = await signingKey("ECC_NIST_EDWARDS25519");
    expect(KeyMetadata?.SigningAlgorithms).to.deep.equal(["ED25519_SHA_512", "ED25519_PH_SHA_512"]);
    const request = { KeyId, SigningAlgorithm: "ED25519_SHA_512" as const, Message: MESSAGE };
    const Signature = await sign(request);
    const { PublicKey = new Uint8Array() } = await kms().send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
    expect(verifyBytes(null, MESSAGE, key, Signature)).to.equal(true);
    await kms().send(new VerifyCommand({ ...request, Signature }));
    const changed = { ...request, Signature, Message: Buffer.from("else") };
    expect((await failureOf(kms().send(new VerifyCommand(changed)))).code).to.equal(
      "KMSInvalidSignatureException",
    );
    const digest = { Message: digestOf("512"), MessageType: "DIGEST" as const };
    expect(await failureOf(sign({ ...request, ...digest }))).to.include({
      code: "ValidationException",
      message: "Message type DIGEST is incompatible with algorithm ED25519_SHA_512.",
    });
    const prehashed = { ...request, SigningAlgorithm: "ED25519_PH_SHA_512" as const };
    expect((await failureOf(sign(prehashed))).code).to.equal("ValidationException");
    const refused = await failureOf(sign({ ...prehashed, ...digest }));
    expect(refused).to.include({ code: "NotImplemented", status: 501 });
    expect(refused.message).to.contain("ED25519_PH_SHA_512");
  });

  it("on curves are the same for the same seed, and differ from key to key", async () => {
    const publicKeys = async (seed: number) => {
      const world = await startTestSandbox({ seed });
      try {
        const client = world.kms("source");
        const keys: string[] = [];
        for (const KeySpec of [
          "ECC_NIST_P256",
          "ECC_NIST_P256",
          "ECC_NIST_EDWARDS25519",
        ] as const) {
          const command = new CreateKeyCommand({ KeySpec, KeyUsage: "SIGN_VERIFY" });
          const { KeyMetadata } = await client.send(command);
          const { KeyId } = KeyMetadata ?? { KeyId: "" };
          const { PublicKey = [] } = await client.send(new GetPublicKeyCommand({ KeyId }));
          keys.push(Buffer.from(PublicKey).toString("hex"));
        }
        return keys;
      } finally {
        await world.close();
      }
    };
    const [one, again, other] = [await publicKeys(1), await publicKeys(1), await publicKeys(2)];
    expect(again).to.deep.equal(one);
    expect(new Set([...one, ...other]).size).to.equal(6);
  });

  describe("refuse", () => {
    it("a message or a digest of a wrong length, an algorithm of another spec", async () => {
      const { KeyId } = await signingKey("ECC_NIST_P256");
      const request = { KeyId, SigningAlgorithm: "ECDSA_SHA_256" as const };
      for (const sizeBytes of [20, 31, 33, 64]) {
        const Message = Buffer.alloc(sizeBytes);
        expect(await failureOf(sign({ ...request, Message, MessageType: "DIGEST" }))).to.include({
          code: "ValidationException",
          message: "Digest is invalid length for algorithm ECDSA_SHA_256.",
        });
      }
      await sign({ ...request, Message: Buffer.alloc(4096) });
      const long = await failureOf(sign({ ...request, Message: Buffer.alloc(4097) }));
      expect(long.code).to.equal("ValidationException");
      for (const SigningAlgorithm of ["ECDSA_SHA_384", "RSASSA_PSS_SHA_256"] as const) {
        expect(await failureOf(sign({ KeyId, SigningAlgorithm, Message: MESSAGE }))).to.include({
          code: "InvalidKeyUsageException",
          status: 400,
          message: `Algorithm ${SigningAlgorithm} is incompatible with key spec ECC_NIST_P256.`,
        });
      }
    });

    it("to encrypt, to be rotated and to encrypt objects, as keys for encryption refuse to sign", async () => {
      const { KeyId, arn } = await signingKey("ECC_NIST_P256");
      const symmetric = await createKey({});
      const of = (key: string, usage: string, operation: string) => ({
        code: "InvalidKeyUsageException",
        message: `${key} key usage is ${usage} which is not valid for ${operation}.`,
      });
      const encrypt = new EncryptCommand({ KeyId, Plaintext: MESSAGE });
      expect(await failureOf(kms().send(encrypt))).to.include(of(arn, "SIGN_VERIFY", "Encrypt"));
      const dataKey = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" });
      expect(await failureOf(kms().send(dataKey))).to.include(
        of(arn, "SIGN_VERIFY", "GenerateDataKey"),
      );
      const request = {
        KeyId: symmetric.KeyId,
        SigningAlgorithm: "ECDSA_SHA_256" as const,
        Message: MESSAGE,
      };
      expect(await failureOf(sign(request))).to.include(
        of(symmetric.arn, "ENCRYPT_DECRYPT", "Sign"),
      );
      const verify = new VerifyCommand({ ...request, Signature: Buffer.alloc(64) });
      expect(await failureOf(kms().send(verify))).to.include(
        of(symmetric.arn, "ENCRYPT_DECRYPT", "Verify"),
      );
      const publicKey = new GetPublicKeyCommand({ KeyId: symmetric.KeyId });
      expect((await failureOf(kms().send(publicKey))).code).to.equal(
        "UnsupportedOperationException",
      );
      expect((await failureOf(kms().send(new EnableKeyRotationCommand({ KeyId })))).code).to.equal(
        "UnsupportedOperationException",
      );
      const s3 = sandbox().s3("source");
      const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" as const };
      await s3.send(new CreateBucketCommand({ Bucket: "acme-keys", CreateBucketConfiguration }));
      const put = new PutObjectCommand({
        Bucket: "acme-keys",
        Key: "a",
        Body: "a",
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: KeyId,
      });
      expect((await failureOf(s3.send(put))).code).to.equal("KMS.InvalidKeyUsageException");
    });

    it("to be made without a usage, with one that the spec has not, and by name what is missing here", async () => {
      const failure = async (input: object) => failureOf(createKey(input));
      expect(await failure({ KeySpec: "RSA_2048" })).to.include({
        code: "ValidationException",
        message:
          "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
      });
      for (const [KeySpec, KeyUsage] of [
        ["ECC_NIST_P256", "ENCRYPT_DECRYPT"],
        ["ECC_SECG_P256K1", "KEY_AGREEMENT"],
        ["SYMMETRIC_DEFAULT", "SIGN_VERIFY"],
      ]) {
        expect(await failure({ KeySpec, KeyUsage })).to.include({
          code: "ValidationException",
          message: `KeyUsage ${KeyUsage} is not compatible with KeySpec ${KeySpec}`,
        });
      }
      for (const [KeySpec, KeyUsage] of [
        ["RSA_2048", "ENCRYPT_DECRYPT"],
        ["ECC_NIST_P256", "KEY_AGREEMENT"],
        ["ML_DSA_44", "SIGN_VERIFY"],
        ["HMAC_256", "GENERATE_VERIFY_MAC"],
        ["SM2", "SIGN_VERIFY"],
      ]) {
        const refused = await failure({ KeySpec, KeyUsage });
        expect(refused.code).to.equal("NotImplemented");
        expect(refused.message).to.contain(KeySpec);
      }
      const both = { KeySpec: "RSA_2048", CustomerMasterKeySpec: "RSA_2048" };
      expect((await failure({ ...both, KeyUsage: "SIGN_VERIFY" })).code).to.equal(
        "ValidationException",
      );
    });

    it("to sign while they are disabled, and say so to a dry run of one that would have", async () => {
      const { KeyId, arn } = await signingKey("ECC_NIST_P256");
      const request = { KeyId, SigningAlgorithm: "ECDSA_SHA_256" as const, Message: MESSAGE };
      expect((await failureOf(sign({ ...request, DryRun: true }))).code).to.equal(
        "DryRunOperationException",
      );
      await kms().send(new DisableKeyCommand({ KeyId }));
      expect(await failureOf(sign(request))).to.include({
        code: "DisabledException",
        message: `${arn} is disabled.`,
      });
      expect((await failureOf(kms().send(new GetPublicKeyCommand({ KeyId })))).code).to.equal(
        "DisabledException",
      );
    });
  });

  it("are used as policies and grants say, by algorithm, message type, spec and usage", async () => {
    const iam = sandbox().iam("source");
    const { User } = await iam.send(new CreateUserCommand({ UserName: "signer" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "signer" }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const asUser = sandbox().kms("source", { credentials });
    const { KeyId, arn } = await signingKey("RSA_2048");
    const request = {
      KeyId,
      SigningAlgorithm: "RSASSA_PSS_SHA_256" as const,
      Message: MESSAGE,
    };
    const signAsUser = (input: object = {}) =>
      asUser.send(new SignCommand({ ...request, ...input }));
    expect((await failureOf(signAsUser())).code).to.equal("AccessDeniedException");
    const Statement = {
      Effect: "Allow",
      Action: "kms:Sign",
      Resource: arn,
      Condition: {
        StringEquals: {
          "kms:SigningAlgorithm": "RSASSA_PSS_SHA_256",
          "kms:MessageType": "DIGEST",
          "kms:KeySpec": "RSA_2048",
          "kms:KeyUsage": "SIGN_VERIFY",
        },
      },
    };
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "signer",
        PolicyName: "sign",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    const digest = { Message: digestOf("256"), MessageType: "DIGEST" };
    await signAsUser(digest);
    expect((await failureOf(signAsUser())).code).to.equal("AccessDeniedException");
    const other = { ...digest, SigningAlgorithm: "RSASSA_PKCS1_V1_5_SHA_256" };
    expect((await failureOf(signAsUser(other))).code).to.equal("AccessDeniedException");

    const verify = new VerifyCommand({ ...request, Signature: await sign(request) });
    expect((await failureOf(asUser.send(verify))).code).to.equal("AccessDeniedException");
    const grant = { KeyId, GranteePrincipal: User?.Arn };
    await kms().send(new CreateGrantCommand({ ...grant, Operations: ["Verify", "GetPublicKey"] }));
    await asUser.send(verify);
    await asUser.send(new GetPublicKeyCommand({ KeyId }));
    const wrong = kms().send(new CreateGrantCommand({ ...grant, Operations: ["Decrypt"] }));
    expect((await failureOf(wrong)).code).to.equal("ValidationException");
  });

  it("are used from another account by the key's policy", async () => {
    const home = sandbox().account("source").accountId;
    const guest = sandbox().account("vault").accountId;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${home}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${guest}:root` },
          Action: ["kms:Verify", "kms:GetPublicKey"],
          Resource: "*",
        },
      ],
    });
    const { KeyId, arn } = await createKey({
      KeySpec: "ECC_NIST_P384",
      KeyUsage: "SIGN_VERIFY",
      Policy,
    });
    const SigningAlgorithm = "ECDSA_SHA_384" as const;
    const Signature = await sign({ KeyId, SigningAlgorithm, Message: MESSAGE });
    const region = sandbox().account("source").region;
    const asGuest = sandbox().kms("vault", { region });
    const request = { KeyId: arn, SigningAlgorithm, Message: MESSAGE };
    const answer = await asGuest.send(new VerifyCommand({ ...request, Signature }));
    expect(answer).to.include({ SignatureValid: true, KeyId: arn });
    await asGuest.send(new GetPublicKeyCommand({ KeyId: arn }));
    expect((await failureOf(asGuest.send(new SignCommand(request)))).code).to.equal(
      "AccessDeniedException",
    );
  });
});
