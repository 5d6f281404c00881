import { expect } from "chai";
import {
  CreateRoleCommand,
  PutRolePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { AwsError } from "../../src/world/aws-error";
import type { Principal } from "../../src/authorization/model";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import type { Keys } from "../helpers/sandbox";

/** KMS through the official SDK, and as S3 uses it. */

const HOME = "111111111111";
const AWAY = "222222222222";
const REGION = "eu-west-1";
const DAY_MS = 86_400_000;
const SECRET = Buffer.from("a secret of records");

const keyPolicy = (...statements: object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", Resource: "*", ...statement })),
  });
const toAccount = (account: string, rest: object = {}) => ({
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: "kms:*",
  ...rest,
});

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
      [{ KeySpec: "RSA_2048" }, "RSA_2048"],
      [{ KeyUsage: "SIGN_VERIFY" }, "SIGN_VERIFY"],
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

describe("KMS key policies", () => {
  const sandbox = useSandboxWithManualClock();
  const kms = (keys?: Keys) => sandbox().kms("source", keys && { credentials: keys });

  async function createKey(Policy?: string): Promise<string> {
    return (await kms().send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn ?? "";
  }

  async function session(account: string, RoleName: string, policy?: object): Promise<Keys> {
    const iam = sandbox().iam(account);
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: sandbox().account(account).accountId },
          Action: "sts:AssumeRole",
        },
      ],
    });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    if (policy !== undefined) {
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: policy });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
    }
    const { Credentials } = await sandbox()
      .sts(account)
      .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "s1" }));
    return {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken,
    };
  }

  const encrypt = (KeyId: string, keys: Keys, EncryptionContext?: Record<string, string>) =>
    kms(keys).send(new EncryptCommand({ KeyId, Plaintext: SECRET, EncryptionContext }));

  it("the default policy delegates to the account", async () => {
    const KeyId = await createKey();
    const { Policy } = await kms().send(new GetKeyPolicyCommand({ KeyId }));
    expect(JSON.parse(Policy ?? "{}").Statement[0].Principal.AWS).to.equal(
      `arn:aws:iam::${HOME}:root`,
    );
    const names = await kms().send(new ListKeyPoliciesCommand({ KeyId }));
    expect(names.PolicyNames).to.deep.equal(["default"]);
    const poor = await session("source", "poor");
    expect(await failureOf(encrypt(KeyId, poor))).to.include({
      code: "AccessDeniedException",
      status: 400,
      message: `User: arn:aws:sts::${HOME}:assumed-role/poor/s1 is not authorized to perform: kms:Encrypt on resource: ${KeyId} because no identity-based policy allows the kms:Encrypt action`,
    });
    const rich = await session("source", "rich", {
      Effect: "Allow",
      Action: "kms:Encrypt",
      Resource: KeyId,
    });
    await encrypt(KeyId, rich);
  });

  it("without delegation the identity policy is nothing, and a named role needs none", async () => {
    const named = await session("source", "named");
    const free = await session("source", "free", {
      Effect: "Allow",
      Action: "kms:*",
      Resource: "*",
    });
    const KeyId = await createKey(
      keyPolicy(
        { Principal: { AWS: `arn:aws:iam::${HOME}:user/admin` }, Action: "kms:*" },
        { Principal: { AWS: `arn:aws:iam::${HOME}:role/named` }, Action: "kms:Encrypt" },
      ),
    );
    await encrypt(KeyId, named);
    expect((await failureOf(encrypt(KeyId, free))).message).to.match(
      /because no resource-based policy allows the kms:Encrypt action$/,
    );
  });

  it("encryption context is a condition", async () => {
    const keys = await session("source", "context", {
      Effect: "Allow",
      Action: "kms:Encrypt",
      Resource: "*",
      Condition: {
        StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::records/*" },
        "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["aws:s3:arn"] },
      },
    });
    const KeyId = await createKey();
    await encrypt(KeyId, keys, { "aws:s3:arn": "arn:aws:s3:::records/x" });
    const other = encrypt(KeyId, keys, { "aws:s3:arn": "arn:aws:s3:::others/x" });
    expect((await failureOf(other)).code).to.equal("AccessDeniedException");
    const more = encrypt(KeyId, keys, { "aws:s3:arn": "arn:aws:s3:::records/x", more: "y" });
    expect((await failureOf(more)).code).to.equal("AccessDeniedException");
  });

  it("a policy that names nobody there is refused; a role that dies is shown by its id", async () => {
    await session("source", "mortal");
    const Policy = keyPolicy(toAccount(HOME), {
      Principal: { AWS: `arn:aws:iam::${HOME}:role/mortal` },
      Action: "kms:Encrypt",
    });
    const KeyId = await createKey(Policy);
    const iam = sandbox().iam("source");
    await iam.send(new DeleteRoleCommand({ RoleName: "mortal" }));
    const shown = await kms().send(new GetKeyPolicyCommand({ KeyId }));
    expect(shown.Policy).to.match(/"AWS":"AROA[A-Z2-7]{17}"/);
    expect((await failureOf(createKey(Policy))).message).to.equal(
      "Policy contains a statement with one or more invalid principals.",
    );
  });

  it("another account needs the key policy and its own policy", async () => {
    const KeyId = await createKey(keyPolicy(toAccount(HOME), toAccount(AWAY)));
    const closed = await createKey();
    const away = sandbox().kms("vault", { region: REGION });
    const use = (id: string) => away.send(new EncryptCommand({ KeyId: id, Plaintext: SECRET }));
    await use(KeyId);
    expect((await failureOf(use(closed))).message).to.match(
      /because no resource-based policy allows the kms:Encrypt action$/,
    );
    const disable = away.send(new DisableKeyCommand({ KeyId }));
    expect((await failureOf(disable)).code).to.equal("AccessDeniedException");
  });

  describe("as S3 uses a key", () => {
    const VIA = `s3.${REGION}.amazonaws.com`;
    const context = { "aws:s3:arn": "arn:aws:s3:::records/x" };

    function principal(keys: Keys): Principal {
      const found = sandbox().world.iam.credential(keys.accessKeyId)?.principal;
      if (found === undefined) throw new Error("The key was just made.");
      return found;
    }

    function use(who: Principal, keyId: string, viaService = VIA, accountId = HOME): string {
      return sandbox().world.kms.useKey({
        principal: who,
        keyId,
        region: REGION,
        accountId,
        action: "kms:GenerateDataKey",
        encryptionContext: context,
        viaService,
      }).keyArn;
    }

    function refusal(run: () => unknown): AwsError {
      try {
        run();
      } catch (error) {
        return error as AwsError;
      }
      throw new Error("The key should have been refused.");
    }

    it("ids, ARNs and aliases lead to the key", async () => {
      const arn = await createKey();
      await kms().send(
        new CreateAliasCommand({ AliasName: "alias/s3-use", TargetKeyId: arn.split("/")[1] }),
      );
      const admin = principal(sandbox().account("source"));
      for (const id of [
        arn,
        arn.split("/")[1] ?? "",
        "alias/s3-use",
        `arn:aws:kms:${REGION}:${HOME}:alias/s3-use`,
      ]) {
        expect(use(admin, id)).to.equal(arn);
      }
    });

    it("kms:ViaService and the encryption context count", async () => {
      const keys = await session("source", "via", {
        Effect: "Allow",
        Action: "kms:GenerateDataKey",
        Resource: "*",
        Condition: {
          StringLike: {
            "kms:ViaService": VIA,
            "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::records/*",
          },
        },
      });
      const arn = await createKey();
      expect(use(principal(keys), arn)).to.equal(arn);
      expect(refusal(() => use(principal(keys), arn, "s3.us-east-1.amazonaws.com"))).to.include({
        code: "AccessDenied",
        statusCode: 403,
        message: `User: arn:aws:sts::${HOME}:assumed-role/via/s1 is not authorized to perform: kms:GenerateDataKey on resource: ${arn} because no identity-based policy allows the kms:GenerateDataKey action`,
      });
    });

    it("missing, disabled and dying keys have S3's codes", async () => {
      const admin = principal(sandbox().account("source"));
      const arn = await createKey();
      const missing = "00000000-0000-4000-8000-000000000000";
      expect(refusal(() => use(admin, missing))).to.include({
        code: "KMS.NotFoundException",
        statusCode: 400,
      });
      await kms().send(new DisableKeyCommand({ KeyId: arn }));
      expect(refusal(() => use(admin, arn)).code).to.equal("KMS.DisabledException");
      await kms().send(new ScheduleKeyDeletionCommand({ KeyId: arn }));
      expect(refusal(() => use(admin, arn)).code).to.equal("KMS.KMSInvalidStateException");
    });

    it("aws/s3 serves whoever may use S3 in its account, and nobody else", async () => {
      const poor = await session("source", "poor-s3");
      const { keyArn } = sandbox().world.kms.awsManagedS3Key(HOME, REGION);
      expect(use(principal(poor), "alias/aws/s3")).to.equal(keyArn);
      expect((await failureOf(encrypt(keyArn, poor))).code).to.equal("AccessDeniedException");
      const away = principal(sandbox().account("vault"));
      expect(refusal(() => use(away, keyArn)).code).to.equal("AccessDenied");
      const { KeyMetadata } = await kms().send(new DescribeKeyCommand({ KeyId: "alias/aws/s3" }));
      expect(KeyMetadata).to.include({ Arn: keyArn, KeyManager: "AWS" });
      const admin = kms().send(new DisableKeyCommand({ KeyId: keyArn }));
      expect((await failureOf(admin)).code).to.equal("AccessDeniedException");
    });

    it("a role loses the key with its policy", async () => {
      const keys = await session("source", "losing-key", {
        Effect: "Allow",
        Action: "kms:GenerateDataKey",
        Resource: "*",
      });
      const arn = await createKey();
      use(principal(keys), arn);
      await sandbox()
        .iam("source")
        .send(new DeleteRolePolicyCommand({ RoleName: "losing-key", PolicyName: "own" }));
      expect(refusal(() => use(principal(keys), arn)).code).to.equal("AccessDenied");
    });
  });
});
