/** What is drawn at the end of a terminal: it fits, and goes away without a trace. */

import { expect } from "chai";
import { HumanRenderer } from "../../automation/cli/render/human";
import type { LockstepEvent } from "../../automation/events";
import { TestScreen } from "../helpers/test-screen";

type Resource = Extract<LockstepEvent, { type: "resource" }>;

const VAULT = "urn:pulumi:dev::lockstep::lockstep:index:Vault::primary";

const resource = (fields: Partial<Resource> = {}): Resource => ({
  type: "resource",
  operation: "up",
  action: "create",
  resourceType: "aws-native:s3:Bucket",
  name: "primary-bucket",
  urn: `${VAULT}-bucket`,
  parent: VAULT,
  state: "started",
  ...fields,
});
const vault = (fields: Partial<Resource> = {}): Resource => ({
  type: "resource",
  operation: "up",
  action: "create",
  resourceType: "lockstep:index:Vault",
  name: "primary",
  urn: VAULT,
  state: "started",
  ...fields,
});
const summary: LockstepEvent = {
  type: "stack-summary",
  operation: "up",
  changes: { create: 2 },
  durationSeconds: 3,
};

function rendererOn(screen: TestScreen, nowEpochMs?: () => number): HumanRenderer {
  const write = (text: string): void => screen.write(text);
  return new HumanRenderer({ out: write, err: write, screen, ...(nowEpochMs && { nowEpochMs }) });
}

describe("the tree of a deployment, on a terminal", () => {
  it("shows each resource below its parent while it goes on, and once at the end", () => {
    const screen = new TestScreen(100, 24);
    const renderer = rendererOn(screen);
    renderer.render(vault());
    renderer.render(resource());
    expect(screen.lines()).to.deep.equal([
      "  * create lockstep:index:Vault primary",
      "    * create aws-native:s3:Bucket primary-bucket",
      "  up: 2 under way",
    ]);
    renderer.render(resource({ state: "done", physicalName: "acme-vault", region: "eu-north-1" }));
    renderer.render(vault({ state: "done" }));
    renderer.render(summary);
    expect(screen.lines()).to.deep.equal([
      "  + create lockstep:index:Vault primary",
      "    + create aws-native:s3:Bucket primary-bucket (acme-vault, eu-north-1)",
      "  up: 2 create, 3 s",
    ]);
  });

  it("names a parent that stays as it is", () => {
    const screen = new TestScreen(100, 24);
    const renderer = rendererOn(screen);
    renderer.render(resource({ state: "done" }));
    renderer.finish();
    expect(screen.lines()).to.deep.equal([
      "    primary",
      "    + create aws-native:s3:Bucket primary-bucket",
    ]);
  });

  it("tells what the engine says above it", () => {
    const screen = new TestScreen(100, 24);
    const renderer = rendererOn(screen);
    renderer.render(resource({}));
    renderer.render({ type: "diagnostic", severity: "warning", message: "slow" });
    expect(screen.lines()).to.deep.equal([
      "  warning: slow",
      "    primary",
      "    * create aws-native:s3:Bucket primary-bucket",
      "  up: 1 under way",
    ]);
  });

  it("is never wider than the terminal, and gives a place that does not fit a line of its own", () => {
    const screen = new TestScreen(48, 24);
    const renderer = rendererOn(screen);
    const place = { physicalName: "acme-records-vault", account: "222222222222" };
    renderer.render(resource(place));
    for (const line of screen.lines()) expect(line.length).to.be.at.most(48);
    renderer.render(resource({ ...place, state: "done" }));
    renderer.finish();
    expect(screen.lines()).to.deep.equal([
      "    primary",
      "    + create aws-native:s3:Bucket primary-bucket",
      "        (acme-records-vault, account 2222222222…",
    ]);
  });

  it("shows what is under way where all of it is higher than the terminal", () => {
    const screen = new TestScreen(80, 6);
    const renderer = rendererOn(screen);
    for (let index = 0; index < 40; index++) {
      renderer.render(resource({ urn: `${VAULT}-${index}`, name: `done-${index}`, state: "done" }));
    }
    renderer.render(resource({ urn: `${VAULT}-last`, name: "open" }));
    expect(screen.lines()).to.deep.equal([
      "  * create aws-native:s3:Bucket open",
      "  up: 40 done, 1 under way",
    ]);
    renderer.finish();
    expect(screen.lines()).to.have.length(42);
  });

  it("leaves nothing behind when the terminal becomes narrower", () => {
    const screen = new TestScreen(90, 24);
    const renderer = rendererOn(screen);
    screen.write("before\n");
    renderer.render(resource({ physicalName: "acme-records-vault", account: "222222222222" }));
    screen.resize(30);
    expect(screen.lines()).to.deep.equal([
      "before",
      "    primary",
      "    * create aws-native:s3:Bu…",
      "  up: 1 under way",
    ]);
  });
});

describe("the bar, on a terminal", () => {
  const progress = (doneCount: number): LockstepEvent => ({
    type: "job-progress",
    jobId: "job",
    doneCount,
    totalCount: 1000,
    failedCount: 0,
    objectsPerSecond: 12,
    remainingMs: null,
  });

  it("is one line, drawn at most ten times a second, and stays as it was last", () => {
    let now = 0;
    const screen = new TestScreen(90, 24);
    const renderer = rendererOn(screen, () => now);
    renderer.render(progress(0));
    renderer.render(progress(250));
    expect(screen.lines().join()).to.include("    0/1,000");
    now = 100;
    renderer.render(progress(500));
    expect(screen.lines()).to.deep.equal([
      "  replicating [###############---------------]   500/1,000 12 objects/s",
    ]);
    renderer.render(progress(900));
    renderer.render({ type: "job-status", jobId: "job", status: "Completing" });
    expect(screen.lines()).to.deep.equal([
      "  replicating [###########################---]   900/1,000 12 objects/s",
      "  job: Completing",
    ]);
  });

  it("goes on below what is waited for, which is a line of its own", () => {
    const screen = new TestScreen(180, 24);
    const renderer = rendererOn(screen, () => 0);
    renderer.render({ type: "verify-progress", doneCount: 0, totalCount: 10 });
    renderer.render({
      type: "settle-wait",
      waitingCount: 2,
      atMostSeconds: 890,
      avoidedBy: "--rpo",
    });
    renderer.render({ type: "settle-progress", settledCount: 9, totalCount: 10 });
    expect(screen.lines()).to.deep.equal([
      "  looked at in the vaults [------------------------------]  0/10",
      "  waiting, at most 14 min 50 s: 2 versions not rightly at the vaults yet, which may be on the way; --rpo 15m, or another span, waits for none that is missing",
      "  settled at the source [###########################---]  9/10",
    ]);
    renderer.finish();
  });

  it("becomes shorter with the terminal, at once", () => {
    const screen = new TestScreen(90, 24);
    const renderer = rendererOn(screen, () => 0);
    renderer.render(progress(500));
    screen.resize(50);
    expect(screen.lines()).to.deep.equal(["  replicating [#####----]   500/1,000 12 objects/s"]);
    screen.resize(30);
    expect(screen.lines()).to.deep.equal(["  replicating [###--]   500/1…"]);
    renderer.finish();
  });
});
