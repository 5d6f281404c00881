import { expect } from "chai";
import { missingRight, withRightOfHead } from "../../automation/aws/missing-right";
import { failureText } from "../../automation/errors";

describe("the action that AWS refused", () => {
  const wordless = { isOfVersion: false, message: "" };

  it("is the one that AWS names", () => {
    const message =
      'User: arn:aws:sts::111111111111:assumed-role/r/s is not authorized to perform: s3:GetObjectVersionTagging on resource: "arn:aws:s3:::b/k"';
    const refusal = { operation: "GetObjectTagging", isOfVersion: true, message };
    expect(missingRight(refusal)).to.equal("s3:GetObjectVersionTagging");
  });

  it("follows from the operation for HEAD requests, which are answered without words", () => {
    expect(missingRight({ ...wordless, operation: "HeadBucket" })).to.equal("s3:ListBucket");
    const object = { ...wordless, operation: "HeadObject" };
    expect(missingRight(object)).to.match(/^s3:GetObject \(and kms:Decrypt/);
    expect(missingRight({ ...object, isOfVersion: true })).to.match(/^s3:GetObjectVersion \(and/);
  });

  it("is unknown for other words and other operations", () => {
    const refusal = { operation: "HeadBucket", isOfVersion: false, message: "Access Denied" };
    expect(missingRight(refusal)).to.equal(undefined);
    expect(missingRight({ ...wordless, operation: "PutObject" })).to.equal(undefined);
    expect(missingRight({ ...wordless, operation: undefined })).to.equal(undefined);
  });

  it("stands in the text of a failed HEAD request", () => {
    const request = { operation: "HeadBucket", bucket: "b" };
    const failure = { code: "Forbidden", httpStatus: 403, requestId: "R", message: "", request };
    expect(failureText(failure)).to.equal(
      "HeadBucket on b: Forbidden: needs s3:ListBucket (HTTP 403, request R)",
    );
    expect(failureText({ ...failure, httpStatus: 404 })).not.to.contain("needs");
  });

  it("is added to what a provider of the engine says of a refused HEAD request alone", () => {
    const said =
      "reading S3 Bucket (b): operation error S3: HeadBucket, https response error StatusCode: 403, RequestID: R, api error Forbidden: Forbidden";
    expect(withRightOfHead(said)).to.equal(`${said}. HeadBucket needs s3:ListBucket.`);
    for (const other of [said.replace("403", "404"), said.replace("HeadBucket", "ListObjects")]) {
      expect(withRightOfHead(other)).to.equal(other);
    }
  });
});
