import { expect } from "chai";
import { Found, type BroughtDigest } from "../../automation/trail/found-files";
import { type DigestFile, verifyDigest } from "../../automation/trail/verify-digest";
import { digest, KEY } from "../helpers/signed-trail";

describe("what is taken of a trail", () => {
  const brought = (file: DigestFile): BroughtDigest => {
    const verified = verifyDigest(file, KEY);
    if ("problem" in verified) throw new Error(verified.problem);
    return { file, key: KEY, region: "eu-central-1", verified };
  };

  it("has no two digests of which one names another before it than the other is: no bundle may", () => {
    const first = digest({ hour: "08" });
    const next = digest({ hour: "09", previous: first });
    const other = digest({ hour: "08", change: { awsAccountId: "111111111111" } });
    const later = digest({ hour: "10", previous: next });
    for (const [taken, one, isTaken] of [
      [[], first, true],
      [[first], next, true],
      [[next], first, true],
      [[first, next], next, true],
      [[first], later, true],
      [[next], other, false],
      [[other], next, false],
    ] as const) {
      const found = new Found();
      for (const file of taken) found.addDigest(brought(file));
      expect(found.takesDigest(brought(one))).to.equal(isTaken);
    }
  });
});
