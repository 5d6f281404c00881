/** Managed policies of IAM through the official SDK. */

import { expect } from "chai";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
} from "@aws-sdk/client-iam";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";
import { S3_TRUST, READ } from "./policies";

/** IAM through the official SDK. */

const HOME = "111111111111";

describe("IAM managed policies", () => {
  const sandbox = useSandbox();
  const iam = () => sandbox().iam("source");
  const create = (PolicyName: string) =>
    iam().send(new CreatePolicyCommand({ PolicyName, PolicyDocument: READ }));
  const arnOf = (name: string) => `arn:aws:iam::${HOME}:policy/${name}`;

  it("have versions, of which one is the default", async () => {
    await create("versioned");
    const PolicyArn = arnOf("versioned");
    const second = await iam().send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ, SetAsDefault: true }),
    );
    expect(second.PolicyVersion).to.include({ VersionId: "v2", IsDefaultVersion: true });
    const { Policy } = await iam().send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).to.include({ DefaultVersionId: "v2", AttachmentCount: 0 });
    const version = await iam().send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    expect(decodeURIComponent(version.PolicyVersion?.Document ?? "")).to.equal(READ);
    const inUse = await failureOf(
      iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v2" })),
    );
    expect(inUse.message).to.equal("Cannot delete the default version of a policy.");
    expect(
      (await failureOf(iam().send(new DeletePolicyCommand({ PolicyArn })))).message,
    ).to.contain("This policy has more than one version.");
    await iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    await iam().send(new DeletePolicyCommand({ PolicyArn }));
    expect((await failureOf(iam().send(new GetPolicyCommand({ PolicyArn })))).message).to.equal(
      `Policy ${PolicyArn} was not found.`,
    );
  });

  it("have five versions at most", async () => {
    await create("five");
    const PolicyArn = arnOf("five");
    const another = () =>
      iam().send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: READ }));
    for (let count = 2; count <= 5; count++) await another();
    expect((await failureOf(another())).code).to.equal("LimitExceededException");
  });

  it("cannot be deleted while attached, and say to whom", async () => {
    await create("used");
    const PolicyArn = arnOf("used");
    await iam().send(
      new CreateRoleCommand({ RoleName: "user-of", AssumeRolePolicyDocument: S3_TRUST }),
    );
    await iam().send(new AttachRolePolicyCommand({ RoleName: "user-of", PolicyArn }));
    expect(await failureOf(iam().send(new DeletePolicyCommand({ PolicyArn })))).to.include({
      code: "DeleteConflictException",
      message: "Cannot delete a policy attached to entities.",
    });
    const entities = await iam().send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(entities.PolicyRoles?.map((role) => role.RoleName)).to.deep.equal(["user-of"]);
    const attached = await iam().send(
      new ListPoliciesCommand({ Scope: "Local", OnlyAttached: true }),
    );
    expect(attached.Policies?.map((policy) => policy.Arn)).to.deep.equal([PolicyArn]);
  });

  it("a name is taken once", async () => {
    await create("once");
    expect((await failureOf(create("once"))).message).to.equal(
      "A policy called once already exists. Duplicate names are not allowed.",
    );
  });

  it("those of AWS cannot be changed", async () => {
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    const error = await failureOf(iam().send(new DeletePolicyCommand({ PolicyArn })));
    expect(error.status).to.equal(403);
  });
});
