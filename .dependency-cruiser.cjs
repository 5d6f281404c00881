/** What S3 does by itself, in the sandbox. */
const ENGINES = ["replication", "lifecycle", "inventory", "notifications", "trails"];
const pathOf = (engines) => `^sandbox/src/(${engines.join("|")})/`;

/** Imports go one way: cli -> automation -> components; the sandbox stands alone. */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "Neither at run time nor in types: what two files share goes into a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "components-stand-on-their-own",
      comment: "Components declare; they know neither the driver nor the sandbox.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(automation|policy|sandbox|tests|bench)/" },
    },
    {
      name: "policy-stands-on-its-own",
      comment:
        "It judges any Pulumi program, so it knows neither how ours is made nor how it is driven.",
      severity: "error",
      from: { path: "^policy/" },
      to: { path: "^(automation|components|sandbox|tests|bench)/|^(index|library)\\.ts$" },
    },
    {
      name: "components-make-no-aws-calls",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "node_modules/@aws-sdk/" },
    },
    {
      name: "automation-is-a-library",
      comment: "The library never imports its own command line, nor the sandbox.",
      severity: "error",
      from: { path: "^automation/", pathNot: "^automation/cli/" },
      to: { path: "^(automation/cli|sandbox|tests|bench)/" },
    },
    {
      name: "only-demo-and-sandbox-commands-import-the-sandbox",
      comment: "It is a package of its own, which need not be installed.",
      severity: "error",
      from: { path: "^automation/cli/", pathNot: "^automation/cli/commands/(demo|sandbox)" },
      to: { path: "^(sandbox|tests|bench)/" },
    },
    {
      name: "the-sandbox-is-reached-by-its-public-entries",
      comment:
        "As `lockstep-sandbox` and `lockstep-sandbox/providers`: its other files are its own.",
      severity: "error",
      from: { path: "^(automation|examples)/" },
      to: { path: "^sandbox/", pathNot: "^sandbox/src/(index|providers/install)\\.ts$" },
    },
    {
      name: "the-sandbox-is-reached-by-its-name",
      comment: "A path to it is not there where the packages are installed.",
      severity: "error",
      from: { path: "^(automation|examples)/" },
      to: { path: "^sandbox/", dependencyTypes: ["local"], dependencyTypesNot: ["aliased"] },
    },
    {
      name: "sandbox-stands-alone",
      comment: "The sandbox stands for AWS: it must not know what is tested on it.",
      severity: "error",
      from: { path: "^sandbox/src/" },
      to: { path: "^(components|automation|policy|tests|bench)/|^(index|library)\\.ts$" },
    },
    {
      name: "services-know-no-engine",
      comment:
        "S3 publishes what happens in buckets, S3 Control what happens to jobs; the engines subscribe (create-world.ts).",
      severity: "error",
      from: { path: "^sandbox/src/services/" },
      to: { path: pathOf(ENGINES) },
    },
    ...ENGINES.map((engine) => ({
      name: `${engine}-knows-no-other-engine`,
      comment: "They hear of each other's work on the channel of S3.",
      severity: "error",
      from: { path: `^sandbox/src/${engine}/` },
      to: { path: pathOf(ENGINES.filter((other) => other !== engine)) },
    })),
    {
      name: "the-world-knows-no-engine",
      comment: "create-world.ts alone composes it.",
      severity: "error",
      from: { path: "^sandbox/src/world/", pathNot: "^sandbox/src/world/create-world\\.ts$" },
      to: { path: pathOf(ENGINES) },
    },
    {
      name: "the-world-knows-states-and-interfaces",
      comment: "Of the services it is composed of, and of nothing that works in it.",
      severity: "error",
      from: { path: "^sandbox/src/world/(world|operation|foundation)\\.ts$" },
      to: {
        path: "^sandbox/src/(services|pipeline|server|faults|coverage)/",
        pathNot: "^sandbox/src/services/.+/(state|job-control|notification-delivery)\\.ts$",
      },
    },
    {
      name: "states-stand-on-the-foundation",
      comment: "The world is composed of the states of the services, so they do not know it.",
      severity: "error",
      from: { path: "^sandbox/src/services/.+/state\\.ts$" },
      to: { path: "^sandbox/src/world/(world|operation|create-world)\\.ts$" },
    },
    {
      name: "each-package-names-what-it-needs",
      comment:
        "What is installed with a package is what its own package.json names, without development dependencies.",
      severity: "error",
      from: {
        path: "^(automation|components|policy|sandbox/src)/|^(index|library)\\.ts$",
        // Compiles the providers of a clone.
        pathNot: "^sandbox/src/providers/compile-sources\\.ts$",
      },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["npm-peer"],
      },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^(sandbox/)?tests/" },
      to: { path: "^(sandbox/)?tests/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(sandbox/)?dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
