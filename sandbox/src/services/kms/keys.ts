import type {
  CreateKeyRequest,
  CreateKeyResponse,
  CustomerMasterKeySpec,
  DescribeKeyRequest,
  DescribeKeyResponse,
  KeyMetadata,
  ListKeysRequest,
  ListKeysResponse,
  UpdateKeyDescriptionRequest,
} from "@aws-sdk/client-kms";
import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { findKey, findKeyById, needOf, page, placeOf } from "./access";
import * as errors from "./errors";
import { defaultKeyPolicy } from "./key-policies";
import { compileKeyPolicy, refuseLockout } from "./key-policy";
import { checkedUsage, signingAlgorithmsOf } from "./key-spec";
import type { Key } from "./model";
import { putTags, requestTagKeys } from "./tags";

export const createKey: Operation<CreateKeyRequest, CreateKeyResponse> = {
  access(input, context) {
    const conditionKeys = {
      "kms:keyspec": specOf(input),
      "kms:keyusage": input.KeyUsage ?? "ENCRYPT_DECRYPT",
      "kms:keyorigin": "AWS_KMS",
      "kms:multiregion": "false",
      "kms:bypasspolicylockoutsafetycheck": String(input.BypassPolicyLockoutSafetyCheck ?? false),
      ...requestTagKeys(input.Tags),
    };
    const needs: AccessNeed[] = [{ action: "kms:CreateKey", resource: "*", conditionKeys }];
    if ((input.Tags ?? []).length > 0) {
      const { accountId, region } = placeOf(context);
      const resource = `arn:aws:kms:${region}:${accountId}:key/*`;
      needs.push({ action: "kms:TagResource", resource, conditionKeys });
    }
    return needs;
  },
  handle(input, context) {
    refuseUnsupported(input);
    const spec = specOf(input);
    const usage = checkedUsage(spec, input.KeyUsage);
    const place = placeOf(context);
    const policy = compileKeyPolicy(
      input.Policy ?? JSON.stringify(defaultKeyPolicy(place.accountId)),
      context,
    );
    const tags = new Map<string, string>();
    putTags(tags, input.Tags);
    const description = checkDescription(input.Description ?? "");
    if (input.BypassPolicyLockoutSafetyCheck !== true) {
      refuseLockout(policy, `arn:aws:kms:${place.region}:${place.accountId}:key/new`, context);
    }
    const key = context.world.kms.addKey({
      ...place,
      manager: "CUSTOMER",
      spec,
      usage,
      description,
      policy,
      tags,
    });
    return { KeyMetadata: describe(key, context) };
  },
};

export const describeKey: Operation<DescribeKeyRequest, DescribeKeyResponse> = {
  access: (input, context) => [
    needOf(context, findAny(input.KeyId, context), {
      own: false,
      grantTokens: input.GrantTokens,
    }),
  ],
  handle: (input, context) => ({
    KeyMetadata: describe(findAny(input.KeyId, context), context),
  }),
};

export const listKeys: Operation<ListKeysRequest, ListKeysResponse> = {
  access: () => [{ action: "kms:ListKeys", resource: "*" }],
  handle(input, context) {
    const { items, ...rest } = page(context.world.kms.keysOf(placeOf(context)), input);
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })), ...rest };
  },
};

export const updateKeyDescription: Operation<UpdateKeyDescriptionRequest, void> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: true })],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
    key.description = checkDescription(input.Description ?? "");
  },
};

/** DescribeKey makes the AWS managed key when it is asked for by its alias. Source: API reference, DescribeKey. */
function findAny(reference: string | undefined, context: RequestContext): Key {
  if (reference === "alias/aws/s3") {
    const { accountId, region } = placeOf(context);
    context.world.kms.awsManagedS3Key(accountId, region);
  }
  return findKey(context, reference);
}

/** What the sandbox has no cryptography for is refused by name. */
function refuseUnsupported(input: CreateKeyRequest): void {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined) {
    throw errors.twoKeySpecs();
  }
  const origin: string = input.Origin ?? "AWS_KMS";
  if (origin !== "AWS_KMS") throw errors.notImplemented(`keys of the origin ${origin}`);
  if (input.MultiRegion === true) throw errors.notImplemented("multi-Region keys");
  if (input.CustomKeyStoreId !== undefined || input.XksKeyId !== undefined) {
    throw errors.notImplemented("custom key stores");
  }
}

function specOf({ KeySpec, CustomerMasterKeySpec: olderName }: CreateKeyRequest): Key["spec"] {
  return KeySpec ?? olderName ?? "SYMMETRIC_DEFAULT";
}

function checkDescription(text: string): string {
  if (text.length > 8192) {
    throw errors.constraint(
      "description",
      text,
      "Member must have length less than or equal to 8192",
    );
  }
  return text;
}

function describe(key: Key, context: RequestContext): KeyMetadata {
  const status = context.world.kms.status(key);
  return {
    AWSAccountId: key.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(key.createdEpochMs),
    Enabled: status === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: status,
    DeletionDate: key.deletionEpochMs === undefined ? undefined : new Date(key.deletionEpochMs),
    Origin: "AWS_KMS",
    KeyManager: key.manager,
    // The older name of the same member, whose type lacks the newer specs.
    CustomerMasterKeySpec: key.spec as CustomerMasterKeySpec,
    KeySpec: key.spec,
    ...(key.usage === "SIGN_VERIFY"
      ? { SigningAlgorithms: [...signingAlgorithmsOf(key.spec)] }
      : { EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"] }),
    MultiRegion: false,
  };
}
