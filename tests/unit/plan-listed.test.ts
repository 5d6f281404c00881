/** Plans are made once for each kind of version: whichever came first, a version has the plan that it has alone. */

import { expect } from "chai";
import fc from "fast-check";
import type { RuleOutputs } from "../../components/promise/outputs";
import { planListed } from "../../automation/judge/judge-listed";
import { RULE, VERSION } from "../helpers/judged-world";

const prefixes = fc.constantFrom(undefined, "", "a", "a/", "a/b", "b");
const rules: fc.Arbitrary<RuleOutputs[]> = fc
  .array(
    fc.record({
      prefix: prefixes,
      vault: fc.constantFrom("primary", "second"),
      status: fc.constantFrom("Enabled", "Disabled"),
      isTagged: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((made) =>
    made.map(({ isTagged, prefix, status, vault }, index) => ({
      ...RULE,
      name: `rule-${index}`,
      priority: index + 1,
      vault,
      status,
      ...(prefix === undefined ? {} : { prefix }),
      ...(isTagged ? { tags: { keep: "yes" } } : {}),
    })),
  );
const versions = fc.array(
  fc.record({
    key: fc.constantFrom("a", "a/b/1", "a/c", "b", "c"),
    versionId: fc.constantFrom("v1", "v2"),
    storageClass: fc.constantFrom("STANDARD", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"),
    isDeleteMarker: fc.boolean(),
  }),
  { maxLength: 12 },
);

describe("plans of many versions", () => {
  it("are those that each version has alone", () => {
    fc.assert(
      fc.property(rules, versions, (promised, made) => {
        const promise = { source: {}, rules: promised };
        for (const one of made) {
          const version = { ...VERSION, ...one };
          expect(planListed(version, promise)).to.deep.equal(planListed(version, { ...promise }));
        }
      }),
    );
  });
});
