/**
 * Resource policies as they are given back: several principals come in an order that is not the writer's, all else as it was.
 * Evidence: seen on AWS, which promises none.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */

import { CreateRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandbox } from "../helpers/sandbox";

interface Document {
  readonly Statement: { readonly Principal: { readonly AWS: string | string[] } }[];
}

describe("several principals of a policy", () => {
  const sandbox = useSandbox();
  const Bucket = "ordered-principals";
  let written: string[];

  before(async () => {
    const accounts = ["source", "vault"].map((name) => sandbox().account(name).accountId);
    written = accounts.map((accountId) => `arn:aws:iam::${accountId}:root`);
    const iam = sandbox().iam();
    for (const RoleName of ["a-role", "a-zeta", "b-role", "c-role"]) {
      const AssumeRolePolicyDocument = JSON.stringify(policy([written[0] ?? ""], "sts:AssumeRole"));
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      written.push(`arn:aws:iam::${accounts[0]}:role/${RoleName}`);
    }
    await sandbox()
      .s3()
      .send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
  });

  function policy(AWS: readonly string[], Action: string | string[], Resource?: string | string[]) {
    return {
      Version: "2012-10-17",
      Statement: [{ Sid: "One", Effect: "Allow", Principal: { AWS }, Action, Resource }],
    };
  }

  async function ofBucket(document: object): Promise<Document> {
    const s3 = sandbox().s3();
    const Policy = JSON.stringify(document);
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const answer = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return JSON.parse(answer.Policy ?? "") as Document;
  }

  const namesOf = ({ Statement }: Document) => Statement[0]?.Principal.AWS;

  it("come in an order of their own, the same for every order in which they are written", async () => {
    const resources = [`arn:aws:s3:::${Bucket}/z*`, `arn:aws:s3:::${Bucket}/a*`];
    const actions = ["s3:GetObject", "s3:DeleteObject"];
    const one = await ofBucket(policy(written, actions, resources));
    const other = await ofBucket(policy([...written].reverse(), actions, resources));
    expect(namesOf(one)).to.have.members(written);
    expect(namesOf(one)).to.deep.equal(namesOf(other));
    expect(namesOf(one)).to.not.deep.equal(written);
    const byAlphabet = [...written].sort();
    expect(namesOf(one)).to.not.deep.equal(byAlphabet);
    expect(namesOf(one)).to.not.deep.equal(byAlphabet.reverse());
    expect({ ...one.Statement[0], Principal: 0 }).to.deep.equal({
      Sid: "One",
      Effect: "Allow",
      Principal: 0,
      Action: actions,
      Resource: resources,
    });
  });

  it("do so in trust policies and key policies too", async () => {
    const iam = sandbox().iam();
    const trust = policy(written, "sts:AssumeRole");
    await iam.send(
      new CreateRoleCommand({
        RoleName: "d-role",
        AssumeRolePolicyDocument: JSON.stringify(trust),
      }),
    );
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "d-role" }));
    const shown = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    expect(namesOf(JSON.parse(shown) as Document)).to.not.deep.equal(written);
    const kms = sandbox().kms();
    const Policy = JSON.stringify(policy(written, "kms:*", "*"));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
    const key = await kms.send(
      new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: "default" }),
    );
    const names = namesOf(JSON.parse(key.Policy ?? "") as Document);
    expect(names).to.have.members(written).and.not.deep.equal(written);
  });

  it("are given back as written where there is one", async () => {
    const document = policy([written[1] ?? ""], "s3:GetObject", `arn:aws:s3:::${Bucket}/*`);
    expect(await ofBucket(document)).to.deep.equal(document);
  });
});
