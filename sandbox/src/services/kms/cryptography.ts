import type {
  DecryptRequest,
  DecryptResponse,
  EncryptRequest,
  EncryptResponse,
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
  GenerateRandomRequest,
  GenerateRandomResponse,
  ReEncryptRequest,
  ReEncryptResponse,
} from "@aws-sdk/client-kms";
import type { Operation, RequestContext } from "../../world/operation";
import { checkBytes, findKey, needOf, placeOf, usableKey } from "./access";
import { decrypt, encrypt, keyIdOf } from "./ciphertext";
import * as errors from "./errors";
import type { Key } from "./model";

const PLAINTEXT_BYTES = 4096;
const CIPHERTEXT_BYTES = 6144;

const encryptOperation: Operation<EncryptRequest, EncryptResponse> = {
  access: (input, context) => [
    needOf(context, findKey(context, input.KeyId), {
      own: false,
      encryptionContext: input.EncryptionContext,
      grantTokens: input.GrantTokens,
    }),
  ],
  handle(input, context) {
    refuseAlgorithms(input.EncryptionAlgorithm);
    const key = encryptionKey(context, input.KeyId);
    const plaintext = checkBytes(input.Plaintext, "plaintext", PLAINTEXT_BYTES);
    if (input.DryRun === true) throw errors.dryRun();
    return {
      CiphertextBlob: seal(context, key, plaintext, input.EncryptionContext),
      KeyId: key.arn,
      EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    };
  },
};

const decryptOperation: Operation<DecryptRequest, DecryptResponse> = {
  access: (input, context) => [
    needOf(context, keyOfBlob(context, input.CiphertextBlob), {
      own: false,
      encryptionContext: input.EncryptionContext,
      grantTokens: input.GrantTokens,
    }),
  ],
  handle(input, context) {
    refuseUnsupported(context, input);
    refuseAlgorithms(input.EncryptionAlgorithm);
    const blob = checkBytes(input.CiphertextBlob, "ciphertextBlob", CIPHERTEXT_BYTES);
    const key = keyOfBlob(context, blob);
    refuseOtherKey(context, input.KeyId, key);
    context.world.kms.requireUsable(key);
    const plaintext = decrypt(key, blob, input.EncryptionContext ?? {});
    if (input.DryRun === true) throw errors.dryRun();
    return { Plaintext: plaintext, KeyId: key.arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
  },
};

export const generateDataKey: Operation<GenerateDataKeyRequest, GenerateDataKeyResponse> = {
  access: (input, context) => [
    needOf(context, findKey(context, input.KeyId), {
      own: false,
      encryptionContext: input.EncryptionContext,
      grantTokens: input.GrantTokens,
    }),
  ],
  handle(input, context) {
    refuseUnsupported(context, input);
    const key = encryptionKey(context, input.KeyId);
    const sizeBytes = dataKeyBytes(input);
    if (input.DryRun === true) throw errors.dryRun();
    const plaintext = context.world.kms.randomBytes(sizeBytes);
    return {
      Plaintext: plaintext,
      CiphertextBlob: seal(context, key, plaintext, input.EncryptionContext),
      KeyId: key.arn,
    };
  },
};

export const generateDataKeyWithoutPlaintext: Operation<
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse
> = {
  access: (input, context) => generateDataKey.access(input, context),
  handle(input, context) {
    const { CiphertextBlob, KeyId } = generateDataKey.handle(input, context);
    return { CiphertextBlob, KeyId };
  },
};

/** Needs `kms:ReEncryptFrom` on the one key and `kms:ReEncryptTo` on the other. */
export const reEncrypt: Operation<ReEncryptRequest, ReEncryptResponse> = {
  access(input, context) {
    const source = keyOfBlob(context, input.CiphertextBlob);
    const destination = findKey(context, input.DestinationKeyId);
    const conditionKeys = { "kms:reencryptonsamekey": String(source === destination) };
    return [
      needOf(context, source, {
        own: false,
        action: "kms:ReEncryptFrom",
        encryptionContext: input.SourceEncryptionContext,
        grantTokens: input.GrantTokens,
        conditionKeys,
      }),
      needOf(context, destination, {
        own: false,
        action: "kms:ReEncryptTo",
        encryptionContext: input.DestinationEncryptionContext,
        grantTokens: input.GrantTokens,
        conditionKeys,
      }),
    ];
  },
  handle(input, context) {
    refuseAlgorithms(input.SourceEncryptionAlgorithm, input.DestinationEncryptionAlgorithm);
    const blob = checkBytes(input.CiphertextBlob, "ciphertextBlob", CIPHERTEXT_BYTES);
    const source = keyOfBlob(context, blob);
    refuseOtherKey(context, input.SourceKeyId, source);
    context.world.kms.requireUsable(source);
    const destination = encryptionKey(context, input.DestinationKeyId);
    const plaintext = decrypt(source, blob, input.SourceEncryptionContext ?? {});
    if (input.DryRun === true) throw errors.dryRun();
    return {
      CiphertextBlob: seal(context, destination, plaintext, input.DestinationEncryptionContext),
      SourceKeyId: source.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      DestinationEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    };
  },
};

export const generateRandom: Operation<GenerateRandomRequest, GenerateRandomResponse> = {
  access: () => [{ action: "kms:GenerateRandom", resource: "*" }],
  handle(input, context) {
    refuseUnsupported(context, input);
    if (input.CustomKeyStoreId !== undefined) throw errors.notImplemented("custom key stores");
    if (input.NumberOfBytes === undefined) throw errors.required("numberOfBytes");
    return { Plaintext: context.world.kms.randomBytes(checkSize(input.NumberOfBytes)) };
  },
};

export { encryptOperation as encrypt, decryptOperation as decrypt };

function encryptionKey(context: RequestContext, reference: string | undefined): Key {
  const key = usableKey(context, reference);
  if (key.usage !== "ENCRYPT_DECRYPT") throw errors.wrongUsage(key, context.operation);
  return key;
}

function keyOfBlob(context: RequestContext, blob: Uint8Array | undefined): Key {
  const keyId = keyIdOf(checkBytes(blob, "ciphertextBlob", CIPHERTEXT_BYTES));
  const key = context.world.kms.keyInRegion(keyId, placeOf(context).region);
  if (key === undefined) throw errors.unknownCiphertextKey();
  return key;
}

/** A key that is named must be the one of the ciphertext. */
function refuseOtherKey(context: RequestContext, reference: string | undefined, key: Key): void {
  if (reference !== undefined && findKey(context, reference) !== key) throw errors.incorrectKey();
}

function seal(
  context: RequestContext,
  key: Key,
  plaintext: Uint8Array,
  encryptionContext: Readonly<Record<string, string>> = {},
): Buffer {
  return encrypt(key, plaintext, encryptionContext, (sizeBytes) =>
    context.world.kms.randomBytes(sizeBytes),
  );
}

function dataKeyBytes(input: GenerateDataKeyRequest): number {
  const spec: string | undefined = input.KeySpec;
  if ((spec === undefined) === (input.NumberOfBytes === undefined)) {
    throw errors.validation("Please specify either number of bytes or key spec.");
  }
  if (input.NumberOfBytes !== undefined) return checkSize(input.NumberOfBytes);
  if (spec === "AES_256") return 32;
  if (spec === "AES_128") return 16;
  throw errors.constraint(
    "keySpec",
    String(spec),
    "Member must satisfy enum value set: [AES_256, AES_128]",
  );
}

function checkSize(sizeBytes: number): number {
  if (sizeBytes < 1 || sizeBytes > 1024) {
    throw errors.constraint(
      "numberOfBytes",
      String(sizeBytes),
      "Member must have value between 1 and 1024",
    );
  }
  return sizeBytes;
}

/** What the sandbox would have to ignore is refused instead. */
function refuseUnsupported(context: RequestContext, input: { readonly Recipient?: object }): void {
  if (input.Recipient !== undefined) {
    throw errors.notImplemented(`Recipient of ${context.operation}`);
  }
}

function refuseAlgorithms(...algorithms: readonly (string | undefined)[]): void {
  for (const algorithm of algorithms) {
    if (algorithm !== undefined && algorithm !== "SYMMETRIC_DEFAULT") {
      throw errors.notImplemented(`the algorithm ${algorithm}`);
    }
  }
}
