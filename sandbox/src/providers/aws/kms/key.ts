import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
  type GetKeyRotationStatusCommandOutput,
  type KeyMetadata,
  type KeySpec,
  type KeyUsageType,
  type KMSClient,
  type ListResourceTagsCommandOutput,
} from "@aws-sdk/client-kms";
import { z } from "zod";
import { ApiError, hasCode, send, unlessAbsent } from "../../send";
import { CreatedButFailed, type AwsType } from "../resource";
import { tagChanges, taggedInputs } from "../tags";

const inputs = z.strictObject({
  description: z.string().optional(),
  policy: z.string().optional(),
  bypassPolicyLockoutSafetyCheck: z.boolean().optional(),
  customerMasterKeySpec: z.string().optional(),
  keyUsage: z.string().optional(),
  multiRegion: z.boolean().optional(),
  deletionWindowInDays: z.number().int().min(7).max(30).optional(),
  enableKeyRotation: z.boolean().optional(),
  rotationPeriodInDays: z.number().int().min(90).max(2560).optional(),
  isEnabled: z.boolean().optional(),
  region: z.string().optional(),
  ...taggedInputs,
});

type Inputs = z.infer<typeof inputs>;

/** `aws.kms.Key`. A key that waits for its deletion counts as gone, as in the provider. */
export const key: AwsType<Inputs> = {
  token: "aws:kms/key:Key",
  noun: "KMS Key",
  inputs,
  identity: [],
  replaceOn: ["customerMasterKeySpec", "keyUsage", "multiRegion", "region"],
  documents: ["policy"],
  inputOnly: ["bypassPolicyLockoutSafetyCheck", "deletionWindowInDays"],
  defaults: {
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    keyUsage: "ENCRYPT_DECRYPT",
    enableKeyRotation: false,
    isEnabled: true,
  },
  keptInputs: ["description", "multiRegion", "policy", "rotationPeriodInDays"],
  computed: [
    "arn",
    "keyId",
    "description",
    "multiRegion",
    "policy",
    "rotationPeriodInDays",
    "tagsAll",
  ],
  isRegional: true,
  isTagged: true,

  async create(key, clients) {
    const kms = await clients.kms(key.region);
    const { KeyMetadata: made } = await send(
      kms,
      new CreateKeyCommand({
        BypassPolicyLockoutSafetyCheck: key.bypassPolicyLockoutSafetyCheck,
        Description: key.description,
        KeySpec: key.customerMasterKeySpec as KeySpec | undefined,
        KeyUsage: key.keyUsage as KeyUsageType | undefined,
        MultiRegion: key.multiRegion,
        Policy: key.policy,
        Tags: tagsToKms(key.tagsAll),
      }),
    );
    const keyId = made?.KeyId ?? "";
    try {
      if (key.enableKeyRotation) await enableRotation(keyId, key, kms);
      if (key.isEnabled === false) await send(kms, new DisableKeyCommand({ KeyId: keyId }));
    } catch (error) {
      throw new CreatedButFailed(keyId, error);
    }
    return keyId;
  },

  async read(keyId, clients, region) {
    const kms = await clients.kms(region);
    const answer = await unlessAbsent(
      send(kms, new DescribeKeyCommand({ KeyId: keyId })),
      "NotFoundException",
    );
    const found = answer?.KeyMetadata;
    if (found === undefined || found.KeyState === "PendingDeletion") return undefined;
    const { Policy: policy } = await send(
      kms,
      new GetKeyPolicyCommand({ KeyId: keyId, PolicyName: "default" }),
    );
    const rotation = await rotationOf(found, kms);
    return {
      arn: found.Arn,
      keyId: found.KeyId,
      description: found.Description,
      customerMasterKeySpec: found.KeySpec,
      keyUsage: found.KeyUsage,
      multiRegion: found.MultiRegion ?? false,
      isEnabled: found.Enabled ?? false,
      policy,
      enableKeyRotation: rotation?.KeyRotationEnabled ?? false,
      rotationPeriodInDays: rotation?.RotationPeriodInDays,
      tags: await tagsOf(keyId, kms),
    };
  },

  async update(keyId, news, olds, clients) {
    const kms = await clients.kms(news.region);
    const isEnabled = news.isEnabled ?? true;
    const wasEnabled = olds.isEnabled ?? true;
    // A disabled key takes no other change, so enabling comes first and disabling last.
    if (isEnabled && !wasEnabled) await send(kms, new EnableKeyCommand({ KeyId: keyId }));
    await updateRotation(keyId, news, olds, kms);
    if (news.description !== undefined && news.description !== olds.description) {
      const Description = news.description;
      await send(kms, new UpdateKeyDescriptionCommand({ KeyId: keyId, Description }));
    }
    if (news.policy !== undefined && news.policy !== olds.policy) {
      await send(
        kms,
        new PutKeyPolicyCommand({
          KeyId: keyId,
          PolicyName: "default",
          Policy: news.policy,
          BypassPolicyLockoutSafetyCheck: news.bypassPolicyLockoutSafetyCheck,
        }),
      );
    }
    const { gone, changed } = tagChanges(news.tagsAll, olds.tagsAll);
    if (gone.length > 0) {
      await send(kms, new UntagResourceCommand({ KeyId: keyId, TagKeys: gone }));
    }
    if (Object.keys(changed).length > 0) {
      await send(kms, new TagResourceCommand({ KeyId: keyId, Tags: tagsToKms(changed) }));
    }
    if (!isEnabled && wasEnabled) await send(kms, new DisableKeyCommand({ KeyId: keyId }));
  },

  async delete(keyId, { deletionWindowInDays, region }, clients) {
    try {
      await send(
        await clients.kms(region),
        new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: deletionWindowInDays }),
      );
    } catch (error) {
      if (hasCode(error, "NotFoundException") || isPendingDeletion(error)) return;
      throw error;
    }
  },
};

function isPendingDeletion(error: unknown): boolean {
  return (
    hasCode(error, "KMSInvalidStateException") &&
    error instanceof ApiError &&
    error.message.includes("is pending deletion")
  );
}

async function enableRotation(keyId: string, key: Inputs, kms: KMSClient): Promise<void> {
  const RotationPeriodInDays = key.rotationPeriodInDays;
  await send(kms, new EnableKeyRotationCommand({ KeyId: keyId, RotationPeriodInDays }));
}

async function updateRotation(
  keyId: string,
  news: Inputs,
  olds: Inputs,
  kms: KMSClient,
): Promise<void> {
  const isOn = news.enableKeyRotation ?? false;
  const wasOn = olds.enableKeyRotation ?? false;
  const isOtherPeriod =
    news.rotationPeriodInDays !== undefined &&
    news.rotationPeriodInDays !== olds.rotationPeriodInDays;
  if (isOn && (!wasOn || isOtherPeriod)) await enableRotation(keyId, news, kms);
  if (!isOn && wasOn) await send(kms, new DisableKeyRotationCommand({ KeyId: keyId }));
}

/** Only symmetric keys of KMS's own making rotate; asking for another is an error. */
function rotationOf(
  key: KeyMetadata,
  kms: KMSClient,
): Promise<GetKeyRotationStatusCommandOutput | undefined> {
  if (key.Origin !== "AWS_KMS" || key.KeySpec !== "SYMMETRIC_DEFAULT") {
    return Promise.resolve(undefined);
  }
  return send(kms, new GetKeyRotationStatusCommand({ KeyId: key.KeyId }));
}

async function tagsOf(keyId: string, kms: KMSClient): Promise<Record<string, string> | undefined> {
  const tags: Record<string, string> = {};
  let marker: string | undefined;
  do {
    const page: ListResourceTagsCommandOutput = await send(
      kms,
      new ListResourceTagsCommand({ KeyId: keyId, Marker: marker }),
    );
    for (const { TagKey = "", TagValue = "" } of page.Tags ?? []) tags[TagKey] = TagValue;
    marker = page.Truncated ? page.NextMarker : undefined;
  } while (marker !== undefined);
  return Object.keys(tags).length === 0 ? undefined : tags;
}

function tagsToKms(
  tags: Readonly<Record<string, string>> = {},
): { TagKey: string; TagValue: string }[] | undefined {
  const list = Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  return list.length === 0 ? undefined : list;
}
