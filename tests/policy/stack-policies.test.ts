import type { ReportViolation, StackValidationArgs } from "@pulumi/policy";
import { expect } from "chai";
import { POLICY_RULES, stackPolicies } from "../../policy";

const BUCKET = "aws:s3/bucket:Bucket";

/** A stack of one bucket as an analyzer is told it. */
const argsWith = (settings: object): StackValidationArgs =>
  ({
    resources: [
      {
        type: BUCKET,
        name: "a",
        urn: `urn:pulumi:dev::shop::${BUCKET}::a`,
        props: { bucket: "a" },
        opts: { protect: false },
        dependencies: [],
        propertyDependencies: {},
      },
    ],
    getConfig: () => settings,
  }) as unknown as StackValidationArgs;

describe("stackPolicies", () => {
  const tls = POLICY_RULES.filter(({ id }) => id === "tls-only");

  /** What each policy of the rule reports, by its name. */
  async function reported(settings: object): Promise<string[]> {
    const told: string[] = [];
    for (const { name, validateStack } of stackPolicies(tls)) {
      const report = ((message: string, urn?: string) =>
        void told.push(`${name} ${urn?.split("::").at(-1)}: ${message}`)) as ReportViolation;
      const checks = Array.isArray(validateStack) ? validateStack : [validateStack];
      for (const check of checks) await check(argsWith(settings), report);
    }
    return told;
  }

  it("are a mandatory and an advisory one for each rule, of all rules or of those that are given", () => {
    expect(stackPolicies()).to.have.length(2 * POLICY_RULES.length);
    expect(
      stackPolicies(tls).map(({ enforcementLevel, name }) => [name, enforcementLevel]),
    ).to.deep.equal([
      ["tls-only", "mandatory"],
      ["tls-only-advice", "advisory"],
    ]);
  });

  it("report by severity, with what to do", async () => {
    const [advice, ...others] = await reported({});
    expect(others).to.deep.equal([]);
    expect(advice).to.match(
      /^tls-only-advice a: It has no policy, .* Fix: Add to the bucket's policy/,
    );
    const [error] = await reported({ level: "error", enforcementLevel: "mandatory" });
    expect(error).to.match(/^tls-only a: /);
  });

  it("take the settings of the rule, both of them", async () => {
    expect(await reported({ level: "off" })).to.deep.equal([]);
    expect(await reported({ exempt: ["a"] })).to.deep.equal([]);
  });

  it("say which setting is wrong", async () => {
    const outcome = await reported({ level: "fatal" }).catch((error: unknown) => String(error));
    expect(outcome).to.match(/tls-only\.level/);
  });
});
