// `npm run api:check` holds the public types of both packages against their reports in etc/; `npm run api:report` writes the
// reports anew. A change of a public type is thus a change of a file, which a reviewer sees.
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { root, runProgram } from "./machine.mjs";

const BUILT = join(root, ".cache");
const REPORTS = join(root, "etc");
const SANDBOX = join(root, "sandbox");

/** Each entry that a package exports, by its types. */
const ENTRIES = [
  { name: "lockstep", types: "library.d.ts", package: root },
  { name: "lockstep-automation", types: "automation/index.d.ts", package: root },
  { name: "lockstep-components", types: "components/index.d.ts", package: root },
  { name: "lockstep-policy", types: "policy/index.d.ts", package: root },
  { name: "lockstep-sandbox", types: "sandbox/src/index.d.ts", package: SANDBOX },
  {
    name: "lockstep-sandbox-providers",
    types: "sandbox/src/providers/install.d.ts",
    package: SANDBOX,
  },
];

const isWriting = process.argv.includes("--write");
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const code = await runProgram(process.execPath, [compiler, "-p", "tsconfig.api.json"]);
if (code !== 0) process.exit(code);

for (const folder of [BUILT, REPORTS]) mkdirSync(folder, { recursive: true });
const configs = ENTRIES.map(configOf);
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.slice(1).map((config) => config.mainEntryPointFilePath),
});
const changed = configs.filter((config) => {
  const result = Extractor.invoke(config, {
    compilerState,
    localBuild: isWriting,
    printApiReportDiff: !isWriting,
    messageCallback: (message) => {
      // It tells the compiler's version for each entry.
      if (message.messageId === "console-preamble") message.handled = true;
    },
  });
  return !result.succeeded;
});
const names = changed.map((config) => basename(config.reportFilePath));
if (names.length > 0) {
  process.stderr.write(
    `Public types are not as ${names.join(", ")} says. If that is meant, run \`npm run api:report\` and commit etc/.\n`,
  );
  process.exitCode = 1;
}

function configOf(entry) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(BUILT, "types", entry.types),
      compiler: { tsconfigFilePath: join(root, "tsconfig.api.json") },
      newlineKind: "lf",
      apiReport: {
        enabled: true,
        reportFileName: `${entry.name}.api.md`,
        reportFolder: REPORTS,
        reportTempFolder: join(BUILT, "reports"),
        // What an exported name is made of is public too. Not so with the sandbox, whose `world` has all its rooms.
        includeForgottenExports: entry.package === root,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
    },
    configObjectFullPath: join(root, "api-extractor.json"),
    packageJsonFullPath: join(entry.package, "package.json"),
  });
}
