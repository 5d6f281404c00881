/**
 * `npm run test:aws -- --source PROFILE --source-region REGION --vault PROFILE --vault-region REGION --budget-usd N --yes`
 *
 * Puts the questions of `facts.ts` to AWS, in two accounts of yours, and prints what AWS did beside what is assumed: a JSON
 * object a line. Costs money, makes two roles and four buckets, and takes them away again.
 * Exit code: 0 all as assumed, 1 something is otherwise or has no answer, 2 usage.
 */

import { parseArgs } from "node:util";
import {
  accountClients,
  callerIdentity,
  type AwsEnvironment,
} from "../../automation/aws/aws-clients";
import { FACTS } from "./facts";
import { answerAll, type Answer } from "./answers";
import { Trial, type TrialOptions } from "./trial";

/** A job's fee, and some cents for all else. */
const JOB_USD = 0.26;

/** What a trial needs beside its flags: AWS itself, or the sandbox in its place. */
export interface Surroundings {
  readonly environment?: AwsEnvironment;
  readonly pass: TrialOptions["pass"];
  readonly intervalMs: number;
  readonly deadlineMs: number;
  /** A result. */
  readonly print: (line: string) => void;
  /** All else. */
  readonly say: (line: string) => void;
}

/** @returns the exit code */
export async function trialCommand(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      source: { type: "string" },
      "source-region": { type: "string" },
      vault: { type: "string" },
      "vault-region": { type: "string" },
      "budget-usd": { type: "string" },
      only: { type: "string", multiple: true },
      yes: { type: "boolean" },
    },
  });
  const facts = FACTS.filter(({ id }) => values.only === undefined || values.only.includes(id));
  const priceUsd = facts.reduce((sum, { jobsCount }) => sum + jobsCount * JOB_USD, 0);
  const problems = [
    ...(["source", "source-region", "vault", "vault-region", "budget-usd"] as const).flatMap(
      (name) => (values[name] === undefined ? [`--${name} is missing`] : []),
    ),
    ...(values.only ?? []).flatMap((id) =>
      FACTS.some((fact) => fact.id === id) ? [] : [`--only: there is no question ${id}`],
    ),
    ...(Number(values["budget-usd"]) < priceUsd
      ? [`--budget-usd: the trial costs about USD ${priceUsd.toFixed(2)}`]
      : []),
    ...(values.yes === true ? [] : ["--yes is missing: it makes resources and costs money"]),
  ];
  if (problems.length > 0) {
    for (const problem of [...problems, "Nothing was made."]) surroundings.say(problem);
    return 2;
  }
  const access = async (profile: string, region: string) => {
    const clients = await accountClients(
      { accountId: "", profile, region },
      surroundings.environment,
    );
    const { accountId } = await callerIdentity(clients);
    clients.destroy();
    return { accountId, profile, region };
  };
  const trial = await Trial.start({
    source: await access(values.source ?? "", values["source-region"] ?? ""),
    vault: await access(values.vault ?? "", values["vault-region"] ?? ""),
    ...surroundings,
  });
  let answers: readonly Answer[];
  try {
    answers = await answerAll(trial, facts, (answer) => surroundings.print(JSON.stringify(answer)));
  } finally {
    await trial.close();
  }
  return answers.every(({ asAssumed }) => asAssumed) ? 0 : 1;
}
