/** What is wrong with a call of `prove` is told before anything is looked at, and leaves no file. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  UpdateAliasCommand,
  type KeySpec,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { stringify } from "yaml";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { openEnvironment, type Environment } from "../../automation/environment/environment";
import type { ProveCallOptions } from "../../automation/environment/options";
import { isLockstepError } from "../../automation/errors";
import { sealed, opened } from "../../automation/evidence/envelope";
import { openSigner } from "../../automation/prove/signer";
import { readStackConfig } from "../../automation/stack/stack-config";
import { BundleFolder, KEYS } from "../helpers/evidence-bundles";

const ACCOUNTS = {
  source: { accountId: "111111111111", region: "eu-west-1", profile: "source" },
  vault: { accountId: "222222222222", region: "eu-central-1", profile: "vault" },
};

describe("a wrong call of prove", function () {
  this.timeout(60_000);
  let folder: BundleFolder;
  let sandbox: Sandbox;
  let clients: AccountClients;
  let configFile: string;
  let environment: Environment;
  before(async () => {
    folder = new BundleFolder();
    sandbox = await startSandbox();
    ({ configFile } = await sandbox.writeAwsConfig(folder.path));
    clients = await accountClients(ACCOUNTS.vault, { configFile, variables: {} });
    writeFileSync(
      join(folder.path, "Pulumi.yaml"),
      stringify({ name: "lockstep", runtime: "nodejs" }),
    );
    const config = {
      "lockstep:source": { ...ACCOUNTS.source, bucket: { name: "acme-records" } },
      "lockstep:vaults": [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: "acme-records-vault" },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      "lockstep:rules": [{ name: "all", vault: "primary" }],
    };
    writeFileSync(join(folder.path, "Pulumi.dev.yaml"), stringify({ config }));
    writeFileSync(join(folder.path, "private.pem"), KEYS[0].privatePem);
    environment = await openEnvironment({
      cwd: folder.path,
      stack: "dev",
      // An engine that nobody may come to: every mistake is told before.
      environment: {
        AWS_CONFIG_FILE: configFile,
        LOCKSTEP_PULUMI: join(folder.path, "no-engine"),
      },
    });
  });
  after(async () => {
    clients.destroy();
    await sandbox.close();
    folder.remove();
  });

  async function refusal(wish: Partial<ProveCallOptions>) {
    const listed = readdirSync(folder.path).sort();
    const error = await environment
      .prove({ out: "new.tar", key: "private.pem", ...wish })
      .then(() => undefined)
      .catch((thrown: unknown) => thrown);
    if (!isLockstepError(error)) throw error;
    expect(readdirSync(folder.path).sort()).to.deep.equal(listed);
    const { code, message, problems } = error;
    return { code, text: [message, ...problems.map((one) => one.message)].join("\n") };
  }

  async function newKey(KeySpec: KeySpec, KeyUsage?: "SIGN_VERIFY"): Promise<string> {
    const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
    return KeyMetadata?.Arn ?? "";
  }

  it("is one whose file is there, or cannot be made", async () => {
    writeFileSync(join(folder.path, "there.tar"), "signed long ago");
    const there = await refusal({ out: "there.tar" });
    expect(there.code).to.equal("ConfigInvalid");
    expect(there.text).to.contain("is there already");
    expect(readFileSync(join(folder.path, "there.tar"), "utf8")).to.equal("signed long ago");
    mkdirSync(join(folder.path, "a-folder"));
    expect((await refusal({ out: "a-folder" })).text).to.contain("is there already");
    const nowhere = await refusal({ out: "no/such/folder/new.tar" });
    expect(nowhere.code).to.equal("ConfigInvalid");
    expect(nowhere.text).to.contain("cannot be written");
  });

  it("is one whose key is not there, or none that signs", async () => {
    writeFileSync(join(folder.path, "words.pem"), "no key");
    for (const key of ["none.pem", "words.pem", "public.pem", "a-folder"]) {
      expect((await refusal({ key })).code, key).to.equal("EvidenceUnreadable");
    }
  });

  it("is one whose key of KMS is none, is of another kind, or of nobody's account", async () => {
    for (const [key, word] of [
      ["kms:", "nothing is no ARN"],
      ["kms:alias/mine", "alias/mine is no ARN"],
      ["kms:arn:aws:s3:::acme-records", "is no ARN of a key"],
      ["kms:arn:aws:kms:eu-west-1:999999999999:key/k", "none of the stack's"],
    ] as const) {
      const { code, text } = await refusal({ key });
      expect(code, key).to.equal("ConfigInvalid");
      expect(text).to.contain(word);
    }
    for (const arn of [
      await newKey("SYMMETRIC_DEFAULT"),
      await newKey("RSA_2048", "SIGN_VERIFY"),
      await newKey("ECC_NIST_P384", "SIGN_VERIFY"),
      "arn:aws:kms:eu-central-1:222222222222:key/11111111-2222-3333-4444-555555555555",
    ]) {
      const { code, text } = await refusal({ key: `kms:${arn}` });
      expect(code, arn).to.equal("EvidenceUnreadable");
      expect(text).to.contain(`${arn} cannot sign evidence`);
    }
  });

  it("is one that follows a bundle and none", async () => {
    const { code, text } = await refusal({ previous: "any.tar", newChain: true });
    expect(code).to.equal("ConfigInvalid");
    expect(text).to.contain("not together with --previous");
  });

  it("is one that follows what is not sound, not there, of another key or of another stack", async () => {
    const cases = {
      "none.tar": "cannot be read",
      [(await folder.bundle({ key: KEYS[1] })).path]: "signed by another key",
      [(await folder.bundle({ stack: "prod" })).path]: 'it is of the stack "prod"',
      [folder.file(Buffer.from("no archive"))]: "Nothing can follow",
    };
    for (const [previous, word] of Object.entries(cases)) {
      const { code, text } = await refusal({ previous });
      expect(code, previous).to.equal("EvidenceUnreadable");
      expect(text).to.contain(word);
    }
  });

  it("is not one with a key of KMS on P-256, or its alias, which keeps to the key that it was", async () => {
    const [first, second] = [
      await newKey("ECC_NIST_P256", "SIGN_VERIFY"),
      await newKey("ECC_NIST_P256", "SIGN_VERIFY"),
    ];
    const alias = "alias/evidence";
    await clients.kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: first }));
    const config = await readStackConfig({ folder: folder.path, stack: "dev" });
    const aws = { configFile, variables: {} };
    const aliasArn = `kms:arn:aws:kms:eu-central-1:222222222222:${alias}`;
    const signer = await openSigner(aliasArn, config, aws, new AbortController().signal);
    try {
      await clients.kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: second }));
      const envelope = await sealed({ said: "this" }, signer);
      expect(opened(envelope, signer.publicKey).statement).to.deep.equal({ said: "this" });
    } finally {
      signer.close();
    }
  });
});
