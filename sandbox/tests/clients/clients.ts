/** AWS's clients in other languages: what each needs on the machine, and how its scenario is prepared and run. */
import { join } from "node:path";

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

export interface Client {
  readonly name: string;
  /** Programs that the machine has or not. */
  readonly tools: readonly string[];
  /** Gets what its manifest names from the registries of its language. */
  readonly preparation: readonly Command[];
  readonly scenario: Command;
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

/** @param cache where builds are kept from one run to the next */
export function clientsIn(cache: string): readonly Client[] {
  const inCache = (...parts: string[]): string => join(cache, ...parts);
  const python = inCache("python", "bin", "python");
  const fromPypi: Pick<Client, "tools" | "preparation"> = {
    tools: ["python3"],
    preparation: [
      ["python3", "-m", "venv", inCache("python")],
      [python, "-m", "pip", "install", "--quiet", "-r", here("python", "requirements.txt")],
    ],
  };
  return [
    { name: "boto3", ...fromPypi, scenario: [python, here("python", "scenario.py")] },
    {
      name: "the AWS CLI",
      ...fromPypi,
      scenario: ["sh", here("aws-cli", "scenario.sh"), inCache("python", "bin")],
    },
    {
      name: "the SDK for Go",
      tools: ["go"],
      preparation: [["go", "build", "-C", here("go"), "-o", inCache("go", "scenario"), "."]],
      scenario: [inCache("go", "scenario")],
    },
    {
      name: "the SDK for Java",
      tools: ["java", "mvn"],
      preparation: [
        [
          ...(["mvn", "--batch-mode", "--quiet", "--file", here("java", "pom.xml")] as const),
          "dependency:build-classpath",
          `-Dmdep.outputFile=${inCache("java.classpath")}`,
        ],
      ],
      scenario: [
        "sh",
        "-c",
        'exec java -cp "$(cat "$1")" "$2"',
        "java",
        inCache("java.classpath"),
        here("java", "Scenario.java"),
      ],
    },
    {
      name: "the SDK for Rust",
      tools: ["cargo", "cc"],
      preparation: [
        [
          ...(["cargo", "build", "--quiet", "--locked"] as const),
          ...["--manifest-path", here("rust", "Cargo.toml")],
          ...["--target-dir", inCache("rust")],
        ],
      ],
      scenario: [inCache("rust", "debug", "clients")],
    },
    {
      name: "the SDK for JavaScript",
      tools: [],
      preparation: [],
      scenario: [process.execPath, here("javascript", "scenario.mjs")],
    },
  ];
}
