import { expect } from "chai";
import { checkProgram, PolicyInputError } from "../../policy";
import { bucket, part } from "./resources";

const OPEN = [bucket("site"), part("BucketPublicAccessBlock", "site", {})];

function ofBlock(settings: Readonly<Record<string, unknown>>) {
  return checkProgram(OPEN, { "public-access-block": settings }).filter(
    ({ ruleId }) => ruleId === "public-access-block",
  );
}

describe("checkProgram", () => {
  it("says of a finding which rule, which resource and what to do", () => {
    const [finding] = ofBlock({});
    expect(finding).to.deep.include({
      ruleId: "public-access-block",
      severity: "warning",
      urn: "urn:pulumi:dev::shop::aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::site-BucketPublicAccessBlock",
      resourceType: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      resourceName: "site-BucketPublicAccessBlock",
    });
    expect(finding?.references.securityHub).to.deep.equal(["S3.8"]);
  });

  it("takes the severity that the settings give a rule, and leaves out what is off", () => {
    expect(ofBlock({ level: "error" }).map(({ severity }) => severity)).to.deep.equal(["error"]);
    expect(ofBlock({ level: "off" })).to.deep.equal([]);
  });

  it("does not look at what is exempt by name", () => {
    expect(ofBlock({ exempt: ["site-*"] })).to.deep.equal([]);
    expect(ofBlock({ exempt: ["sit"] })).to.have.length(1);
  });

  it("names every mistake in its settings by path", () => {
    const run = () =>
      checkProgram([], {
        "tls-onyl": {},
        "tls-only": { levle: "off" },
        versioning: { everyBucket: "yes", level: "fatal" },
      });
    expect(run).to.throw(PolicyInputError);
    try {
      run();
    } catch (error) {
      const { problems } = error as PolicyInputError;
      expect(problems.map(({ path }) => path)).to.have.members([
        "tls-onyl",
        "tls-only",
        "versioning.everyBucket",
        "versioning.level",
      ]);
      expect((error as Error).message).to.include("- tls-only: unrecognized key");
    }
  });
});
