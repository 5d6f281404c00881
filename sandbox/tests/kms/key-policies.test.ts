/** Policies of keys, through the official SDK and as S3 uses a key. */

import { expect } from "chai";
import {
  CreateRoleCommand,
  PutRolePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  ListKeyPoliciesCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { AwsError } from "../../src/world/aws-error";
import type { Principal } from "../../src/authorization/model";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import type { Keys } from "../helpers/sandbox";
import { keyPolicy, toAccount } from "./key-policy";

/** KMS through the official SDK, and as S3 uses it. */

const HOME = "111111111111";

const AWAY = "222222222222";

const REGION = "eu-west-1";

const SECRET = Buffer.from("a secret of records");

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
