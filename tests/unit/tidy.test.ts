import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { expect } from "chai";
import ts from "typescript";

const ROOT = join(__dirname, "..", "..");
const FOLDERS = ["automation", "bench", "components", "examples", "policy", "sandbox", "tests"];

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
    // The end of a turn of the event loop is no time: answers leave then, whatever a clock says.
    appliesTo: (path) =>
      path.startsWith("sandbox/src/") &&
      !["sandbox/src/time/clock.ts", "sandbox/src/server/end-of-turn.ts"].includes(path),
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
      /^(automation|components|policy|sandbox\/src)\//.test(path) &&
      !path.startsWith("automation/cli/") &&
      // A plugin is a program of its own, which the engine ends.
      path !== "sandbox/src/providers/server.ts",
  },
  {
    pattern: /\bnew S3Client\(/,
    useInstead:
      "accountClients or OwnBucketsClient, which name the bucket's owner in every request",
    appliesTo: (path) =>
      path.startsWith("automation/") &&
      // A trail delivers where nobody says whose it is, and what it has signed needs no owner.
      !["automation/aws/own-buckets-client.ts", "automation/trail/trail-client.ts"].includes(path),
  },
  {
    // Spelt so that a search for left-overs does not find this line.
    pattern: /\b(FIX[M]E|X{3}|TO[D]O)\b/,
    useInstead: "an issue, or the work itself",
    appliesTo: () => true,
  },
];

const MAXIMUM_LINES = 560;
const TSCONFIGS = [
  "tsconfig.json",
  "tsconfig.api.json",
  "tsconfig.build.json",
  "sandbox/tsconfig.json",
];

function sourceFiles(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !isMade(entry.parentPath))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/")),
  );
}

/** What `npm run build` made of the sources, and the packages of an example. */
function isMade(folder: string): boolean {
  return folder.split(sep).some((name) => name === "dist" || name === "node_modules");
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

  for (const file of TSCONFIGS) {
    it(`name in ${file} what is there`, () => {
      const { config } = ts.readConfigFile(join(ROOT, file), ts.sys.readFile) as {
        config: { include: readonly string[] };
      };
      const folder = dirname(join(ROOT, file));
      expect(config.include.filter((name) => !existsSync(join(folder, name)))).to.deep.equal([]);
    });
  }

  it("name in the rules of the dependency check what is there", () => {
    const known = new Set(
      ["node_modules", "@aws-sdk", "index", "library", "ts"].concat(
        files.flatMap(({ path }) => path.replace(/\.ts$/, "").split("/")),
      ),
    );
    const named = dependencyRules().flatMap((text) => text.match(/[@\w-]+/g) ?? []);
    expect(named).to.include("automation");
    expect(named.filter((name) => !known.has(name))).to.deep.equal([]);
  });
});

/** The patterns of paths in `.dependency-cruiser.cjs`. */
function dependencyRules(): string[] {
  interface Side {
    readonly path?: string | string[];
    readonly pathNot?: string | string[];
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is CommonJS, under a name that has no types
  const { forbidden } = require(join(ROOT, ".dependency-cruiser.cjs")) as {
    forbidden: readonly { readonly from: Side; readonly to: Side }[];
  };
  return forbidden
    .flatMap(({ from, to }) => [from.path, from.pathNot, to.path, to.pathNot].flat())
    .filter((pattern) => pattern !== undefined);
}
