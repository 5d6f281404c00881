/** What a vault has to refuse, tried on canaries of our own in the sandbox, by principals of all kinds. */

import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import type { Session } from "../../automation/events";
import type { RefusalOptions } from "../../automation/refusals/try-refusals";
import { startQuickSandbox } from "../helpers/hand-made-stack";
import {
  AUDITOR,
  BREAK_GLASS,
  inShort,
  NOBODY,
  RefusalStack,
  type RefusalVaultKind,
} from "../helpers/refusal-stack";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("refusals at a vault", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let made: RefusalStack | undefined;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  afterEach(async () => {
    await made?.close();
    made = undefined;
  });
  after(() => sandbox.close());

  async function stack(name: string, kind: RefusalVaultKind): Promise<RefusalStack> {
    made = await RefusalStack.make(sandbox, name, kind);
    return made;
  }

  const guarded = { hasBreakGlass: true, hasKey: true } as const;

  it("come from policies, from Object Lock where a policy leaves a role out, and name principal, request and AWS's date", async () => {
    const one = await stack("all", { mode: "COMPLIANCE", ...guarded });
    await one.stack.put("records/a", "a record");
    const { attempts, canaries, mended } = await one.try(BREAK_GLASS);
    expect(inShort(attempts)).to.deep.equal([
      "shorten as admin: refused, object-lock, lock",
      "delete as admin: refused, resource-based-policy, guard",
      "suspend as admin: refused, resource-based-policy, guard",
      "policy as admin: refused, resource-based-policy, guard",
      "delete-key as admin: refused, resource-based-policy, guard",
      "shorten as break-glass: refused, object-lock, lock",
      "delete as break-glass: refused, object-lock, lock",
      "suspend as break-glass: refused, versioning-held, lock",
      // What it is there for; else no vault with one could ever be called clean where Object Lock's own refusal was shown.
      "policy as break-glass: not-tried, by-design, nothing",
      "delete-key as break-glass: not-tried, not-safe, nothing",
      "bypass as admin: refused, resource-based-policy, guard",
      "bypass as break-glass: refused, object-lock, lock",
    ]);
    for (const {
      code,
      date,
      message,
      outcome,
      principal,
      requestId,
      target,
      versionId,
    } of attempts) {
      expect(principal).to.match(
        /^arn:aws:(iam::222222222222:user\/admin|sts::222222222222:assumed-role)/,
      );
      if (outcome === "not-tried") continue;
      expect(requestId).to.match(/^[0-9A-Za-z-]{16,}$/);
      expect(Date.now() - Date.parse(date ?? "")).to.be.within(-60_000, 60_000);
      if (outcome === "refused") expect(`${code ?? ""} ${message ?? ""}`).to.match(/^\w+ \w+/);
      if (versionId !== undefined)
        expect(target).to.match(/^arn:aws:s3:::all-vault\/lockstep-canary\//);
    }
    expect(mended).to.deep.equal([]);
    expect(canaries).to.have.length(1);
    const [canary] = canaries;
    expect(canary).to.include({
      vault: "primary",
      lockMode: "COMPLIANCE",
      afterwards: "as-before",
    });
    expect(await one.notes("suspend")).to.deep.equal([
      "about-to-try",
      "refused",
      "about-to-try",
      "refused",
    ]);
    expect(await one.notes("delete-key")).to.deep.equal(["about-to-try", "refused"]);
    const versions = await one.versions();
    expect(versions.some((version) => version.startsWith("records/a "))).to.equal(true);
    expect(versions).to.include(`${canary?.key ?? ""} ${canary?.versionId ?? ""}`);
    expect(one.stack.told("refusal")).to.have.length(10);
    expect(one.stack.told("warning")).to.deep.equal([]);
    const policy = attempts.find(({ why }) => why === "by-design");
    expect(policy?.says).to.match(/break-glass role, .* by design\.$/);
  });

  it("are tried on the canary that lies there already, and none is written for them again", async () => {
    const one = await stack("again", { mode: "GOVERNANCE", hasBreakGlass: false });
    const questions: string[] = [];
    const confirm: RefusalOptions["confirm"] = ({ code, text }) => {
      questions.push(code);
      if (code === "try-refusals") {
        expect(text).to.include("vault primary (again-vault)").and.include("user/admin");
      }
      return Promise.resolve(true);
    };
    const first = await one.try(undefined, { confirm });
    const before = await one.versions();
    const policy = await one.policyText();
    const second = await one.try(undefined, { confirm });
    expect(questions).to.deep.equal(["try-refusals", "canary", "try-refusals"]);
    expect(second.canaries).to.deep.equal(first.canaries);
    expect(await one.versions()).to.deep.equal(before);
    expect(await one.policyText()).to.equal(policy);
    // Without a break-glass role the account's own administrators may change the guard: it is said, and not done.
    expect(inShort(second.attempts)).to.deep.equal([
      "shorten as admin: refused, object-lock, lock",
      "delete as admin: refused, resource-based-policy, guard",
      "suspend as admin: refused, versioning-held, lock",
      "policy as admin: accepted, allowed, nothing",
      "delete-key as admin: not-tried, nothing-there, nothing",
      "bypass as admin: refused, resource-based-policy, guard",
    ]);
  });

  it("are not there where GOVERNANCE has lost its policy: the canary goes, is named, and nothing else", async () => {
    const one = await stack("weak", { mode: "GOVERNANCE", hasBreakGlass: false });
    await one.stack.put("records/a", "a record");
    // The canary comes while S3 still replicates.
    await one.try();
    await one.dropPolicy();
    const before = await one.versions();
    const { attempts, canaries } = await one.try(AUDITOR);
    expect(inShort(attempts)).to.deep.equal([
      "shorten as admin: refused, object-lock, lock",
      "delete as admin: refused, object-lock, lock",
      "suspend as admin: refused, versioning-held, lock",
      "policy as admin: not-tried, nothing-there, nothing",
      "delete-key as admin: not-tried, nothing-there, nothing",
      "shorten as auditor: refused, object-lock, lock",
      "delete as auditor: refused, object-lock, lock",
      "suspend as auditor: refused, versioning-held, lock",
      "policy as auditor: not-tried, nothing-there, nothing",
      "delete-key as auditor: not-tried, nothing-there, nothing",
      "bypass as admin: accepted, governance, nothing",
      "bypass as auditor: not-tried, canary-spent, nothing",
    ]);
    const [canary] = canaries;
    expect(canary).to.include({ lockMode: "GOVERNANCE", afterwards: "gone" });
    const gone = `${canary?.key ?? ""} ${canary?.versionId ?? ""}`;
    expect(await one.versions()).to.deep.equal(before.filter((version) => version !== gone));
    const [warning] = one.stack
      .told("warning")
      .filter(({ code }) => code === "AttemptAccepted")
      .slice(-1);
    expect(warning?.message).to.include("only COMPLIANCE binds everybody");
  });

  it("show nothing of the vault where the principal may do nothing, or is not to be had", async () => {
    const one = await stack("nobody", { mode: "COMPLIANCE", hasBreakGlass: false });
    const { attempts } = await one.try(NOBODY);
    const ofNobody = inShort(attempts).filter((fact) => fact.includes("as nobody"));
    expect(ofNobody).to.deep.equal([
      "shorten as nobody: refused, not-allowed, nothing",
      // Denied to everybody, and so to whom nothing allows it.
      "delete as nobody: refused, resource-based-policy, guard",
      "suspend as nobody: refused, not-allowed, nothing",
      "policy as nobody: refused, not-allowed, nothing",
      "delete-key as nobody: not-tried, nothing-there, nothing",
      "bypass as nobody: refused, resource-based-policy, guard",
    ]);
    const { attempts: ofGone } = await one.try("gone");
    const untried = ofGone.filter(({ why }) => why === "no-principal");
    expect(untried).to.have.length(6);
    for (const fact of untried) {
      expect(fact).to.include({
        outcome: "not-tried",
        code: "AccessDenied",
        principal: one.roleArn("gone"),
      });
      expect(fact.says).to.include("could not be assumed");
    }
  });

  it("are not tried without consent, and each one says so; without a canary the others are", async () => {
    const one = await stack("asked", { mode: "COMPLIANCE", ...guarded });
    const no = await one.try(undefined, { confirm: () => Promise.resolve(false) });
    expect(no.attempts.map(({ outcome, why }) => `${outcome} ${why}`)).to.deep.equal(
      Array.from({ length: 6 }, () => "not-tried declined"),
    );
    expect(await one.versions()).to.deep.equal([]);
    expect(await one.notes("suspend")).to.deep.equal([]);
    const confirm: RefusalOptions["confirm"] = ({ code }) => Promise.resolve(code !== "canary");
    const some = await one.try(undefined, { confirm });
    expect(inShort(some.attempts)).to.deep.equal([
      "shorten as admin: not-tried, declined, nothing",
      "delete as admin: not-tried, declined, nothing",
      "suspend as admin: refused, resource-based-policy, guard",
      "policy as admin: refused, resource-based-policy, guard",
      "delete-key as admin: refused, resource-based-policy, guard",
      "bypass as admin: not-tried, declined, nothing",
    ]);
    expect(some.canaries).to.deep.equal([]);
  });

  it("need whoever reaches the vault to be of its account", async () => {
    const one = await stack("other", { mode: "COMPLIANCE", hasBreakGlass: false });
    const { config, outputs } = one;
    const profile = config.source.profile ?? "";
    const vaults = config.vaults.map((vault) => ({ ...vault, profile }));
    const clients = await one.stack.clientsFor(config, outputs);
    const sources = [{ config: { ...config, vaults }, outputs, clients }];
    const error = await one.try(undefined, { sources }).catch((thrown: unknown) => thrown);
    clients.destroy();
    expect(error).to.include({ code: "PreflightFailed" });
    expect(String(error)).to.include("of account 111111111111, and the vault of 222222222222");
  });
});

describe("a canary that refusals are tried on", function () {
  this.timeout(120_000);

  it("is another one where the lock of the one that lies there ends within hours", async () => {
    const time = new ManualClock(Date.now());
    const clock: Session["clock"] = {
      nowEpochMs: () => time.nowEpochMs(),
      sleep: (durationMs) => Promise.resolve(time.advance(durationMs)),
    };
    const sandbox = await startSandbox({ clock: time, settings: { replicationDelayMs: 1 } });
    const one = await RefusalStack.make(sandbox, "ends", {
      mode: "COMPLIANCE",
      hasBreakGlass: false,
    });
    try {
      const [first] = (await one.try(undefined, { clock })).canaries;
      time.advance(29 * DAY_MS + 20 * HOUR_MS);
      const [still] = (await one.try(undefined, { clock })).canaries;
      expect(still).to.deep.equal(first);
      time.advance(2 * HOUR_MS);
      const { attempts, canaries } = await one.try(undefined, { clock });
      expect(canaries).to.have.length(1);
      expect(canaries[0]?.key).to.not.equal(first?.key);
      expect(inShort(attempts)).to.include("shorten as admin: refused, object-lock, lock");
      expect(await one.versions()).to.have.length(2);
    } finally {
      await one.close();
      await sandbox.close();
    }
  });
});
