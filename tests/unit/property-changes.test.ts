import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { KNOWN_LATER, propertyChanges } from "../../automation/stack/property-changes";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function changesOf(
  old: Record<string, unknown>,
  fresh: Record<string, unknown>,
  options: { diffs?: string[]; outputs?: Record<string, unknown> } = {},
) {
  const state = (inputs: Record<string, unknown>, outputs = {}) =>
    ({ inputs, outputs }) as StepEventMetadata["new"];
  return propertyChanges({
    old: state(old, options.outputs),
    new: state(fresh),
    diffs: options.diffs ?? Object.keys({ ...old, ...fresh }),
  });
}

describe("propertyChanges", () => {
  it("goes down to the value that differs", () => {
    expect(
      changesOf(
        { lock: { rule: { days: 30, mode: "GOVERNANCE" } }, bucket: "a" },
        { lock: { rule: { days: 10, mode: "GOVERNANCE" } }, bucket: "a" },
        { diffs: ["lock.rule.days"] },
      ),
    ).to.deep.equal([{ path: "lock.rule.days", old: 30, new: 10 }]);
  });

  it("compares policies by their statements, also in text", () => {
    const statement = (Sid: string, Action: string) => ({ Sid, Effect: "Deny", Action });
    const policy = (...Statement: object[]) =>
      JSON.stringify({ Version: "2012-10-17", Statement }, null, 2);
    expect(
      changesOf(
        { policy: policy(statement("A", "s3:Delete"), statement("B", "s3:*")) },
        { policy: policy(statement("C", "s3:Get"), statement("B", "s3:Put")) },
      ),
    ).to.deep.equal([
      { path: "policy.Statement[A]", old: statement("A", "s3:Delete") },
      { path: "policy.Statement[B].Action", old: "s3:*", new: "s3:Put" },
      { path: "policy.Statement[C]", new: statement("C", "s3:Get") },
    ]);
  });

  it("names rules by their id when one comes or goes", () => {
    const rules = [
      { id: "all", status: "Enabled" },
      { id: "more", status: "Enabled" },
    ];
    expect(changesOf({ rules }, { rules: [{ id: "all", status: "Disabled" }] })).to.deep.equal([
      { path: "rules[all].status", old: "Enabled", new: "Disabled" },
      { path: "rules[more]", old: { id: "more", status: "Enabled" } },
    ]);
  });

  it("says what will be known later, and shows no secret", () => {
    expect(changesOf({ key: "a" }, { key: UNKNOWN })).to.deep.equal([
      { path: "key", old: "a", new: KNOWN_LATER },
    ]);
    expect(changesOf({ endpoint: "[secret]" }, { endpoint: "[secret]" })).to.deep.equal([
      { path: "endpoint", old: "[secret]", new: "[secret]" },
    ]);
  });

  it("tells what was changed behind the program's back", () => {
    expect(
      changesOf({ status: "Enabled" }, { status: "Enabled" }, { outputs: { status: "Suspended" } }),
    ).to.deep.equal([{ path: "status", old: "Suspended", new: "Enabled" }]);
  });

  it("says nothing of what is made", () => {
    const made = { inputs: { a: 1 }, outputs: {} } as unknown as StepEventMetadata["new"];
    expect(propertyChanges({ new: made })).to.deep.equal([]);
  });
});
