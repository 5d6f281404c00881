import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  type CreateGrantCommandInput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { startTestSandbox, useSandboxWithManualClock, type Keys } from "../helpers/sandbox";
import { ManualClock } from "../../src";

/** Grants on KMS keys, through the official SDK. */

const HOME = "111111111111";
const AWAY = "222222222222";
const Plaintext = Buffer.from("a record");

describe("Grants of KMS", () => {
  const sandbox = useSandboxWithManualClock();
  const kms = () => sandbox().kms();
  let count = 0;

  async function user(account = "source"): Promise<{ arn: string; kms: KMSClient; keys: Keys }> {
    const UserName = `grantee-${++count}`;
    const { User } = await sandbox().iam(account).send(new CreateUserCommand({ UserName }));
    const identity = sandbox().world.iam.identityByArn(User?.Arn ?? "");
    if (identity?.kind !== "user") throw new Error("the user is there");
    const keys = sandbox().world.iam.createAccessKey(identity);
    return {
      arn: identity.arn,
      keys,
      kms: sandbox().kms(account, { credentials: keys, region: "eu-west-1" }),
    };
  }

  async function createKey(): Promise<string> {
    const { KeyMetadata } = await kms().send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? "";
  }

  const grant = (
    input: Omit<CreateGrantCommandInput, "Operations"> & { Operations: string[] },
    client = kms(),
  ) => client.send(new CreateGrantCommand(input as CreateGrantCommandInput));

  it("let the grantee do what they name, and nothing else, until they are revoked", async () => {
    const KeyId = await createKey();
    const grantee = await user();
    const encrypt = () => grantee.kms.send(new EncryptCommand({ KeyId, Plaintext }));
    expect((await failureOf(encrypt())).code).to.equal("AccessDeniedException");
    const { GrantId = "" } = await grant({
      KeyId,
      GranteePrincipal: grantee.arn,
      Operations: ["Encrypt"],
    });
    const { CiphertextBlob } = await encrypt();
    await failureOf(grantee.kms.send(new DecryptCommand({ CiphertextBlob })));
    await failureOf((await user()).kms.send(new EncryptCommand({ KeyId, Plaintext })));
    await kms().send(new RevokeGrantCommand({ KeyId, GrantId }));
    await failureOf(encrypt());
    const again = kms().send(new RevokeGrantCommand({ KeyId, GrantId }));
    expect((await failureOf(again)).code).to.equal("NotFoundException");
  });

  it("reach across accounts without any policy of the grantee's", async () => {
    const KeyId = await createKey();
    const grantee = await user("vault");
    await grant({ KeyId, GranteePrincipal: grantee.arn, Operations: ["DescribeKey"] });
    await grantee.kms.send(new DescribeKeyCommand({ KeyId }));
    await failureOf(grantee.kms.send(new EncryptCommand({ KeyId, Plaintext })));
  });

  it("do not stand against a Deny", async () => {
    const KeyId = await createKey();
    const grantee = await user();
    await grant({ KeyId, GranteePrincipal: grantee.arn, Operations: ["Encrypt"] });
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Deny", Action: "kms:Encrypt", Resource: "*" },
    });
    const UserName = grantee.arn.split("/")[1] ?? "";
    await sandbox()
      .iam()
      .send(new PutUserPolicyCommand({ UserName, PolicyName: "no", PolicyDocument }));
    const refused = grantee.kms.send(new EncryptCommand({ KeyId, Plaintext }));
    expect((await failureOf(refused)).message).to.match(
      /explicit deny in an identity-based policy/,
    );
  });

  it("have constraints on the encryption context", async () => {
    const KeyId = await createKey();
    const subset = await user();
    const equal = await user();
    const Operations = ["GenerateDataKey"];
    const context = { department: "records" };
    await grant({
      KeyId,
      Operations,
      GranteePrincipal: subset.arn,
      Constraints: { EncryptionContextSubset: context },
    });
    await grant({
      KeyId,
      Operations,
      GranteePrincipal: equal.arn,
      Constraints: { EncryptionContextEquals: context },
    });
    const generate = (client: KMSClient, EncryptionContext?: Record<string, string>) =>
      client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext }));
    for (const client of [subset.kms, equal.kms]) {
      await generate(client, context);
      await failureOf(generate(client));
      await failureOf(generate(client, { department: "other" }));
    }
    const more = { ...context, year: "2026" };
    await generate(subset.kms, more);
    await failureOf(generate(equal.kms, more));
  });

  it("let a grantee with CreateGrant hand on no more than it has", async () => {
    const KeyId = await createKey();
    const first = await user();
    const GranteePrincipal = (await user()).arn;
    await grant({
      KeyId,
      GranteePrincipal: first.arn,
      Operations: ["CreateGrant", "Encrypt"],
      Constraints: { EncryptionContextSubset: { a: "1" } },
    });
    const Constraints = { EncryptionContextSubset: { a: "1", b: "2" } };
    const Operations = ["Encrypt"];
    await grant({ KeyId, GranteePrincipal, Operations, Constraints }, first.kms);
    for (const wrong of [
      { Operations: ["Encrypt", "Decrypt"], Constraints },
      { Operations },
      { Operations, Constraints: { EncryptionContextSubset: { b: "2" } } },
    ]) {
      const error = await failureOf(grant({ KeyId, GranteePrincipal, ...wrong }, first.kms));
      expect(error.code, JSON.stringify(wrong)).to.equal("AccessDeniedException");
    }
  });

  it("are retired by whom they name, by token or id, and by the grantee only if they say so", async () => {
    const KeyId = await createKey();
    const grantee = await user();
    const retiring = await user("vault");
    const make = (Operations: string[]) =>
      grant({
        KeyId,
        GranteePrincipal: grantee.arn,
        RetiringPrincipal: retiring.arn,
        Operations,
      });
    const first = await make(["Encrypt"]);
    const retire = (client: KMSClient, GrantToken?: string) =>
      client.send(new RetireGrantCommand({ GrantToken }));
    expect((await failureOf(retire(grantee.kms, first.GrantToken))).code).to.equal(
      "AccessDeniedException",
    );
    const { Grants } = await sandbox()
      .kms("vault", { region: "eu-west-1" })
      .send(new ListRetirableGrantsCommand({ RetiringPrincipal: retiring.arn }));
    expect(Grants?.map(({ GrantId }) => GrantId)).to.deep.equal([first.GrantId]);
    await retire(retiring.kms, first.GrantToken);
    expect((await failureOf(retire(retiring.kms, first.GrantToken))).code).to.equal(
      "InvalidGrantTokenException",
    );
    const second = await make(["Encrypt", "RetireGrant"]);
    await retire(grantee.kms, second.GrantToken);
    const { GrantId } = await make(["Encrypt"]);
    await kms().send(new RetireGrantCommand({ KeyId, GrantId }));
    expect((await kms().send(new ListGrantsCommand({ KeyId }))).Grants).to.deep.equal([]);
  });

  it("are listed as they are, by id and by grantee", async () => {
    const KeyId = await createKey();
    const [one, other] = [await user(), await user()];
    const made = await grant({
      KeyId,
      Name: "reader",
      GranteePrincipal: one.arn,
      Operations: ["Decrypt", "DescribeKey"],
    });
    await grant({ KeyId, GranteePrincipal: other.arn, Operations: ["Encrypt"] });
    const list = async (rest: object = {}) =>
      (await kms().send(new ListGrantsCommand({ KeyId, ...rest }))).Grants;
    expect(await list()).to.have.length(2);
    expect(await list({ GranteePrincipal: other.arn })).to.have.length(1);
    const [shown] = (await list({ GrantId: made.GrantId })) ?? [];
    expect(shown).to.deep.include({
      KeyId,
      Name: "reader",
      GranteePrincipal: one.arn,
      IssuingAccount: `arn:aws:iam::${HOME}:root`,
      Operations: ["Decrypt", "DescribeKey"],
    });
    expect(made.GrantId).to.match(/^[0-9a-f]{64}$/);
    const named = { KeyId, Name: "reader", GranteePrincipal: one.arn };
    const same = await grant({ ...named, Operations: ["DescribeKey", "Decrypt"] });
    expect(same.GrantId).to.equal(made.GrantId);
    expect(same.GrantToken).not.to.equal(made.GrantToken);
    const wider = await grant({ ...named, Operations: ["Decrypt"] });
    expect(wider.GrantId).not.to.equal(made.GrantId);
  });

  it("name a role by its unique id, so that its successor has nothing", async () => {
    const KeyId = await createKey();
    const RoleName = "granted";
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: HOME }, Action: "sts:AssumeRole" },
    });
    const create = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument });
    const { Role } = await sandbox().iam().send(create);
    await grant({ KeyId, GranteePrincipal: Role?.Arn, Operations: ["Encrypt"] });
    await sandbox().iam().send(new DeleteRoleCommand({ RoleName }));
    await sandbox().iam().send(create);
    const { Grants } = await kms().send(new ListGrantsCommand({ KeyId }));
    expect(Grants?.[0]?.GranteePrincipal).to.equal(Role?.RoleId);
  });

  it("are refused for what they cannot be", async () => {
    const KeyId = await createKey();
    const GranteePrincipal = (await user()).arn;
    const cases: readonly (readonly [object, string])[] = [
      [{ GranteePrincipal: `arn:aws:iam::${HOME}:user/missing` }, "InvalidArnException"],
      [{ GranteePrincipal: "ann" }, "InvalidArnException"],
      [{ Operations: ["Sign"] }, "ValidationException"],
      [{ Operations: [] }, "ValidationException"],
      [{ Name: "a name" }, "ValidationException"],
      [
        { KeyId: `arn:aws:kms:eu-west-1:${AWAY}:key/00000000-0000-4000-8000-000000000000` },
        "NotFoundException",
      ],
    ];
    for (const [rest, code] of cases) {
      const request = grant({ KeyId, GranteePrincipal, Operations: ["Encrypt"], ...rest });
      expect((await failureOf(request)).code, JSON.stringify(rest)).to.equal(code);
    }
    await kms().send(new DisableKeyCommand({ KeyId }));
    const disabled = grant({ KeyId, GranteePrincipal, Operations: ["Encrypt"] });
    expect((await failureOf(disabled)).code).to.equal("DisabledException");
  });

  it("count by their token before they have arrived everywhere", async () => {
    const clock = new ManualClock(Date.UTC(2026, 6, 30));
    const slow = await startTestSandbox({ clock, settings: { iamPropagationDelayMs: 5000 } });
    try {
      const { KeyMetadata } = await slow.kms().send(new CreateKeyCommand({}));
      const KeyId = KeyMetadata?.Arn;
      const made = slow.world.iam.addUser({ accountId: HOME, name: "late", path: "/" });
      const credentials = slow.world.iam.createAccessKey(made);
      const { GrantToken = "" } = await slow
        .kms()
        .send(
          new CreateGrantCommand({ KeyId, GranteePrincipal: made.arn, Operations: ["Encrypt"] }),
        );
      const encrypt = (GrantTokens?: string[]) =>
        slow
          .kms("source", { credentials })
          .send(new EncryptCommand({ KeyId, Plaintext, GrantTokens }));
      await failureOf(encrypt());
      await encrypt([GrantToken]);
      clock.advance(5000);
      await encrypt();
    } finally {
      await slow.close();
    }
  });
});
