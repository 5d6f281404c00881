// Mutation runs: see scripts/mutation.mjs, which says what is changed and which tests have to notice.
export default {
  testRunner: "mocha",
  plugins: ["@stryker-mutator/mocha-runner"],
  coverageAnalysis: "perTest",
  // Not needed by the tests of pure functions.
  ignorePatterns: ["/bench", "/docs", "/engine", "/examples", "/sandbox", "/.lockstep", "/.git"],
  reporters: [],
  logLevel: "error",
  allowConsoleColors: false,
  concurrency: 2,
  timeoutMS: 20_000,
  checkers: [],
  // The tests are run without a check of types.
  disableTypeChecks: false,
};
