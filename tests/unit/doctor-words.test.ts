/** What the doctor found, as people read it. */

import { expect } from "chai";
import { HumanRenderer } from "../../automation/cli/render/human";
import { finding } from "../../automation/doctor/finding";
import type { LockstepEvent } from "../../automation/events";

function shown(...events: LockstepEvent[]): string {
  let text = "";
  const renderer = new HumanRenderer({
    out: (out) => void (text += out),
    err: (err) => void (text += err),
  });
  events.forEach((event) => renderer.render(event));
  renderer.finish();
  return text;
}

const at = { account: "111111111111", resource: "arn:aws:s3:::records" };

describe("a finding, for people", () => {
  it("has its id, where it is, what comes of it, the way out, and whether up does it", () => {
    const found = finding("source-versioning", at, "versioning is off", "aws s3api ...");
    const text = shown({ type: "finding", ...found });
    expect(text).to.contain("error source-versioning: arn:aws:s3:::records (account 111111111111)");
    expect(text).to.contain("versioning is off. What comes of it:");
    expect(text).to.contain("Fix: `lockstep up` does it. By hand: aws s3api ...");
  });

  it("is counted in the last line, and none is told as such", () => {
    const line = (errors: number, warnings: number) =>
      shown({ type: "examined", errors, warnings, infos: 3 });
    expect(line(1, 2)).to.equal("Doctor: 1 error, 2 warnings, 3 to know.\n");
    expect(line(0, 0)).to.equal("Doctor: nothing is wrong (3 to know).\n");
    expect(line(0, 1)).to.equal("Doctor: 0 errors, 1 warning, 3 to know.\n");
  });
});

describe("a canary, for people", () => {
  const version = { key: "lockstep-canary/a.json", versionId: "v1" };

  it("has its size, its rules and where it stays until when", () => {
    const text = shown({
      type: "canary-written",
      ...version,
      bucket: "records",
      sizeBytes: 312,
      rules: ["all"],
      stays: [
        { bucket: "records" },
        {
          bucket: "records-vault",
          vault: "primary",
          mode: "COMPLIANCE",
          lockedUntil: "2027-01-01T00:00:00.000Z",
        },
      ],
    });
    expect(text).to.contain("lockstep-canary/a.json (version v1, 312 bytes) into records, for all");
    expect(text).to.contain("source records: not locked");
    expect(text).to.contain("locked in COMPLIANCE mode until 2027-01-01T00:00:00.000Z");
  });

  it("has what the source says of it, and what it is at the vault", () => {
    const status = (one: "NONE" | "PENDING") =>
      shown({ type: "canary-status", ...version, bucket: "records", status: one, elapsedMs: 2000 });
    expect(status("NONE")).to.contain("no status yet after 2 s");
    expect(status("PENDING")).to.contain("PENDING after 2 s");
    const text = shown({
      type: "canary-judged",
      ...version,
      vault: "primary",
      kind: "failed",
      code: "lock-weaker",
      cause: "locked only until then",
      lockMode: "GOVERNANCE",
      lockedUntil: "2027-01-01T00:00:00.000Z",
    });
    expect(text).to.contain("at primary: failed (lock-weaker): locked only until then");
    expect(text).to.contain("locked in GOVERNANCE mode until 2027-01-01T00:00:00.000Z");
  });
});
