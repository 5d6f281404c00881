/** What a login that is missing or over is told as, and the exit code that it ends a command with. */

import { expect } from "chai";
import { EXIT, exitCodeFor } from "../../automation/cli/exit-codes";
import { ERRORS } from "../../automation/error-codes";
import { explained, isLockstepError } from "../../automation/errors";
import { EngineCommandError, toLockstepError } from "../../automation/stack/workspace";

function awsError(name: string): Error {
  return Object.assign(new Error("said by AWS"), { name, $metadata: { httpStatusCode: 403 } });
}

describe("a login that is missing or over", () => {
  for (const error of [
    Object.assign(new Error("none found"), { name: "CredentialsProviderError" }),
    Object.assign(new Error("the session is over"), { name: "TokenProviderError" }),
    ...[
      "ExpiredToken",
      "ExpiredTokenException",
      "InvalidAccessKeyId",
      "InvalidClientTokenId",
      "SignatureDoesNotMatch",
      "UnrecognizedClientException",
    ].map(awsError),
  ]) {
    it(`at AWS: ${error.name}`, () => {
      const told = explained(error);
      if (!isLockstepError(told)) throw new Error(`${error.name} is not explained`);
      expect(told).to.include({ code: "CredentialsUnusable", source: "user", cause: error });
      expect(told.message).to.include(error.message);
      expect(told.hint).to.include("Sign in again");
      expect(exitCodeFor(told)).to.equal(EXIT.usage);
    });
  }

  for (const [code, message] of [
    [
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    ],
    ["RequestExpired", "Request has expired."],
    [
      "SignatureDoesNotMatch",
      "Signature expired: 20261129T140000Z is now earlier than 20261129T141000Z",
    ],
    [
      "InvalidSignatureException",
      "Signature not yet current: 20261129T150000Z is still later than now",
    ],
  ] as const) {
    it(`is none where AWS refuses the time of the machine: ${code}`, () => {
      const told = explained(Object.assign(awsError(code), { message }));
      if (!isLockstepError(told)) throw new Error(`${code} is not explained`);
      expect(told).to.include({ code: "ClockSkewed", source: "user" });
      expect(told.hint).to.include("clock");
      expect(exitCodeFor(told)).to.equal(EXIT.failure);
    });
  }

  it("is none where AWS refuses what the caller may not do", () => {
    const told = explained(awsError("AccessDenied"));
    expect(told).to.include({ code: "AwsRefused" });
    expect(isLockstepError(told) && told.hint).to.include("`lockstep policies --operator`");
    expect(exitCodeFor(told)).to.equal(EXIT.failure);
  });

  it("is none where S3 refuses what is archived, which no right helps but to restore it", () => {
    const told = explained(awsError("InvalidObjectState"));
    expect(isLockstepError(told) && told.hint).to.match(/^The object is archived: restore it/);
    expect(isLockstepError(told) && told.hint).not.to.include("policies");
  });

  it("is none where AWS refuses what nobody may do, which no right helps", () => {
    const error = Object.assign(awsError("InvalidRequest"), { $metadata: { httpStatusCode: 400 } });
    const told = explained(error);
    expect(isLockstepError(told) && told.hint).to.equal(ERRORS.AwsRefused.hint);
  });

  for (const [stderr, hint] of [
    [
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      "pulumi login",
    ],
    ["error: [401] Unauthorized: No credentials provided or are invalid.", "PULUMI_ACCESS_TOKEN"],
    ["error: Unauthorized: No credentials provided or are invalid.", "PULUMI_ACCESS_TOKEN"],
    [
      'error: constructing secrets manager of type "passphrase": constructing secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables',
      "PULUMI_CONFIG_PASSPHRASE",
    ],
    [
      "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
      "PULUMI_CONFIG_PASSPHRASE",
    ],
    [
      "error: unable to open bucket file:///none?no_tmp_dir=true: stat /none: no such file or directory",
      "PULUMI_BACKEND_URL",
    ],
  ] as const) {
    it(`at Pulumi: ${stderr}`, () => {
      const told = toLockstepError(new EngineCommandError(255, "", stderr));
      if (!isLockstepError(told)) throw new Error("it is not explained");
      expect(told).to.include({ code: "LoginNeeded", source: "user" });
      expect(told.hint).to.include(hint);
      expect(exitCodeFor(told)).to.equal(EXIT.usage);
    });
  }
});
