import type {
  CreateKeyResponse,
  DescribeKeyResponse,
  GetKeyPolicyResponse,
  GetKeyRotationStatusResponse,
  KeyListEntry,
  KeyMetadata,
  ListKeysResponse,
  ListResourceTagsResponse,
} from "@aws-sdk/client-kms";
import { isDeepStrictEqual } from "node:util";
import { HandlerError, notFound, type HandlerContext, type ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import { documentText } from "./policy-document";
import type { CfnTag } from "./s3-bucket-shapes";

const TYPE = "AWS::KMS::Key";

interface CfnKey {
  Description?: string;
  KeyPolicy?: object | string;
  KeySpec?: string;
  KeyUsage?: string;
  MultiRegion?: boolean;
  Origin?: string;
  Enabled?: boolean;
  EnableKeyRotation?: boolean;
  RotationPeriodInDays?: number;
  PendingWindowInDays?: number;
  BypassPolicyLockoutSafetyCheck?: boolean;
  Tags?: CfnTag[];
}

/** `AWS::KMS::Key` over KMS's own operations. The identifier is the key id. */
export const kmsKey: ResourceType = {
  actsOn: [
    "Description",
    "KeyPolicy",
    "KeySpec",
    "KeyUsage",
    "MultiRegion",
    "Origin",
    "Enabled",
    "EnableKeyRotation",
    "RotationPeriodInDays",
    "PendingWindowInDays",
    "BypassPolicyLockoutSafetyCheck",
    "Tags",
  ],

  identifierOf: () => undefined,

  create(model, context) {
    const desired = model as CfnKey;
    const { KeyMetadata: created } = context.call<CreateKeyResponse>("kms", "CreateKey", {
      Description: desired.Description,
      Policy: desired.KeyPolicy === undefined ? undefined : documentText(desired.KeyPolicy),
      KeySpec: desired.KeySpec,
      KeyUsage: desired.KeyUsage,
      MultiRegion: desired.MultiRegion,
      Origin: desired.Origin,
      BypassPolicyLockoutSafetyCheck: desired.BypassPolicyLockoutSafetyCheck,
      Tags: desired.Tags?.map(tagToKms),
    });
    const keyId = created?.KeyId ?? "";
    rememberWindow(desired, created?.Arn ?? "", context);
    try {
      if (desired.EnableKeyRotation) enableRotation(keyId, desired, context);
      if (desired.Enabled === false) context.call("kms", "DisableKey", { KeyId: keyId });
    } catch (error) {
      // A key cannot be taken away at once; what was begun is scheduled to go.
      context.call("kms", "ScheduleKeyDeletion", { KeyId: keyId, PendingWindowInDays: 7 });
      throw error;
    }
    return keyId;
  },

  read(keyId, context) {
    const metadata = describeKey(keyId, context);
    const policy = context.call<GetKeyPolicyResponse>("kms", "GetKeyPolicy", {
      KeyId: keyId,
      PolicyName: "default",
    }).Policy;
    const tags = context.call<ListResourceTagsResponse>("kms", "ListResourceTags", {
      KeyId: keyId,
    }).Tags;
    return {
      KeyId: metadata.KeyId,
      Arn: metadata.Arn,
      Description: metadata.Description ?? "",
      KeyPolicy: JSON.parse(policy ?? "{}") as unknown,
      KeySpec: metadata.KeySpec ?? "SYMMETRIC_DEFAULT",
      KeyUsage: metadata.KeyUsage ?? "ENCRYPT_DECRYPT",
      MultiRegion: metadata.MultiRegion ?? false,
      Origin: metadata.Origin ?? "AWS_KMS",
      Enabled: metadata.Enabled ?? false,
      EnableKeyRotation: rotationEnabled(metadata, context),
      Tags: (tags ?? []).map((tag) => ({ Key: tag.TagKey ?? "", Value: tag.TagValue ?? "" })),
    };
  },

  update(keyId, current, desired, context) {
    const before = current as CfnKey;
    const after = desired as CfnKey;
    for (const property of ["KeySpec", "KeyUsage", "MultiRegion", "Origin"] as const) {
      if (after[property] !== undefined && after[property] !== before[property]) {
        throw new HandlerError(
          "NotUpdatable",
          `You cannot change the following properties of an existing KMS key: ${property}`,
        );
      }
    }
    const { Arn } = describeKey(keyId, context);
    rememberWindow(after, Arn ?? "", context);
    const enable = after.Enabled !== false && before.Enabled === false;
    // A disabled key takes no other change, so enabling comes first and disabling last.
    if (enable) context.call("kms", "EnableKey", { KeyId: keyId });
    if (after.KeyPolicy !== undefined && !isDeepStrictEqual(after.KeyPolicy, before.KeyPolicy)) {
      context.call("kms", "PutKeyPolicy", {
        KeyId: keyId,
        PolicyName: "default",
        Policy: documentText(after.KeyPolicy),
        BypassPolicyLockoutSafetyCheck: after.BypassPolicyLockoutSafetyCheck,
      });
    }
    if ((after.Description ?? "") !== (before.Description ?? "")) {
      context.call("kms", "UpdateKeyDescription", {
        KeyId: keyId,
        Description: after.Description ?? "",
      });
    }
    updateRotation(keyId, before, after, context);
    updateTags(keyId, before.Tags ?? [], after.Tags ?? [], context);
    if (after.Enabled === false && before.Enabled !== false) {
      context.call("kms", "DisableKey", { KeyId: keyId });
    }
  },

  delete(keyId, context) {
    const { Arn } = describeKey(keyId, context);
    context.call("kms", "ScheduleKeyDeletion", {
      KeyId: keyId,
      PendingWindowInDays: context.world.cloudControl.keyDeletionWindowDays(Arn ?? ""),
    });
  },

  list: (_filter, context) =>
    allPages<ListKeysResponse, KeyListEntry>(
      (marker) => context.call("kms", "ListKeys", { Marker: marker }),
      (page) => ({ items: page.Keys, next: page.NextMarker }),
    ).map((key) => key.KeyId ?? ""),
};

/** A key that waits for its deletion counts as gone, as in CloudFormation. */
function describeKey(keyId: string, context: HandlerContext): KeyMetadata {
  const metadata = context.call<DescribeKeyResponse>("kms", "DescribeKey", {
    KeyId: keyId,
  }).KeyMetadata;
  if (metadata === undefined || metadata.KeyState === "PendingDeletion") {
    throw notFound(TYPE, keyId);
  }
  return metadata;
}

function rememberWindow(key: CfnKey, arn: string, context: HandlerContext): void {
  if (key.PendingWindowInDays === undefined) return;
  context.world.cloudControl.rememberKeyDeletionWindow(arn, key.PendingWindowInDays);
}

function rotationEnabled(metadata: KeyMetadata, context: HandlerContext): boolean {
  // Only symmetric keys of KMS's own making rotate; asking for another is an error.
  if ((metadata.KeySpec ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT") return false;
  return (
    context.call<GetKeyRotationStatusResponse>("kms", "GetKeyRotationStatus", {
      KeyId: metadata.KeyId,
    }).KeyRotationEnabled ?? false
  );
}

function enableRotation(keyId: string, key: CfnKey, context: HandlerContext): void {
  context.call("kms", "EnableKeyRotation", {
    KeyId: keyId,
    RotationPeriodInDays: key.RotationPeriodInDays,
  });
}

function updateRotation(
  keyId: string,
  before: CfnKey,
  after: CfnKey,
  context: HandlerContext,
): void {
  const wanted = after.EnableKeyRotation ?? false;
  if (wanted && (!before.EnableKeyRotation || after.RotationPeriodInDays !== undefined)) {
    enableRotation(keyId, after, context);
  } else if (!wanted && before.EnableKeyRotation) {
    context.call("kms", "DisableKeyRotation", { KeyId: keyId });
  }
}

function updateTags(
  keyId: string,
  before: readonly CfnTag[],
  after: readonly CfnTag[],
  context: HandlerContext,
): void {
  const gone = before.filter((tag) => !after.some((other) => other.Key === tag.Key));
  const changed = after.filter(
    (tag) => !before.some((other) => other.Key === tag.Key && other.Value === tag.Value),
  );
  if (gone.length > 0) {
    context.call("kms", "UntagResource", { KeyId: keyId, TagKeys: gone.map((tag) => tag.Key) });
  }
  if (changed.length > 0) {
    context.call("kms", "TagResource", { KeyId: keyId, Tags: changed.map(tagToKms) });
  }
}

const tagToKms = (tag: CfnTag): { TagKey: string; TagValue: string } => ({
  TagKey: tag.Key,
  TagValue: tag.Value,
});
