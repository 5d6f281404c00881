/** Files that are sound, and are others than a reader asked for: an older bundle, one of another stack, lines of another review. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { leafHash, GrowingTree, type Tracked } from "../../automation/evidence/merkle";
import { shownFile } from "../../automation/evidence/shown-text";
import { events, runCli } from "../helpers/cli";
import { BundleFolder, promiseText, provenLine, soundOf } from "../helpers/evidence-bundles";

const PUBLIC = ["--public-key", "public.pem"];

describe("lockstep evidence check, of what is sound and another", function () {
  this.timeout(120_000);
  let folder: BundleFolder;
  let june: string;
  let july: string;
  let other: string;
  before(async () => {
    folder = new BundleFolder();
    june = (await folder.bundle({ madeAt: "2026-06-30T06:00:00.000Z" })).path;
    july = (
      await folder.bundle({
        lines: [provenLine({ key: "a.csv", kind: "failed", code: "missing" })],
        madeAt: "2026-07-31T06:00:00.000Z",
        previous: june,
      })
    ).path;
    other = (await folder.bundle({ stack: "prod", promises: [promiseText("acme-other")] })).path;
  });
  after(() => folder.remove());

  async function check(file: string, ...args: string[]) {
    const told = await runCli(["evidence", "check", file, ...PUBLIC, ...args, "--json"], {
      cwd: folder.path,
      environment: { PATH: "" },
    });
    const [event] = events(told).slice(-1) as { code?: string; problem?: { code: string } }[];
    return { exitCode: told.exitCode, code: event?.problem?.code ?? event?.code, event };
  }

  async function show(file: string, out: string, ...args: string[]): Promise<string> {
    const told = await runCli(
      ["evidence", "show", file, "--key", "a.csv", ...PUBLIC, "--out", out, ...args],
      { cwd: folder.path, environment: { PATH: "" } },
    );
    expect(told.exitCode, told.stderr).to.equal(0);
    return readFileSync(join(folder.path, out), "utf8");
  }

  it("refuses one of another stack or bucket, and an older one, where it is told what to look for", async () => {
    // By themselves all three are sound.
    for (const file of [june, july, other]) expect((await check(file)).exitCode).to.equal(0);
    await show(july, "july.json");
    for (const [file, args, exitCode] of [
      [july, ["--stack", "dev", "--bucket", "acme-records", "--not-before", "2026-07-31"], 0],
      [july, ["--previous", june, "--stack", "dev", "--not-before", "2026-07-01"], 0],
      [july, ["--previous", june, "--stack", "prod"], 1],
      [july, ["--not-before", "2026-07-31T06:00:00Z"], 0],
      [july, ["--not-before", "2026-07-31T06:00:01Z"], 1],
      [july, ["--not-before", "2026-07-31T07:00:00+02:00"], 0],
      [june, ["--not-before", "2026-07-01"], 1],
      [other, ["--stack", "dev"], 1],
      [other, ["--bucket", "acme-records"], 1],
      ["july.json", ["--stack", "dev", "--not-before", "2026-07-31"], 0],
      ["july.json", ["--stack", "prod"], 1],
      ["july.json", ["--not-before", "2026-08-01"], 1],
      ["july.json", ["--bucket", "acme-other"], 1],
    ] as const) {
      const found = await check(file, ...args, "--html", "page.html");
      expect(found.exitCode, `${file} ${args.join(" ")}`).to.equal(exitCode);
      expect(found.code).to.equal(exitCode === 0 ? undefined : "other");
      const page = readFileSync(join(folder.path, "page.html"), "utf8");
      expect(page).to.include(exitCode === 0 ? "is sound" : "is NOT sound");
    }
    for (const date of ["yesterday", "30d", "2026-02-30", ""]) {
      expect(await check(july, "--not-before", date)).to.include({
        exitCode: 2,
        code: "UsageInvalid",
      });
    }
  });

  it("refuses a line of June under the statement of July, whoever has both", async () => {
    const [fromJune, fromJuly] = [await show(june, "1.json"), await show(july, "2.json")].map(
      (text) => (JSON.parse(text) as { lines: { line: string }[] }).lines[0]?.line ?? "",
    ) as [string, string];
    expect(fromJune).to.include('"kind":"proven"');
    const tree = new GrowingTree();
    const way: Tracked = { path: [] };
    tree.append(leafHash(Buffer.from(fromJune)), way);
    tree.append(leafHash(Buffer.from(fromJuly)));
    const { envelope, tree: signed } = await soundOf(july);
    expect(tree.close().root.toString("hex")).to.equal(signed.root);
    const path = way.path.map((hash) => hash.toString("hex"));
    const text = shownFile(envelope, [{ line: fromJune, index: 0, path }]);
    const found = await check(folder.file(Buffer.from(text), "json"));
    expect(found).to.include({ exitCode: 1, code: "lines" });
    expect(found.event?.problem).to.have.property("message").that.includes("an earlier review");
  });

  it("refuses a file that shows nothing, or something twice, and one with a bundle before it", async () => {
    const text = await show(july, "shown.json");
    const { envelope } = await soundOf(july);
    const { lines } = JSON.parse(text) as { lines: Parameters<typeof shownFile>[1] };
    for (const shown of [[], [...lines, ...lines]]) {
      const file = folder.file(Buffer.from(shownFile(envelope, shown)), "json");
      expect(await check(file)).to.include({ exitCode: 1, code: "lines" });
    }
    for (const previous of [june, "nothing.tar"]) {
      const found = await check("shown.json", "--previous", previous);
      expect(found).to.include({ exitCode: 2, code: "UsageInvalid" });
    }
  });
});
