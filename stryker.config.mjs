// Mutation run over what an attacker would profit from: `npm run test:mutation` for what changed, `-- --all` for everything.
export default {
  testRunner: "mocha",
  plugins: ["@stryker-mutator/mocha-runner"],
  mochaOptions: {
    config: ".mocharc.json",
    spec: ["tests/unit/**/*.test.ts", "tests/components/**/*.test.ts"],
    // They look at the project's files, or start processes: nothing that a mutant in a function would show.
    ignore: ["tests/unit/{tidy,engine,coverage}.test.ts", "tests/components/package-*.test.ts"],
  },
  coverageAnalysis: "perTest",
  reporters: ["clear-text", "json"],
  jsonReporter: { fileName: "node_modules/.cache/lockstep/mutation.json" },
  clearTextReporter: {
    allowColor: false,
    logTests: false,
    reportTests: false,
    reportScoreTable: true,
  },
  tempDirName: "node_modules/.cache/lockstep/stryker",
  concurrency: 2,
  timeoutMS: 20_000,
  ignorePatterns: ["/bench", "/engine", "/.lockstep"],
  mutate: ["components/guarantees.ts"],
  checkers: [],
  disableTypeChecks: false,
  thresholds: { high: 100, low: 95, break: null },
};
