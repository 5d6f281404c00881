/**
 * ARNs of another partition in policies.
 * Evidence: recorded from AWS of PutRolePolicy; of the other policies of identities, of session policies and of principals
 * inferred.
 */

import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";
import { READ, trustOf } from "./policies";

describe("ARNs of another partition", () => {
  const sandbox = useSandbox();
  let iam: IAMClient;
  let accountId: string;

  const reading = (...Resource: string[]): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource }],
    });

  before(async () => {
    iam = sandbox().iam();
    ({ accountId } = sandbox().account("source"));
    const AssumeRolePolicyDocument = trustOf(accountId);
    await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument }));
    await iam.send(new CreateUserCommand({ UserName: "u" }));
  });

  for (const partition of ["aws-cn", "aws-us-gov", "elsewhere"]) {
    it(`are refused as resources: ${partition}`, async () => {
      const foreign = `arn:${partition}:s3:::records/*`;
      const PolicyDocument = reading("arn:aws:s3:::records/*", foreign);
      const { Policy } = await iam.send(
        new CreatePolicyCommand({ PolicyName: `p-${partition}`, PolicyDocument: READ }),
      );
      const named = { PolicyName: "p", PolicyDocument };
      for (const request of [
        iam.send(new PutRolePolicyCommand({ RoleName: "r", ...named })),
        iam.send(new PutUserPolicyCommand({ UserName: "u", ...named })),
        iam.send(new CreatePolicyCommand(named)),
        iam.send(new CreatePolicyVersionCommand({ PolicyArn: Policy?.Arn, PolicyDocument })),
        sandbox()
          .sts()
          .send(
            new AssumeRoleCommand({
              RoleArn: `arn:aws:iam::${accountId}:role/r`,
              RoleSessionName: "session",
              Policy: PolicyDocument,
            }),
          ),
      ]) {
        const refused = await failureOf(request);
        expect(refused.code).to.match(/^MalformedPolicyDocument(Exception)?$/);
        expect(refused).to.include({
          status: 400,
          message: `Partition "${partition}" is not valid for resource "${foreign}".`,
        });
      }
    });

    it(`are refused as principals: ${partition}`, async () => {
      const AssumeRolePolicyDocument = trustOf(`arn:${partition}:iam::${accountId}:root`);
      const role = new CreateRoleCommand({ RoleName: "foreign", AssumeRolePolicyDocument });
      expect(await failureOf(iam.send(role))).to.include({
        code: "MalformedPolicyDocumentException",
      });
      const s3 = sandbox().s3();
      const Bucket = `principals-${partition}`;
      await s3.send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${Bucket}/*`,
          },
        ],
      });
      const put = new PutBucketPolicyCommand({ Bucket, Policy });
      expect(await failureOf(s3.send(put))).to.include({ code: "MalformedPolicy" });
    });
  }

  it("may be left to a wildcard", async () => {
    const PolicyDocument = reading("arn:*:s3:::records/*", "arn:aws*:s3:::records/*", "*");
    const put = new PutRolePolicyCommand({ RoleName: "r", PolicyName: "wild", PolicyDocument });
    expect((await iam.send(put)).$metadata.httpStatusCode).to.equal(200);
  });
});
