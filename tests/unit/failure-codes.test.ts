/** What S3's failure codes mean, beside the sandbox's own table, which the product does not import. */

import { expect } from "chai";
import { FAILURE_CODES } from "../../automation/report/failure-codes";
import { FAILURE_CODES as SANDBOX_CODES } from "../../sandbox/src/services/s3/replication/failure-codes";

describe("the failure codes of a report", () => {
  it("knows every failure code that the sandbox knows, and the one of 2023 beside them", () => {
    const own = new Set(Object.keys(FAILURE_CODES));
    expect(own.delete("DstMultipartPartUploadNotPermitted")).to.equal(true);
    expect([...own].sort()).to.deep.equal(Object.keys(SANDBOX_CODES).sort());
  });
});
