import {
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";

const USER = "arn:aws:iam::111111111111:user/simulated";

describe("Simulations of policies", () => {
  const sandbox = useSandbox();
  const iam = () => sandbox().iam();
  const policy = (Action: string, rest: object = {}) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource: "*", ...rest }],
    });
  const byPrefix = policy("s3:ListBucket", {
    Resource: "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}-records",
    Condition: { StringLike: { "s3:prefix": "${aws:username}/*" } },
  });

  before(async () => {
    await iam().send(new CreateUserCommand({ UserName: "simulated" }));
    await iam().send(
      new PutUserPolicyCommand({
        UserName: "simulated",
        PolicyName: "own",
        PolicyDocument: policy("s3:*"),
      }),
    );
  });
  afterEach(() => sandbox().organization.setControlPolicies("source", {}));

  const simulate = async (rest: object = {}) => {
    const { EvaluationResults } = await iam().send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: USER,
        ActionNames: ["s3:GetObject"],
        ...rest,
      }),
    );
    return EvaluationResults?.[0];
  };

  it("say whether the organization allows", async () => {
    expect(await simulate()).to.deep.include({
      EvalDecision: "allowed",
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    });
    const scp = (Effect: string, Action: string) => ({
      serviceControlPolicies: [
        { Version: "2012-10-17", Statement: { Effect, Action, Resource: "*" } },
      ],
    });
    for (const [policies, EvalDecision] of [
      [scp("Deny", "s3:GetObject"), "explicitDeny"],
      [scp("Allow", "iam:*"), "implicitDeny"],
    ] as const) {
      sandbox().organization.setControlPolicies("source", policies);
      expect(await simulate()).to.deep.include({
        EvalDecision,
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
      });
      sandbox().organization.setControlPolicies("source", scp("Allow", "*"));
    }
  });

  it("of policies alone know no organization", async () => {
    sandbox().organization.setControlPolicies("source", {
      serviceControlPolicies: [
        { Version: "2012-10-17", Statement: { Effect: "Deny", Action: "s3:*", Resource: "*" } },
      ],
    });
    const { EvaluationResults } = await iam().send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [policy("s3:*")],
        ActionNames: ["s3:GetObject"],
      }),
    );
    expect(EvaluationResults?.[0]?.EvalDecision).to.equal("allowed");
  });

  it("name the context keys that the policies ask for and that nobody gave", async () => {
    const input = { PolicyInputList: [byPrefix], ActionNames: ["s3:ListBucket"] };
    const { EvaluationResults } = await iam().send(new SimulateCustomPolicyCommand(input));
    expect(EvaluationResults?.[0]?.MissingContextValues).to.have.members([
      "s3:prefix",
      "aws:PrincipalTag/team",
    ]);
    const given = await iam().send(
      new SimulateCustomPolicyCommand({
        ...input,
        ResourceArns: ["arn:aws:s3:::none-records"],
        CallerArn: USER,
        ContextEntries: [
          {
            ContextKeyName: "s3:prefix",
            ContextKeyType: "string",
            ContextKeyValues: ["simulated/a"],
          },
        ],
      }),
    );
    expect(given.EvaluationResults?.[0]).to.deep.include({
      EvalDecision: "allowed",
      MissingContextValues: ["aws:PrincipalTag/team"],
    });
  });

  it("take a resource handling option, which means something for EC2 only", async () => {
    const ResourceHandlingOption = "EC2-VPC-InstanceStore";
    expect((await simulate({ ResourceHandlingOption }))?.EvalDecision).to.equal("allowed");
    const refused = simulate({ ResourceHandlingOption, ActionNames: ["ec2:RunInstances"] });
    expect((await failureOf(refused)).code).to.equal("NotImplemented");
  });

  it("GetContextKeys names what policies ask for, each once", async () => {
    const custom = await iam().send(
      new GetContextKeysForCustomPolicyCommand({
        PolicyInputList: [
          byPrefix,
          policy("s3:*", {
            Condition: { Bool: { "AWS:SecureTransport": "true" }, Null: { "S3:Prefix": "true" } },
          }),
        ],
      }),
    );
    expect(custom.ContextKeyNames).to.have.members([
      "s3:prefix",
      "aws:PrincipalTag/team",
      "aws:username",
      "AWS:SecureTransport",
    ]);
    const own = await iam().send(
      new GetContextKeysForPrincipalPolicyCommand({
        PolicySourceArn: USER,
        PolicyInputList: [byPrefix],
      }),
    );
    expect(own.ContextKeyNames).to.have.members([
      "s3:prefix",
      "aws:PrincipalTag/team",
      "aws:username",
    ]);
  });
});
