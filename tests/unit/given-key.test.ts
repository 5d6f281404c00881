/** A key that the configuration names, against one that we make. */

import { expect } from "chai";
import type { GuardFacts } from "../../automation/guard/facts";
import { lacksOf } from "../../automation/guard/given-key";
import { readKey } from "../../automation/guard/read-key";
import { vaultKeyPolicy } from "../../components/policy-documents";
import { CreateKeyCommand, EnableKeyRotationCommand, KMSClient } from "@aws-sdk/client-kms";
import { startSandbox } from "lockstep-sandbox";

const GLASS = "arn:aws:iam::222222222222:role/glass";
const made = (breakGlassRoleArn?: string): NonNullable<GuardFacts["key"]> => ({
  facts: { value: { state: "Enabled", origin: "AWS_KMS" } },
  rotates: { value: true },
  policy: {
    value: vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: ["arn:aws:iam::111111111111:role/r"],
      ...(breakGlassRoleArn === undefined ? {} : { breakGlassRoleArn }),
    }).Statement,
  },
});

describe("a given key", () => {
  it("lacks nothing when it is as one that we make", () => {
    expect(lacksOf(made(GLASS), GLASS)).to.deep.equal([]);
    expect(lacksOf(made(), undefined)).to.deep.equal([]);
  });

  it("lacks rotation, a usable state, or material of AWS KMS", () => {
    const rotation = lacksOf({ ...made(), rotates: { value: false } }, undefined);
    expect(rotation.join()).to.match(/rotation is not enabled/);
    const state = (value: { state: string; origin: string }) =>
      lacksOf({ ...made(), facts: { value }, rotates: { value: false } }, undefined).join();
    expect(state({ state: "PendingDeletion", origin: "AWS_KMS" })).to.include("PendingDeletion");
    expect(state({ state: "Enabled", origin: "EXTERNAL" }))
      .to.match(/material is EXTERNAL/)
      .and.not.match(/rotation/);
  });

  it("lacks what lets S3 deliver inventories under it, where there are any", () => {
    const [statement] = vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: [],
      inventoryOfArn: "arn:aws:s3:::acme-vault",
    }).Statement.filter(({ Sid }) => Sid === "UsedByInventory");
    if (statement === undefined) throw new Error("no statement lets S3 use the key");
    const [lack, ...others] = lacksOf(made(), undefined, statement);
    expect(others).to.deep.equal([]);
    expect(lack).to.include("does not let S3 deliver inventories").and.include("acme-vault");
    const policy = { value: [{ ...statement, Sid: "Theirs" }] };
    expect(lacksOf({ ...made(), policy }, undefined, statement)).to.deep.equal([]);
    // Of another bucket alone, it lets nothing of the vault in.
    const other = { ...statement, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::b" } } };
    expect(lacksOf({ ...made(), policy: { value: [other] } }, undefined, statement)).to.have.length(
      1,
    );
  });

  it("lacks each action that its policy does not deny to all but the break-glass role", () => {
    const statements = vaultKeyPolicy({
      accountId: "222222222222",
      region: "eu-central-1",
      replicationRoleArns: ["arn:aws:iam::111111111111:role/r"],
      breakGlassRoleArn: GLASS,
    }).Statement;
    const denied = statements.flatMap(({ Action, Effect }) => (Effect === "Deny" ? Action : []));
    expect(denied).to.include("kms:ScheduleKeyDeletion");
    for (const open of denied) {
      const value = statements.map((statement) =>
        statement.Effect === "Deny"
          ? { ...statement, Action: denied.filter((action) => action !== open) }
          : statement,
      );
      const [lack, ...others] = lacksOf({ ...made(), policy: { value } }, GLASS);
      expect(others).to.deep.equal([]);
      expect(lack).to.include(`does not deny ${open} to everybody but ${GLASS}`);
    }
    expect(lacksOf(made(), GLASS)[0]).to.include("kms:ScheduleKeyDeletion");
    expect(lacksOf(made("arn:aws:iam::222222222222:role/other"), GLASS)).to.have.length(1);
  });

  it("that cannot be looked at is said so", () => {
    const unreadable = { unreadable: "AccessDenied", action: "kms:Something" };
    const lacks = lacksOf({ facts: unreadable, policy: unreadable, rotates: unreadable }, GLASS);
    expect(lacks).to.have.length(3);
    for (const lack of lacks) expect(lack).to.include("kms:Something is refused");
  });

  it("lacks its rotation until its owner has put it right", async () => {
    const sandbox = await startSandbox();
    const [, account] = sandbox.accounts;
    if (account === undefined) throw new Error("no account");
    const { region } = account;
    const kms = new KMSClient({ endpoint: sandbox.endpoint, region, credentials: account });
    try {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const keyArn = KeyMetadata?.Arn ?? "";
      const lacks = async (): Promise<readonly string[]> =>
        lacksOf(await readKey(keyArn, kms, new AbortController().signal), undefined);
      expect(await lacks()).to.deep.equal([
        "its rotation is not enabled (`aws kms enable-key-rotation`)",
      ]);
      await kms.send(new EnableKeyRotationCommand({ KeyId: keyArn }));
      expect(await lacks()).to.deep.equal([]);
    } finally {
      kms.destroy();
      await sandbox.close();
    }
  });
});
