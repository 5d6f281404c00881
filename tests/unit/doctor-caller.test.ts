/** What the doctor says of the credentials that are to run jobs, held against the least that they need. */

import { CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { startSandbox, type Sandbox } from "lockstep-sandbox";
import { readCallerRefusals } from "../../automation/doctor/read/caller";
import { operatorPolicies } from "../../automation/permissions/operator-policies";
import { parseConfig } from "../../components/config";
import type { PolicyDocument } from "../../components/policy-documents";

const CALLER = "operator";

describe("credentials that run jobs", () => {
  let sandbox: Sandbox;
  let iam: IAMClient;
  let document: PolicyDocument;
  let batchRoleArn: string;
  const region = "eu-west-1";

  before(async () => {
    sandbox = await startSandbox();
    const [source, vault] = sandbox.accounts;
    if (source === undefined || vault === undefined) throw new Error("no accounts");
    iam = new IAMClient({ endpoint: sandbox.endpoint, region, credentials: source });
    await iam.send(new CreateUserCommand({ UserName: CALLER }));
    const config = parseConfig({
      source: { accountId: source.accountId, region, bucket: { name: "records" } },
      vaults: [
        {
          name: "primary",
          accountId: vault.accountId,
          region,
          bucket: { name: "records-vault" },
          lock: { stage: "pilot" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    const policy = operatorPolicies(config).find(
      ({ accountId, command }) => accountId === source.accountId && command === "backfill",
    );
    if (policy === undefined) throw new Error("no policy");
    document = policy.document;
    const pass = document.Statement.find(({ Sid }) => Sid === "HandBatchRoleToS3");
    batchRoleArn = String(pass?.Resource);
  });
  after(async () => {
    iam.destroy();
    await sandbox.close();
  });

  /** Actions that are refused to a caller with these statements. */
  async function refusedWith(Statement: PolicyDocument["Statement"]): Promise<readonly string[]> {
    const PolicyDocument = JSON.stringify({ ...document, Statement });
    await iam.send(
      new PutUserPolicyCommand({ UserName: CALLER, PolicyName: "least", PolicyDocument }),
    );
    const accountId = sandbox.accounts[0]?.accountId ?? "";
    const arn = `arn:aws:iam::${accountId}:user/${CALLER}`;
    const { signal } = new AbortController();
    const found = await readCallerRefusals(arn, batchRoleArn, region, iam, signal);
    if ("unreadable" in found) throw new Error(found.unreadable);
    return found.value.map(({ action }) => action);
  }

  it("have what they need with the least rights of `backfill`", async () => {
    expect(await refusedWith(document.Statement)).to.deep.equal([]);
  });

  it("are told what they lack, statement by statement", async () => {
    const lacksOf = (sid: string) =>
      refusedWith(document.Statement.filter(({ Sid }) => Sid !== sid));
    expect(await lacksOf("HandBatchRoleToS3")).to.deep.equal(["iam:PassRole"]);
    const actions = ["s3:CreateJob", "s3:ListJobs", "s3:DescribeJob", "s3:UpdateJobStatus"];
    const found = new Set<string>();
    for (const { Sid = "" } of document.Statement) {
      for (const action of await lacksOf(Sid)) found.add(action);
    }
    expect([...found]).to.have.members(["iam:PassRole", ...actions]);
  });
});
