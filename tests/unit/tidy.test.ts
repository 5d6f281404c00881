import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..", "..");
const FOLDERS = ["automation", "bench", "components", "examples", "sandbox", "tests"];

interface Ban {
  readonly pattern: RegExp;
  readonly useInstead: string;
  readonly appliesTo: (path: string) => boolean;
}

/** House rules that no linter holds, each with what to use instead. */
const BANS: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bset(Timeout|Interval|Immediate)\(/,
    useInstead: "world.clock",
    appliesTo: (path) => path.startsWith("sandbox/src/") && path !== "sandbox/src/time/clock.ts",
  },
  {
    pattern: /\bMath\.random\(|\brandom(Bytes|UUID|Int)\b.*node:crypto/,
    useInstead: "world.random",
    appliesTo: (path) => path.startsWith("sandbox/src/"),
  },
  {
    pattern: /\bconsole\.|\bprocess\.exit\(/,
    useInstead: "events, results and errors: only the command line talks to a person",
    appliesTo: (path) =>
      /^(automation|components|sandbox\/src)\//.test(path) &&
      !path.startsWith("automation/cli/") &&
      // A plugin is a program of its own, which the engine ends.
      path !== "sandbox/src/providers/server.ts",
  },
  {
    pattern: /\bnew S3Client\(/,
    useInstead:
      "accountClients or ownBucketsClient, which name the bucket's owner in every request",
    appliesTo: (path) =>
      path.startsWith("automation/") && path !== "automation/aws/own-buckets-client.ts",
  },
  {
    // Spelt so that a search for left-overs does not find this line.
    pattern: /\b(FIX[M]E|X{3}|TO[D]O)\b/,
    useInstead: "an issue, or the work itself",
    appliesTo: () => true,
  },
];

const MAXIMUM_LINES = 560;

function sourceFiles(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !isBuilt(entry.parentPath))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/")),
  );
}

/** What `npm run build` made of the sources. */
function isBuilt(folder: string): boolean {
  return folder.split(sep).includes("dist");
}

describe("house rules", () => {
  const files = sourceFiles().map((path) => ({
    path,
    lines: readFileSync(join(ROOT, path), "utf8").split("\n"),
  }));

  it("find files to look at", () => {
    expect(files.length).to.be.greaterThan(300);
  });

  for (const { pattern, useInstead, appliesTo } of BANS) {
    it(`ban ${pattern.source}: use ${useInstead}`, () => {
      const found = files
        .filter(({ path }) => appliesTo(path))
        .flatMap(({ path, lines }) =>
          lines.flatMap((line, index) =>
            pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [],
          ),
        );
      expect(found).to.deep.equal([]);
    });
  }

  it(`keep files under ${MAXIMUM_LINES} lines`, () => {
    const long = files.filter(({ lines }) => lines.length > MAXIMUM_LINES);
    expect(long.map(({ path }) => path)).to.deep.equal([]);
  });
});
