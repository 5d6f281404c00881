import { CreateKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandbox } from "../helpers/sandbox";

const LOCKOUT = {
  code: "MalformedPolicyDocumentException",
  message: "The new key policy will not allow you to update the key policy in the future.",
};

/** Lets nobody change the policy again. */
const Policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "kms:Encrypt",
      Resource: "*",
    },
  ],
});

describe("A KMS key policy that locks everybody out", () => {
  const sandbox = useSandbox();
  const kms = () => sandbox().kms("source");

  it("is refused to a key that is there, unless the check is bypassed", async () => {
    const { KeyMetadata: key } = await kms().send(new CreateKeyCommand({}));
    const put = (rest: object = {}) =>
      kms().send(new PutKeyPolicyCommand({ KeyId: key?.KeyId, Policy, ...rest }));
    expect(await failureOf(put())).to.include(LOCKOUT);
    await put({ BypassPolicyLockoutSafetyCheck: true });
    expect((await failureOf(put())).code).to.equal("AccessDeniedException");
  });

  it("is refused to a new key, unless the check is bypassed", async () => {
    const create = (rest: object = {}) => kms().send(new CreateKeyCommand({ Policy, ...rest }));
    expect(await failureOf(create())).to.include(LOCKOUT);
    const { KeyMetadata: locked } = await create({ BypassPolicyLockoutSafetyCheck: true });
    expect(locked?.Enabled).to.equal(true);
  });
});
