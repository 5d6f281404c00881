/** AWS's clients in other languages: what each is built of, and how its scenario is run. */
import { join } from "node:path";
import type { Build, Command } from "./builds";
import { javaBuild, pythonBuild } from "./recipes";

export interface Client {
  readonly name: string;
  /** Absent: what is installed here already is enough. */
  readonly build?: Build;
  /** @param folder of the build */
  scenario(folder: string): Command;
}

/** What each scenario does, in the order in which it tells so. */
export const STEPS = [
  "bucket",
  "object",
  "multipart",
  "presigned",
  "retention",
  "dots",
  "create-job",
  "list-jobs",
  "update-job-status",
];

const here = (...parts: string[]): string => join(__dirname, ...parts);

export const PYTHON = pythonBuild("python", here("python", "requirements.txt"));

const GO: Build = {
  name: "go",
  tools: { go: ["go", "version"] },
  sources: [here("go", "main.go"), here("go", "go.mod"), here("go", "go.sum")],
  fetch: () => [["go", "-C", here("go"), "mod", "download"]],
  commands: (folder) => [
    ["go", "build", "-C", here("go"), "-mod=readonly", "-o", join(folder, "scenario"), "."],
  ],
};

const JAVA = javaBuild("java", here("java"), "Scenario");

const RUST: Build = {
  name: "rust",
  tools: { cargo: ["cargo", "--version"], cc: ["cc", "--version"] },
  sources: [here("rust", "src", "main.rs"), here("rust", "Cargo.toml"), here("rust", "Cargo.lock")],
  fetch: () => [
    ["cargo", "fetch", "--quiet", "--locked", "--manifest-path", here("rust", "Cargo.toml")],
  ],
  commands: (folder) => [
    [
      ...(["cargo", "build", "--quiet", "--locked"] as const),
      ...["--manifest-path", here("rust", "Cargo.toml")],
      ...["--target-dir", join(folder, "target")],
    ],
    ["cp", join(folder, "target", "debug", "clients"), join(folder, "scenario")],
    // Hundreds of megabytes.
    ["rm", "-rf", join(folder, "target")],
  ],
};

/** Those that take longest first. */
export const BUILDS: readonly Build[] = [RUST, GO, PYTHON, JAVA];

export const CLIENTS: readonly Client[] = [
  {
    name: "boto3",
    build: PYTHON,
    scenario: (folder) => [join(folder, "bin", "python"), here("python", "scenario.py")],
  },
  {
    name: "the AWS CLI",
    build: PYTHON,
    scenario: (folder) => ["sh", here("aws-cli", "scenario.sh"), join(folder, "bin")],
  },
  { name: "the SDK for Go", build: GO, scenario: (folder) => [join(folder, "scenario")] },
  {
    name: "the SDK for Java",
    build: JAVA,
    scenario: (folder) => ["java", "-cp", `${folder}:${join(folder, "jars", "*")}`, "Scenario"],
  },
  { name: "the SDK for Rust", build: RUST, scenario: (folder) => [join(folder, "scenario")] },
];

export const JAVASCRIPT: Client = {
  name: "the SDK for JavaScript",
  scenario: () => [process.execPath, here("javascript", "scenario.mjs")],
};
