/** What the doctor reads of managed policies and of Intelligent-Tiering, and what of another team it says it has not seen. */

import { CreatePolicyCommand, CreatePolicyVersionCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { judgeManagedPolicies } from "../../automation/doctor/checks/policies";
import { judgeArchiveTiers } from "../../automation/doctor/checks/source";
import { examine } from "../../automation/doctor/examine";
import type { FindingFields } from "../../automation/doctor/finding";
import { readManagedPolicies } from "../../automation/doctor/read/managed-policies";
import { readArchiveTiers } from "../../automation/doctor/read/source";
import { systemClock } from "../../automation/clock";
import { parseConfig } from "../../components/config";

const { signal } = new AbortController();
const account = "111111111111";
const at = { account, resource: "arn:aws:s3:::records" };

describe("the doctor on what only AWS's own documents say", () => {
  let sandbox: Sandbox;
  let iam: IAMClient;
  let s3: S3Client;

  before(async () => {
    sandbox = await startSandbox();
    const [credentials] = sandbox.accounts;
    if (credentials === undefined) throw new Error("no account");
    const options = { endpoint: sandbox.endpoint, region: credentials.region, credentials };
    iam = new IAMClient(options);
    s3 = new S3Client({ ...options, forcePathStyle: true });
  });
  after(async () => {
    iam.destroy();
    s3.destroy();
    await sandbox.close();
  });

  it("finds a Deny in the version of a managed policy that is in force, for the role that needs it", async () => {
    const roleArn = `arn:aws:iam::${account}:role/replicate`;
    const document = (Effect: string): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Sid: "Tidy", Effect, Action: "s3:Replicate*", Resource: "*" }],
      });
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: "tidy", PolicyDocument: document("Allow") }),
    );
    const PolicyArn = Policy?.Arn ?? "";
    const need = (arn: string) => ({
      roleArn: arn,
      action: "s3:ReplicateObject",
      resource: "arn:aws:s3:::kept/*",
      ownerAccountId: "222222222222",
      region: "eu-central-1",
    });
    const judged = async (arn: string) =>
      judgeManagedPolicies(
        roleArn,
        await readManagedPolicies([PolicyArn], iam, signal),
        [need(arn)],
        account,
      );
    expect(await judged(roleArn)).to.deep.equal([]);
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: document("Deny"),
        SetAsDefault: true,
      }),
    );
    const [found, ...others] = await judged(roleArn);
    expect(others).to.deep.equal([]);
    expect(found).to.include({ id: "perimeter", severity: "error", resource: PolicyArn });
    expect(found?.message).to.contain("statement Tidy").and.contain("denies s3:ReplicateObject");
    expect(await judged(`arn:aws:iam::${account}:role/other`)).to.deep.equal([]);
    const gone = await readManagedPolicies([`${PolicyArn}-gone`], iam, signal);
    expect(gone.map(({ statements }) => statements)).to.deep.equal([{ value: [] }]);
  });

  it("says which managed policy could not be read, and with which right", () => {
    const statements = { unreadable: "AccessDenied", action: "iam:GetPolicyVersion" };
    const [found] = judgeManagedPolicies("r", [{ policyArn: "p", statements }], [], account);
    expect(found).to.include({ id: "not-checked", resource: "p" });
    expect(found?.message).to.contain("iam:GetPolicyVersion");
  });

  it("warns of tiers of Intelligent-Tiering that archive, not of a configuration that is off", async () => {
    const Bucket = "tiered-records";
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const reader = { bucket: Bucket, accountId: sandbox.accounts[0]?.accountId ?? "", s3, signal };
    const put = (Status: "Enabled" | "Disabled") =>
      s3.send(
        new PutBucketIntelligentTieringConfigurationCommand({
          Bucket,
          Id: "cold",
          IntelligentTieringConfiguration: {
            Id: "cold",
            Status,
            Tierings: [{ AccessTier: "ARCHIVE_ACCESS", Days: 90 }],
          },
        }),
      );
    expect(judgeArchiveTiers(await readArchiveTiers(reader), at)).to.deep.equal([]);
    await put("Enabled");
    const [found, ...others] = judgeArchiveTiers(await readArchiveTiers(reader), at);
    expect(others).to.deep.equal([]);
    expect(found).to.include({ id: "source-archive-tiers", severity: "warning" });
    expect(found?.message).to.contain("cold").and.contain("ARCHIVE_ACCESS after 90 days");
    await put("Disabled");
    expect(judgeArchiveTiers(await readArchiveTiers(reader), at)).to.deep.equal([]);
    const refused = { unreadable: "AccessDenied", action: "s3:GetIntelligentTieringConfiguration" };
    expect(judgeArchiveTiers(refused, at)[0]).to.include({ id: "not-checked" });
  });

  it("says of the stack of one side what of the other side it did not look at", async () => {
    const config = parseConfig({
      side: "vaults",
      source: { accountId: account, region: "eu-west-1", bucket: { name: "records" } },
      vaults: [
        {
          name: "primary",
          accountId: "222222222222",
          region: "eu-central-1",
          profile: "no-such-profile",
          bucket: { name: "kept" },
          lock: { stage: "pilot" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    const told: (FindingFields & { path: string })[] = [];
    await examine({
      config,
      inState: () => Promise.resolve([]),
      environment: { variables: {}, configFile: "/dev/null" },
      session: { emit: () => undefined, signal, clock: systemClock },
      tell: (found, path) => void told.push({ ...found, path }),
    });
    const unseen = told.filter(({ id }) => id === "side-not-looked-at");
    expect(
      unseen.map(({ account: of, path, resource }) => `${path} ${of} ${resource}`),
    ).to.deep.equal([`source ${account} arn:aws:s3:::records`]);
    expect(unseen[0]?.message).to.contain(
      "its rules, roles, keys, policies and jobs are not looked at",
    );
  });
});
