import type {
  CustomerMasterKeySpec,
  GetPublicKeyRequest,
  GetPublicKeyResponse,
  SigningAlgorithmSpec,
  SignRequest,
  SignResponse,
  VerifyRequest,
  VerifyResponse,
} from "@aws-sdk/client-kms";
import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { checkBytes, findKey, needOf, usableKey } from "./access";
import * as errors from "./errors";
import { keyPairOf } from "./key-pair";
import { signingAlgorithmsOf } from "./key-spec";
import type { Key } from "./model";
import { isSignatureOf, signMessage, type SignedMessage } from "./signatures";

const MESSAGE_BYTES = 4096;
const SIGNATURE_BYTES = 6144;

/** What Sign and Verify have in common. */
type SigningInput = Omit<SignRequest, "DryRun">;

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
export const sign: Operation<SignRequest, SignResponse> = {
  access: (input, context) => [signingNeed(input, context)],
  handle(input, context) {
    const { key, algorithm, message } = checkedSigning(input, context);
    if (input.DryRun === true) throw errors.dryRun();
    const Signature = signMessage(keyPairOf(key), algorithm, message, (sizeBytes) =>
      context.world.kms.randomBytes(sizeBytes),
    );
    return { KeyId: key.arn, Signature, SigningAlgorithm: algorithm };
  },
};

/**
 * A signature that is not the key's is an error, never `SignatureValid: false`.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
 */
export const verify: Operation<VerifyRequest, VerifyResponse> = {
  access: (input, context) => [signingNeed(input, context)],
  handle(input, context) {
    const { key, algorithm, message } = checkedSigning(input, context);
    const signature = Buffer.from(checkBytes(input.Signature, "signature", SIGNATURE_BYTES));
    if (input.DryRun === true) throw errors.dryRun();
    if (!isSignatureOf(keyPairOf(key), algorithm, message, signature)) {
      throw errors.invalidSignature();
    }
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm };
  },
};

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html */
export const getPublicKey: Operation<GetPublicKeyRequest, GetPublicKeyResponse> = {
  access: (input, context) => [
    needOf(context, findKey(context, input.KeyId), { own: false, grantTokens: input.GrantTokens }),
  ],
  handle(input, context) {
    const key = usableKey(context, input.KeyId);
    if (key.spec === "SYMMETRIC_DEFAULT") throw errors.noPublicKey(key.arn);
    return {
      KeyId: key.arn,
      PublicKey: keyPairOf(key).publicKey.export({ type: "spki", format: "der" }),
      // The older name of the same member, whose type lacks the newer specs.
      CustomerMasterKeySpec: key.spec as CustomerMasterKeySpec,
      KeySpec: key.spec,
      KeyUsage: key.usage,
      SigningAlgorithms: [...signingAlgorithmsOf(key.spec)],
    };
  },
};

function signingNeed(input: SigningInput, context: RequestContext): AccessNeed {
  return needOf(context, findKey(context, input.KeyId), {
    own: false,
    grantTokens: input.GrantTokens,
    conditionKeys: {
      "kms:signingalgorithm": input.SigningAlgorithm,
      "kms:messagetype": input.MessageType ?? "RAW",
    },
  });
}

/** @throws AwsError ValidationException, DisabledException, KMSInvalidStateException, InvalidKeyUsageException */
function checkedSigning(
  input: SigningInput,
  context: RequestContext,
): {
  readonly key: Key;
  readonly algorithm: SigningAlgorithmSpec;
  readonly message: SignedMessage;
} {
  if (input.SigningAlgorithm === undefined) throw errors.required("signingAlgorithm");
  const bytes = Buffer.from(checkBytes(input.Message, "message", MESSAGE_BYTES));
  const key = usableKey(context, input.KeyId);
  if (key.usage !== "SIGN_VERIFY") throw errors.wrongUsage(key, context.operation);
  if (!signingAlgorithmsOf(key.spec).includes(input.SigningAlgorithm)) {
    throw errors.incompatibleAlgorithm(input.SigningAlgorithm, key.spec);
  }
  const message = { bytes, type: input.MessageType ?? "RAW" };
  return { key, algorithm: input.SigningAlgorithm, message };
}
