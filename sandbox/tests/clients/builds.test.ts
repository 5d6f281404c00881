/** How clients are built: once, with their tools named where they are missing, and with nothing left over. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  missingTools,
  NotFetched,
  startBuilds,
  whyNotFetched,
  type Build,
  type BuildOptions,
} from "./builds";

/** Longer than any test: who waits for it has failed. */
const ENDLESS = "sleep 3600";

describe("builds of clients", () => {
  let cache: string;
  const told: string[] = [];

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "lockstep-builds-"));
    told.length = 0;
  });
  afterEach(() => rm(cache, { recursive: true, force: true }));

  const build = (name: string, script: string, tools: Build["tools"] = {}): Build => ({
    name,
    tools,
    sources: [__filename],
    commands: (folder) => [["sh", "-c", script, "sh", folder]],
  });
  const made = async (one: Build, options: BuildOptions = {}): Promise<string> =>
    (await startBuilds([one], { cache, tell: (text) => told.push(text), ...options }).get(one)) ??
    "left out";

  it("are made once and told", async () => {
    const count = build("count", 'echo "$1" >> "$1/runs"');
    const folder = await made(count);
    expect(await made(count)).to.equal(folder);
    expect(await readFile(join(folder, "runs"), "utf8")).to.equal(`${folder}\n`);
    expect(told).length(2);
    expect(told[0]).to.equal("building count");
    expect(told[1]).to.match(/^built count in \d+ s$/);
  });

  it("are made anew with other commands", async () => {
    const folders = [await made(build("one", "true")), await made(build("one", "exit 0"))];
    expect(new Set(folders).size).to.equal(2);
  });

  it("are left out where a tool is missing, which is named", async () => {
    const one = build("one", "true", { sh: ["sh", "-c", "true"], compiler: ["no-such-compiler"] });
    expect(missingTools(one)).to.deep.equal(["compiler"]);
    expect(await made(one)).to.equal("left out");
  });

  it("fail with what the command said, after a second try, and are not taken for made", async () => {
    const bad = build("bad", 'echo run >> "$1/runs"; echo missing semicolon >&2; exit 3');
    for (const runs of [2, 4]) {
      const error = await made(bad).catch(String);
      expect(error).to.include("ended with 3").and.include("missing semicolon");
      const [folder] = /\S*bad-\w+/.exec(error) ?? [];
      expect((await readFile(join(folder ?? "", "runs"), "utf8")).split("\n")).length(runs + 1);
    }
  });

  it("are told apart where a registry does not answer, and where what came cannot be built", async () => {
    const fetch = () => [["sh", "-c", "echo no route >&2; exit 1"] as const];
    const error = await made({ ...build("far", "true"), fetch }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NotFetched);
    expect(String(error)).to.include("far: left out").and.include("no route");
    expect(whyNotFetched({ ...build("far", "true"), fetch }, { cache })).to.include("no route");
    const bad = { ...build("near", "exit 1"), fetch: () => [["true"] as const] };
    expect(await made(bad).catch((thrown: unknown) => thrown)).not.to.be.instanceOf(NotFetched);
    expect(whyNotFetched(bad, { cache })).to.equal(undefined);
  });

  it("go on where the first try failed", async () => {
    const second = build("second", 'test -e "$1/first" || { touch "$1/first"; exit 1; }');
    expect(existsSync(join(await made(second), "ready"))).to.equal(true);
    expect(told.filter((text) => text.startsWith("again"))).length(1);
  });

  it("are ended with all that they have started when their time is over", async () => {
    // Nothing but the child of the child holds the pipe.
    const slow = build("slow", `echo begun; ${ENDLESS} & wait`);
    expect(await made(slow, { timeoutMs: 500 }).catch(String)).to.include("ended after 0.5 s");
  });

  it("are run two at a time", async () => {
    const names = ["a", "b", "c", "d"];
    const [a, b] = ["a", "b"].map((name, index) =>
      // Each waits for the other.
      build(name, `touch "${cache}/${name}"; until test -e "${cache}/${"ba"[index]}"; do :; done`),
    );
    const later = names.slice(2).map((name) => build(name, "true"));
    const builds = [a, b, ...later].filter((one) => one !== undefined);
    const folders = startBuilds(builds, { cache, tell: (text) => told.push(text) });
    await Promise.all(folders.values());
    expect(told.slice(0, 2)).to.have.members(["building a", "building b"]);
    expect(told).to.include.members(["building c", "building d"]);
  });
});
