/** Keys of KMS through the official SDK. */

import { expect } from "chai";
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";

/** KMS through the official SDK, and as S3 uses it. */

const HOME = "111111111111";

const REGION = "eu-west-1";

const DAY_MS = 86_400_000;

const SECRET = Buffer.from("a secret of records");

describe("KMS keys", () => {
  const sandbox = useSandboxWithManualClock();
  const kms = () => sandbox().kms("source");

  async function createKey(input: object = {}): Promise<{ KeyId: string; arn: string }> {
    const { KeyMetadata } = await kms().send(new CreateKeyCommand(input));
    return { KeyId: KeyMetadata?.KeyId ?? "", arn: KeyMetadata?.Arn ?? "" };
  }

  it("a key is made, described and listed", async () => {
    const { KeyId, arn } = await createKey({ Description: "Records" });
    expect(arn).to.equal(`arn:aws:kms:${REGION}:${HOME}:key/${KeyId}`);
    const { KeyMetadata } = await kms().send(new DescribeKeyCommand({ KeyId: arn }));
    expect(KeyMetadata).to.include({
      KeyState: "Enabled",
      Enabled: true,
      KeyManager: "CUSTOMER",
      KeySpec: "SYMMETRIC_DEFAULT",
      Description: "Records",
      MultiRegion: false,
    });
    await kms().send(new UpdateKeyDescriptionCommand({ KeyId, Description: "Others" }));
    const again = await kms().send(new DescribeKeyCommand({ KeyId }));
    expect(again.KeyMetadata?.Description).to.equal("Others");
    const { Keys } = await kms().send(new ListKeysCommand({}));
    expect(Keys?.map((key) => key.KeyArn)).to.include(arn);
    const elsewhere = await sandbox()
      .kms("source", { region: "eu-central-1" })
      .send(new ListKeysCommand({}));
    expect(elsewhere.Keys).to.deep.equal([]);
  });

  it("keys that are not there have AWS's words", async () => {
    const missing = "00000000-0000-4000-8000-000000000000";
    const describe = (KeyId: string) => failureOf(kms().send(new DescribeKeyCommand({ KeyId })));
    expect(await describe(missing)).to.include({
      code: "NotFoundException",
      status: 400,
      message: `Key 'arn:aws:kms:${REGION}:${HOME}:key/${missing}' does not exist`,
    });
    expect((await describe("alias/missing")).message).to.equal(
      `Alias arn:aws:kms:${REGION}:${HOME}:alias/missing is not found.`,
    );
    expect((await describe("nonsense")).message).to.equal("Invalid keyId 'nonsense'");
    expect((await describe("arn:aws:kms:nonsense")).code).to.equal("InvalidArnException");
  });

  it("kinds of keys without cryptography here are refused by name", async () => {
    for (const [input, word] of [
      [{ KeySpec: "HMAC_256" }, "HMAC_256"],
      [{ MultiRegion: true }, "multi-Region"],
      [{ Origin: "EXTERNAL" }, "EXTERNAL"],
    ] as const) {
      const error = await failureOf(createKey(input));
      expect(error.code).to.equal("NotImplemented");
      expect(error.message).to.contain(word);
    }
  });

  it("states follow each other, and a deleted key is gone when its time comes", async () => {
    const { KeyId, arn } = await createKey();
    await kms().send(new CreateAliasCommand({ AliasName: "alias/ending", TargetKeyId: KeyId }));
    const encrypt = () => kms().send(new EncryptCommand({ KeyId, Plaintext: SECRET }));
    const stateOf = async () =>
      (await kms().send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
    await kms().send(new DisableKeyCommand({ KeyId }));
    expect(await failureOf(encrypt())).to.include({
      code: "DisabledException",
      message: `${arn} is disabled.`,
    });
    await kms().send(new EnableKeyCommand({ KeyId }));
    await encrypt();
    const schedule = (PendingWindowInDays: number) =>
      kms().send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    expect((await failureOf(schedule(6))).code).to.equal("ValidationException");
    expect((await schedule(7)).KeyState).to.equal("PendingDeletion");
    expect(await failureOf(encrypt())).to.include({
      code: "KMSInvalidStateException",
      message: `${arn} is pending deletion.`,
    });
    expect((await failureOf(schedule(7))).code).to.equal("KMSInvalidStateException");
    await kms().send(new CancelKeyDeletionCommand({ KeyId }));
    expect(await stateOf()).to.equal("Disabled");
    expect((await failureOf(kms().send(new CancelKeyDeletionCommand({ KeyId })))).message).to.equal(
      `${arn} is not pending deletion.`,
    );
    await schedule(7);
    sandbox().clock.advance(7 * DAY_MS - 1);
    expect(await stateOf()).to.equal("PendingDeletion");
    sandbox().clock.advance(1);
    expect((await failureOf(kms().send(new DescribeKeyCommand({ KeyId })))).code).to.equal(
      "NotFoundException",
    );
    const { Aliases } = await kms().send(new ListAliasesCommand({}));
    expect(Aliases?.map((alias) => alias.AliasName)).not.to.include("alias/ending");
  });

  it("rotation has a period and a next date", async () => {
    const { KeyId } = await createKey();
    const status = () => kms().send(new GetKeyRotationStatusCommand({ KeyId }));
    expect((await status()).KeyRotationEnabled).to.equal(false);
    await kms().send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    const startEpochMs = sandbox().clock.nowEpochMs();
    const enabled = await status();
    expect(enabled).to.include({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
    expect(enabled.NextRotationDate?.getTime()).to.equal(startEpochMs + 90 * DAY_MS);
    await kms().send(new DisableKeyRotationCommand({ KeyId }));
    expect((await status()).KeyRotationEnabled).to.equal(false);
    const wrong = kms().send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 89 }));
    expect((await failureOf(wrong)).code).to.equal("ValidationException");
  });

  it("aliases are made, moved, listed and deleted", async () => {
    const [one, other] = [await createKey(), await createKey()];
    const AliasName = "alias/records";
    const create = (name: string) =>
      kms().send(new CreateAliasCommand({ AliasName: name, TargetKeyId: one.KeyId }));
    await create(AliasName);
    expect(await failureOf(create(AliasName))).to.include({
      code: "AlreadyExistsException",
      message: `An alias with the name arn:aws:kms:${REGION}:${HOME}:alias/records already exists`,
    });
    expect((await failureOf(create("alias/aws/mine"))).code).to.equal("NotAuthorizedException");
    expect((await failureOf(create("records"))).code).to.equal("InvalidAliasNameException");
    await kms().send(new UpdateAliasCommand({ AliasName, TargetKeyId: other.KeyId }));
    const { KeyMetadata } = await kms().send(new DescribeKeyCommand({ KeyId: AliasName }));
    expect(KeyMetadata?.Arn).to.equal(other.arn);
    const list = await kms().send(new ListAliasesCommand({ KeyId: other.KeyId }));
    expect(list.Aliases?.map((alias) => alias.AliasName)).to.deep.equal([AliasName]);
    await kms().send(new DeleteAliasCommand({ AliasName }));
    expect((await failureOf(kms().send(new DeleteAliasCommand({ AliasName })))).code).to.equal(
      "NotFoundException",
    );
  });

  it("tags are set, read and removed", async () => {
    const { KeyId } = await createKey({ Tags: [{ TagKey: "team", TagValue: "red" }] });
    await kms().send(
      new TagResourceCommand({ KeyId, Tags: [{ TagKey: "keep", TagValue: "yes" }] }),
    );
    await kms().send(new UntagResourceCommand({ KeyId, TagKeys: ["team"] }));
    const { Tags } = await kms().send(new ListResourceTagsCommand({ KeyId }));
    expect(Tags).to.deep.equal([{ TagKey: "keep", TagValue: "yes" }]);
    const reserved = new TagResourceCommand({ KeyId, Tags: [{ TagKey: "aws:x", TagValue: "" }] });
    expect((await failureOf(kms().send(reserved))).code).to.equal("TagException");
  });
});
