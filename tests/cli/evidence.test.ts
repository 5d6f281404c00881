import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { events, runCli } from "../helpers/cli";
import { BundleFolder, CHECKER, KEYS, promiseText, provenLine } from "../helpers/evidence-bundles";

describe("lockstep evidence", function () {
  this.timeout(120_000);
  let folder: BundleFolder;
  let bundle: string;
  let changed: string;
  before(async () => {
    folder = new BundleFolder();
    const lines = ["v1", "v2"].map((versionId) => provenLine({ key: "a.csv", versionId }));
    bundle = (await folder.bundle({ lines: [...lines, provenLine({ key: "b.csv" })] })).path;
    const bytes = readFileSync(bundle);
    bytes[bytes.length - 1024 - 300] = 0x21;
    changed = folder.file(bytes);
  });
  after(() => folder.remove());

  /** An engine that cannot be there, and no account. */
  const environment = { LOCKSTEP_PULUMI: join(__dirname, "no-such-engine"), PATH: "" };
  const run = (...args: string[]) =>
    runCli(["evidence", ...args], { cwd: folder.path, environment });
  const script = (...args: string[]) =>
    spawnSync(process.execPath, [CHECKER, ...args], { encoding: "utf8" });

  it("makes a pair of keys, the private one for its owner alone, and never over one that is there", async () => {
    const made = await run("key", "--out", "keys");
    expect(made.exitCode).to.equal(0);
    const [privatePath, publicPath] = ["private.pem", "public.pem"].map((name) =>
      join(folder.path, "keys", name),
    ) as [string, string];
    expect(readFileSync(privatePath, "utf8")).to.match(/^-----BEGIN PRIVATE KEY-----/);
    expect(readFileSync(publicPath, "utf8")).to.match(/^-----BEGIN PUBLIC KEY-----/);
    if (process.platform !== "win32") expect(statSync(privatePath).mode & 0o777).to.equal(0o600);
    const before = readFileSync(privatePath, "utf8");
    const again = await run("key", "--out", "keys", "--json");
    expect(again.exitCode).to.equal(2);
    expect(events(again).at(-1)).to.include({ type: "error", code: "ConfigInvalid" });
    expect(readFileSync(privatePath, "utf8")).to.equal(before);
    mkdirSync(join(folder.path, "half"));
    writeFileSync(join(folder.path, "half", "private.pem"), "mine");
    expect((await run("key", "--out", "half")).exitCode).to.equal(2);
    expect(existsSync(join(folder.path, "half", "public.pem"))).to.equal(false);
  });

  it("tells what a sound bundle means, to people and to programs, and writes a page", async () => {
    const human = await run("check", bundle, "--public-key", "public.pem", "--html", "page.html");
    expect(human.stderr).to.equal("");
    expect(human.exitCode).to.equal(0);
    expect(human.stdout).to.include("✔ sound");
    expect(human.stdout).to.include("The verdict in it is clean");
    expect(human.stdout).to.include(
      'Vault "primary" (bucket acme-records-vault in account 222222222222, eu-central-1): proven: 3 copies; 3 locked in COMPLIANCE mode, the first until 2033-11-29T00:00:00.000Z.',
    );
    expect(human.stdout).to.include("are the signer's word");
    expect(human.stdout).to.include("Not proven: annotations.");
    const page = readFileSync(join(folder.path, "page.html"), "utf8");
    expect(page).to.include("✔ The bundle is sound");
    expect(page).to.include("17 CFR 240.17a-4(f)(2)(i)(B)");
    expect(page).to.not.include("<script");
    const json = await run("check", bundle, "--public-key", "public.pem", "--json");
    expect(json.exitCode).to.equal(0);
    const told = events(json);
    expect(told).to.have.length(1);
    expect(told[0]).to.deep.include({ type: "evidence", sound: true, stack: "dev", sequence: 1 });
    expect(told[0]).to.have.nested.property("verdict.sources[0].provenCount", 3);
    expect(script(bundle, folder.publicKeyPath).status).to.equal(0);
  });

  it("says of GOVERNANCE mode what is lacking", async () => {
    const { path } = await folder.bundle({ promises: [promiseText("acme-records", "GOVERNANCE")] });
    const { stdout } = await run("check", path, "--public-key", "public.pem", "--html", "g.html");
    expect(stdout).to.include("this is no evidence of records that nobody can erase");
    const page = readFileSync(join(folder.path, "g.html"), "utf8");
    expect(page).to.include("nothing here counts for what is not in COMPLIANCE mode");
  });

  it("tells each attempt, as whom and what it shows: a refusal that shows nothing of the vault is not counted with others", async () => {
    const tried = { vault: "primary", principal: "arn:aws:iam::222222222222:role/auditor" };
    const attempts = [
      {
        ...{ ...tried, attempt: "delete", outcome: "refused", shows: "lock", says: "It holds." },
        ...{ code: "AccessDenied", message: "<b>no</b>", requestId: "R1", date: "2026-11-30" },
      },
      { ...tried, attempt: "shorten", outcome: "refused", shows: "nothing", says: "Who knows." },
      { ...tried, attempt: "policy", outcome: "accepted", shows: "nothing", says: "NOT refused." },
      { ...tried, attempt: "a new one", outcome: "not-tried", shows: "nothing", says: "No key." },
    ];
    const { path } = await folder.bundle({ refusals: { attempts } });
    const { stdout } = await run("check", path, "--public-key", "public.pem", "--html", "r.html");
    const page = readFileSync(join(folder.path, "r.html"), "utf8");
    for (const text of [
      "Of 4 attempts at what has to be refused: 1 ACCEPTED: what was tried there can be done; 1 refused by Object Lock itself; 1 refused in a way that shows nothing of the vault; 1 not tried.",
      "to delete the canary by its version id: refused with AccessDenied (",
      "at 2026-11-30, request R1. It holds.",
      "as arn:aws:iam::222222222222:role/auditor, a new one: not tried. No key.",
    ]) {
      expect(stdout).to.include(text);
      expect(page).to.include(text);
    }
    expect(page).to.not.include("<b>no</b>");
  });

  it("ends with 1 for what is not sound, and with 2 for what cannot be read, as the script does", async () => {
    const bad = await run("check", changed, "--public-key", "public.pem", "--html", "bad.html");
    expect(bad.exitCode).to.equal(1);
    expect(bad.stdout).to.include("✘ NOT sound: nothing that it says counts");
    expect(readFileSync(join(folder.path, "bad.html"), "utf8")).to.include("is NOT sound");
    expect(script(changed, folder.publicKeyPath).status).to.equal(1);
    const other = folder.file(Buffer.from(KEYS[1].publicPem), "pem");
    expect((await run("check", bundle, "--public-key", other)).exitCode).to.equal(1);
    expect(script(bundle, other).status).to.equal(1);
    const secret = folder.file(Buffer.from(KEYS[0].privatePem), "pem");
    for (const [file, key] of [
      ["nothing.tar", folder.publicKeyPath],
      [bundle, "nothing.pem"],
      [bundle, secret],
    ] as const) {
      const unread = await run("check", file, "--public-key", key, "--json");
      expect(unread.exitCode, `${file} ${key}`).to.equal(2);
      expect(events(unread).at(-1)).to.include({ type: "error", code: "EvidenceUnreadable" });
      expect(script(file, key).status, `${file} ${key}`).to.equal(2);
    }
    const none = await run("check", bundle, "--json");
    expect(none.exitCode).to.equal(2);
    expect(events(none).at(-1)).to.include({ type: "error", code: "UsageInvalid" });
  });

  it("holds a bundle against the one before it", async () => {
    const next = await folder.bundle({ previous: bundle });
    const check = (file: string, previous: string) =>
      run("check", file, "--public-key", "public.pem", "--previous", previous);
    const following = await check(next.path, bundle);
    expect(following.exitCode).to.equal(0);
    expect(following.stdout).to.include("number 2 of its chain, and follows the bundle");
    expect(script(next.path, folder.publicKeyPath, bundle).status).to.equal(0);
    expect((await check(bundle, next.path)).exitCode).to.equal(1);
    expect(script(bundle, folder.publicKeyPath, next.path).status).to.equal(1);
    const unsound = await check(next.path, changed);
    expect(unsound.exitCode).to.equal(1);
    expect(unsound.stdout).to.include("the bundle before it");
  });

  it("shows one version with its proof, which is checked without the bundle", async () => {
    const all = await run("show", bundle, "--key", "a.csv", "--json");
    expect(all.exitCode).to.equal(0);
    const told = events(all);
    expect(told.map(({ type }) => type)).to.deep.equal([
      "warning",
      "evidence-line",
      "evidence-line",
    ]);
    const one = await run(
      ...["show", bundle, "--key", "a.csv", "--version", "v2"],
      ...["--public-key", "public.pem", "--out", "shown.json"],
    );
    expect(one.exitCode).to.equal(0);
    expect(one.stdout).to.include('"versionId":"v2"').and.to.not.include('"versionId":"v1"');
    const shown = await run("check", "shown.json", "--public-key", "public.pem");
    expect(shown.exitCode).to.equal(0);
    expect(shown.stdout).to.include('Said: {"code":"checksum","key":"a.csv"');
    expect(shown.stdout).to.include("these lines alone are no verdict");
    const text = readFileSync(join(folder.path, "shown.json"), "utf8");
    const forged = folder.file(Buffer.from(text.replace("v2", "v9")), "json");
    expect((await run("check", forged, "--public-key", "public.pem")).exitCode).to.equal(1);
    const unknown = await run("show", bundle, "--key", "none.csv", "--json");
    expect(unknown.exitCode).to.equal(1);
    expect(events(unknown).at(-1)).to.include({ type: "error", code: "NoVersionsFound" });
    expect((await run("show", changed, "--key", "a.csv")).exitCode).to.equal(1);
    expect((await run("show", bundle)).exitCode).to.equal(2);
  });
});
