import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { operatorPermissionsMarkdown } from "../../automation/permissions/operator-document";
import {
  operatorPolicies,
  OPERATOR_ROWS,
  type OperatorPolicy,
} from "../../automation/permissions/operator-policies";
import { OPERATOR_COMMANDS } from "../../automation/permissions/operator-row";
import { parseConfig } from "../../components/config";

const source = {
  accountId: "111111111111",
  region: "eu-west-1",
  bucket: { name: "records" },
};
const vault = (fields: object = {}) => ({
  name: "primary",
  accountId: "222222222222",
  region: "eu-central-1",
  bucket: { name: "records-vault" },
  lock: { stage: "pilot" },
  ...fields,
});
const rules = [{ name: "all", vault: "primary" }];

function policiesOf(config: object): readonly OperatorPolicy[] {
  return operatorPolicies(parseConfig(config));
}

function actionsOf(policies: readonly OperatorPolicy[]): readonly string[] {
  return policies.flatMap(({ document }) =>
    document.Statement.flatMap(({ Action }) => (typeof Action === "string" ? [Action] : Action)),
  );
}

/** What IAM counts of a managed policy. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MANAGED_POLICY_CHARACTERS = 6144;

describe("operatorPolicies", () => {
  const full = {
    source: { ...source, bucket: { name: "records", encryption: { kms: "create" } } },
    vaults: [vault({ encryption: { kms: "create" } })],
    rules: [{ ...rules[0], metrics: true }],
    monitoring: { subscribers: { emails: ["a@example.com"] } },
  };

  it("has one for each command and account; batch jobs are in the source's alone", () => {
    const ofJobs = new Set<string>(["jobs", "watch", "cancel", "priority", "lineage"]);
    const made = policiesOf({ source, vaults: [vault()], rules });
    expect(made.map(({ accountId, command }) => `${command} ${accountId}`)).to.deep.equal(
      OPERATOR_COMMANDS.flatMap((command) => [
        `${command} 111111111111`,
        ...(ofJobs.has(command) ? [] : [`${command} 222222222222`]),
      ]),
    );
  });

  it("lets a preview, a verdict and the doctor read only", () => {
    const made = policiesOf(full).filter(({ command }) =>
      ["preview", "verify", "doctor", "jobs", "watch", "lineage"].includes(command),
    );
    for (const action of actionsOf(made)) {
      expect(action).to.match(/^[a-z0-9]+:(Get|List|Describe|Simulate|Decrypt$)/);
    }
    const read = actionsOf(made.filter(({ command }) => command === "preview"));
    expect(read).not.to.include("s3:GetObject").and.not.to.include("s3:GetObjectVersion");
  });

  it("asks for what keys and monitoring take only where there are any", () => {
    const services = (config: object) =>
      new Set(actionsOf(policiesOf(config)).map((action) => action.split(":")[0]));
    expect([...services({ source, vaults: [vault()], rules })].sort()).to.deep.equal([
      "cloudformation",
      "iam",
      "s3",
    ]);
    expect([...services(full)]).to.include.members(["kms", "sns", "cloudwatch", "events"]);
  });

  it("asks for keys where what is there may be under some: of a bucket that was there before, or of a rule's replicas", () => {
    const keysOf = (accountId: string, config: object) =>
      policiesOf(config)
        .filter((one) => one.command === "verify" && one.accountId === accountId)
        .flatMap((one) => actionsOf([one]).filter((action) => action === "kms:Decrypt"));
    const existing = { ...source, bucket: { name: "records", existing: true } };
    const plain = { source, vaults: [vault()], rules };
    expect(keysOf(source.accountId, plain)).to.deep.equal([]);
    expect(keysOf(source.accountId, { ...plain, source: existing })).to.have.length(1);
    expect(keysOf("222222222222", plain)).to.deep.equal([]);
    const replicaKmsKeyId = "arn:aws:kms:eu-central-1:222222222222:key/k";
    const ofRule = { ...plain, rules: [{ ...rules[0], replicaKmsKeyId }] };
    expect(keysOf("222222222222", ofRule)).to.have.length(1);
  });

  it("names given keys, the break-glass role, and Slack channels with their roles", () => {
    const key = "arn:aws:kms:eu-west-1:111111111111:key/k";
    const breakGlassRoleArn = "arn:aws:iam::222222222222:role/glass";
    const made = policiesOf({
      source: {
        ...source,
        kmsKeyArns: [key],
        roles: { path: "/records/" },
      },
      vaults: [vault({ breakGlassRoleArn })],
      rules,
      monitoring: { subscribers: { slack: [{ workspaceId: "T07A", channelId: "C07A" }] } },
    });
    const resourceOf = (command: string, sid: string) =>
      made
        .filter((one) => one.command === command)
        .flatMap(({ document }) => document.Statement)
        .find(({ Sid }) => Sid === sid)?.Resource;
    expect(resourceOf("backfill", "LookAtGivenKeys")).to.equal(key);
    expect(resourceOf("doctor", "LookAtBreakGlass")).to.equal(breakGlassRoleArn);
    expect(resourceOf("up", "SlackRoles")).to.equal(
      "arn:aws:iam::111111111111:role/records/lockstep-monitoring*-slack-*",
    );
    expect(resourceOf("destroy", "SlackChannels")).to.equal(
      "arn:aws:chatbot::111111111111:chat-configuration/slack-channel/lockstep-records-C07A",
    );
  });

  it("lets canaries be written under the rules' prefixes alone, tagged where a rule asks for tags", () => {
    const made = policiesOf({
      source,
      vaults: [vault()],
      rules: [
        {
          name: "kept",
          vault: "primary",
          priority: 1,
          filter: { prefix: "kept/", tags: { keep: "yes" } },
        },
        { name: "all", vault: "primary", priority: 2 },
        {
          name: "off",
          vault: "primary",
          priority: 3,
          status: "Disabled",
          filter: { prefix: "off/" },
        },
      ],
    });
    const statementOf = (accountId: string, sid: string) =>
      made
        .find((one) => one.command === "doctor --canary" && one.accountId === accountId)
        ?.document.Statement.find(({ Sid }) => Sid === sid);
    const kept = "arn:aws:s3:::records/kept/lockstep-canary/*";
    const all = "arn:aws:s3:::records/lockstep-canary/*";
    expect(statementOf("111111111111", "WriteCanaries")).to.deep.include({
      Action: "s3:PutObject",
      Resource: [kept, all],
    });
    expect(statementOf("111111111111", "TagCanaries")?.Resource).to.equal(kept);
    expect(statementOf("222222222222", "LookAtCanaries")?.Resource).to.deep.equal([
      "arn:aws:s3:::records-vault/kept/lockstep-canary/*",
      "arn:aws:s3:::records-vault/lockstep-canary/*",
    ]);
    const written = actionsOf(made.filter(({ command }) => command === "doctor --canary"));
    expect(written.filter((action) => /Put|Delete|Create/.test(action))).to.deep.equal([
      "s3:PutObject",
      "s3:PutObjectTagging",
    ]);
  });

  it("lets the doctor with canaries do all that it does without", () => {
    const of = (wanted: string) =>
      new Set(
        policiesOf(full)
          .filter(({ command }) => command === wanted)
          .flatMap(({ accountId, document }) =>
            document.Statement.map((one) => `${accountId} ${JSON.stringify(one)}`),
          ),
      );
    const withCanary = of("doctor --canary");
    expect([...of("doctor")].filter((one) => !withCanary.has(one))).to.deep.equal([]);
    expect(withCanary.size).to.be.greaterThan(of("doctor").size);
  });

  it("is one policy where source and vault are in one account, with each statement once", () => {
    const made = policiesOf({ source, vaults: [vault({ accountId: "111111111111" })], rules });
    expect(made).to.have.length(OPERATOR_COMMANDS.length);
    for (const { document } of made) {
      const sids = document.Statement.map(({ Sid }) => Sid);
      expect(new Set(sids).size).to.equal(sids.length);
    }
  });

  it("names the resources of this stack and no others where AWS gives them names", () => {
    for (const { document } of policiesOf(full)) {
      for (const { Resource, Sid } of document.Statement) {
        const isNameless =
          /^(FindJobs|FindAliases|FindSlackChannels|MakeKeys|ReadReplicationMetrics)/.test(Sid);
        if (!isNameless) expect([Resource].flat(), Sid).not.to.include("*");
      }
    }
  });

  it("fits into a managed policy", () => {
    for (const { accountId, command, document } of policiesOf(full)) {
      const characters = JSON.stringify(document).length;
      expect(characters, `${command} ${accountId}`).to.be.at.most(MANAGED_POLICY_CHARACTERS);
    }
  });

  it("leaves the other team's account to them", () => {
    const made = policiesOf({
      side: "vaults",
      source,
      vaults: [vault()],
      rules,
    });
    expect(new Set(made.map(({ accountId }) => accountId))).to.deep.equal(
      new Set(["222222222222"]),
    );
  });

  it("has rows with Sids of their own, letters only", () => {
    const sids = OPERATOR_ROWS.map(({ sid }) => sid);
    expect(new Set(sids).size).to.equal(sids.length);
    for (const sid of sids) expect(sid).to.match(/^[A-Za-z0-9]+$/);
  });
});

describe("docs/operator-permissions.md", () => {
  it("is what `npm run docs:operator` writes", () => {
    const written = readFileSync(join(__dirname, "../../docs/operator-permissions.md"), "utf8");
    expect(written, "run `npm run docs:operator`").to.equal(operatorPermissionsMarkdown());
  });
});
