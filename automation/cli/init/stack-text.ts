/** The files that `init` writes. Pure. */

import type { Answers } from "./fields";

/** Where `npm install lockstep` puts the program, from the project's folder. */
export const INSTALLED_PROGRAM = "node_modules/lockstep/dist/index.js";

/** The Pulumi project. @param isInstalled the program is there: the engine takes no project whose program is not */
export function projectText(isInstalled: boolean): string {
  return `# The Pulumi project. Stacks, and all that differs between them, are in Pulumi.<stack>.yaml.
name: lockstep
description: Immutable S3 copies, proven.
runtime: nodejs
# What a plain \`pulumi up\` runs, after \`npm install lockstep\` in this folder. The lockstep commands do not need it.
${isInstalled ? "" : "# "}main: ${INSTALLED_PROGRAM}
`;
}

/** @param isExisting the source's bucket is there */
export function stackText(stack: string, answers: Answers, isExisting: boolean): string {
  const { prefix, retention, sourceProfile, stage, vaultProfile } = answers;
  return `# Stack ${JSON.stringify(stack)}, written by \`lockstep init\`. The README has what else can be said, and examples/ has it in use.
config:
  # A resource that names no provider is refused instead of landing in whichever account the environment points at.
  pulumi:disable-default-providers: [aws, aws-native]

  lockstep:source:
    # Checked against the credentials before anything is made.
    accountId: ${text(answers.sourceAccount)}
    region: ${text(answers.sourceRegion)}
${profileText(sourceProfile, "    ")}
    bucket:
      name: ${text(answers.sourceBucket)}
      # true: the bucket is there, and keeps what it has. false: it is made.
      existing: ${isExisting}

  lockstep:vaults:
    # Part of resource names: a renamed vault is a new one.
    - name: primary
      accountId: ${text(answers.vaultAccount)}
      region: ${text(answers.vaultRegion)}
${profileText(vaultProfile, "      ")}
      bucket:
        # Unique across all of AWS.
        name: ${text(answers.vaultBucket)}
      lock:
        # pilot: GOVERNANCE for a day. governance: GOVERNANCE for the retention. compliance: nobody can undo it, so it wants an
        # \`acknowledgement\` too; go there once the rest is proven.
        stage: ${text(stage)}
        # "N days" or "N years". Default: 1 day for pilot, 30 days for governance.
${optional("retention", retention, "30 days", "        ")}
      # The one role that may still change the vault's own protections. Default: none: every administrator of the account may.
      # breakGlassRoleArn: arn:aws:iam::${answers.vaultAccount ?? ""}:role/break-glass

  lockstep:rules:
    - name: all-records
      # S3 puts no slash before a key. Default: the whole bucket.
${optional("filter", prefix, "", "      ", (value) => `{ prefix: ${text(value)} }`)}
      vault: primary

  # A backfill that would cost more is not begun.
  # lockstep:backfill: { budgetUsd: 50 }
`;
}

function profileText(profile: string | undefined, indent: string): string {
  const why = `${indent}# How the account is reached: a profile of the AWS config file, or \`assumeRoleArn\`. Default: the environment's credentials.`;
  return `${why}\n${optional("profile", profile, "my-profile", indent)}`;
}

/** A line for what was answered, else the same line as a comment. */
function optional(
  name: string,
  value: string | undefined,
  example: string,
  indent: string,
  write: (value: string) => string = text,
): string {
  return value === undefined || value === ""
    ? `${indent}# ${name}: ${write(example || "records/")}`
    : `${indent}${name}: ${write(value)}`;
}

/** Quoted as JSON is, which YAML takes. */
function text(value = ""): string {
  return JSON.stringify(value);
}
