/** Who a client is, where an environment has variables of its own: nothing of the process's is asked. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import {
  accountClients,
  callerIdentity,
  type AwsEnvironment,
} from "../../automation/aws/aws-clients";
import { explained } from "../../automation/errors";
import { ACCOUNTS } from "../helpers/engine-project";

/** What would send every client somewhere else, as somebody else. */
const OF_THE_PROCESS = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "of-the-process",
  AWS_PROFILE: "of-the-process",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/none",
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/of-the-process",
} as const;

describe("the credentials of an environment", function () {
  this.timeout(60_000);
  let folder: string;
  let sandbox: Sandbox;
  let configFile: string;
  const wasBefore: Record<string, string | undefined> = {};

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-credentials-"));
    sandbox = await startSandbox({
      accounts: Object.values(ACCOUNTS).map(({ accountId, profile, region }) => ({
        name: profile,
        accountId,
        region,
      })),
    });
    ({ configFile } = await sandbox.writeAwsConfig(folder));
    for (const [name, value] of Object.entries(OF_THE_PROCESS)) {
      wasBefore[name] = process.env[name];
      process.env[name] = value;
    }
  });
  after(async () => {
    for (const [name, value] of Object.entries(wasBefore)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const keysOf = (profile: string): Record<string, string> => {
    const account = sandbox.accounts.find(({ name }) => name === profile);
    if (account === undefined) throw new Error(`no account ${profile}`);
    return {
      AWS_ACCESS_KEY_ID: account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    };
  };
  async function callerOf(environment: AwsEnvironment, profile?: string): Promise<string> {
    const { accountId, region } = ACCOUNTS.source;
    const access = { accountId, region, ...(profile !== undefined && { profile }) };
    const clients = await accountClients(access, environment);
    try {
      return (await callerIdentity(clients)).accountId;
    } finally {
      clients.destroy();
    }
  }

  it("are those of the profile that the config names", async () => {
    for (const { accountId, profile } of [ACCOUNTS.source, ACCOUNTS.vault]) {
      expect(await callerOf({ configFile, variables: {} }, profile)).to.equal(accountId);
    }
  });

  it("are those of its own AWS_PROFILE", async () => {
    const { accountId, profile } = ACCOUNTS.vault;
    const variables = { AWS_PROFILE: profile };
    expect(await callerOf({ configFile, variables })).to.equal(accountId);
  });

  it("are its own keys where no profile is named, two at once", async () => {
    const callers = [ACCOUNTS.source, ACCOUNTS.vault].map(({ profile }) =>
      callerOf({
        configFile,
        variables: { ...keysOf(profile), AWS_PROFILE: "", AWS_ENDPOINT_URL: sandbox.endpoint },
      }),
    );
    const { source, vault } = ACCOUNTS;
    expect(await Promise.all(callers)).to.deep.equal([source.accountId, vault.accountId]);
  });

  it("are named by account, profile and role where they cannot be had", async () => {
    const environment = { configFile: join(folder, "no-such-file"), variables: {} };
    const { accountId, region } = ACCOUNTS.vault;
    const assumeRoleArn = `arn:aws:iam::${accountId}:role/deploy`;
    for (const [access, whose] of [
      [{ accountId, region, profile: "gone" }, `${accountId} (profile gone)`],
      [
        { accountId, region, profile: "gone", assumeRoleArn },
        `(profile gone, role ${assumeRoleArn})`,
      ],
      [{ accountId, region }, `${accountId} (no profile or role in the config)`],
    ] as const) {
      const clients = await accountClients(access, environment);
      const error = await callerIdentity(clients).catch((thrown: unknown) => explained(thrown));
      clients.destroy();
      expect(error).to.have.property("code", "CredentialsUnusable");
      expect(error).to.have.property("message").that.contains(whose);
    }
  });

  it("are those of the default profile where nothing is named", async () => {
    const file = join(folder, "default");
    const keys = keysOf(ACCOUNTS.vault.profile);
    await writeFile(
      file,
      `[default]\naws_access_key_id = ${keys["AWS_ACCESS_KEY_ID"]}\naws_secret_access_key = ${keys["AWS_SECRET_ACCESS_KEY"]}\nendpoint_url = ${sandbox.endpoint}\n`,
    );
    const environment = { configFile: file, variables: {} };
    expect(await callerOf(environment)).to.equal(ACCOUNTS.vault.accountId);
  });

  it("write nothing to the console, though the process has keys beside a profile", async () => {
    const told: unknown[] = [];
    // The SDK writes there, and nothing of ours may.
    const sdkConsole: { warn: unknown } = globalThis["console"];
    const { warn } = sdkConsole;
    sdkConsole.warn = (...words: unknown[]): void => void told.push(words);
    try {
      await callerOf({ configFile, variables: {} }, ACCOUNTS.source.profile);
    } finally {
      sdkConsole.warn = warn;
    }
    expect(told).to.deep.equal([]);
  });
});
