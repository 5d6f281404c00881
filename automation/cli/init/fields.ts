/** What a first stack file has to say, each with its flag, its question and its place in the config. Pure. */

import type { Flags } from "../options";

/** Options of `init` that are texts. */
export type FieldName =
  | "sourceAccount"
  | "sourceRegion"
  | "sourceProfile"
  | "sourceBucket"
  | "vaultAccount"
  | "vaultRegion"
  | "vaultProfile"
  | "vaultBucket"
  | "stage"
  | "retention"
  | "prefix";

export type Answers = { readonly [Name in FieldName]?: string };

export interface Field {
  readonly name: FieldName;
  /** Where the answer is in the config, as mistakes name it. */
  readonly path: string;
  readonly question: string;
  /** What an empty answer stands for; without one it has to be answered. */
  readonly fallback?: string;
  /** A right answer, in place of those that are not there yet while one is checked. */
  readonly sample: string;
}

export const FIELDS: readonly Field[] = [
  {
    name: "sourceAccount",
    path: "source.accountId",
    question: "Account of the data (twelve digits)",
    sample: "111111111111",
  },
  {
    name: "sourceRegion",
    path: "source.region",
    question: "Its Region",
    sample: "eu-west-1",
  },
  {
    name: "sourceBucket",
    path: "source.bucket.name",
    question: "Its bucket",
    sample: "lockstep-sample-records",
  },
  {
    name: "sourceProfile",
    path: "source.profile",
    question:
      "Profile of the AWS config file that reaches it (empty: the environment's credentials)",
    fallback: "",
    sample: "",
  },
  {
    name: "vaultAccount",
    path: "vaults[0].accountId",
    question: "Account of the vault, best another one (twelve digits)",
    sample: "222222222222",
  },
  {
    name: "vaultRegion",
    path: "vaults[0].region",
    question: "Its Region",
    sample: "eu-central-1",
  },
  {
    name: "vaultBucket",
    path: "vaults[0].bucket.name",
    question: "Name of the vault's bucket, which will be made",
    sample: "lockstep-sample-records-vault",
  },
  {
    name: "vaultProfile",
    path: "vaults[0].profile",
    question: "Profile that reaches the vault's account (empty: the environment's credentials)",
    fallback: "",
    sample: "",
  },
  {
    name: "stage",
    path: "vaults[0].lock.stage",
    question: "How it locks: pilot (GOVERNANCE for a day) or governance",
    fallback: "pilot",
    sample: "pilot",
  },
  {
    name: "retention",
    path: "vaults[0].lock.retention",
    question: "For how long, as in 30 days or 7 years (empty: the stage's default)",
    fallback: "",
    sample: "",
  },
  {
    name: "prefix",
    path: "rules[0].filter.prefix",
    question: "Prefix of the keys to copy (empty: the whole bucket)",
    fallback: "",
    sample: "",
  },
];

/** As in `--source-account`. */
export function flagOf(name: FieldName): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The answers that the command line gives. */
export function answersOf(flags: Flags): Answers {
  return Object.fromEntries(
    FIELDS.flatMap(({ name }) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}
