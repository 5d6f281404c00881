import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../../components/config/config-error";
import { parseStackFile } from "../../../components/config/load-config";
import { LockstepError, messageOf, type Problem } from "../../errors";
import { stackFileName } from "../../stack/stack-config";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { type Answers, answersOf, type Field, FIELDS, flagOf } from "../init/fields";
import { INSTALLED_PROGRAM, projectText, stackText } from "../init/stack-text";
import { askText } from "../question";
import { namedStack } from "./early-mistakes";

/** `lockstep init`: writes the project and the file of its first stack; what is there stays as it is. */
export const init: CommandHandler = async (context) => {
  const { folder, flags } = context;
  const canAsk = context.isInteractive && flags.yes !== true;
  const stack = await nameStack(context, canAsk);
  const stackFile = join(folder, stackFileName(stack));
  if (await isThere(stackFile)) throw fileIsThere(stackFile);
  const answers = canAsk ? await ask(context) : answersOf(flags);
  const missing = FIELDS.filter(
    ({ fallback, name }) => fallback === undefined && answers[name] === undefined,
  );
  const wrong = problemsOf(withSamples(answers), flags.newBucket !== true);
  const problems = [...missing.map(missingProblem), ...wrong.map(asFlag)];
  if (problems.length > 0) throw notWritten(problems, missing.length > 0);
  const text = stackText(stack, withFallbacks(answers), flags.newBucket !== true);
  await writeFiles(context, stackFile, text);
  context.emit({
    type: "done",
    command: "init",
    next: [
      `lockstep preview --stack ${stack}    what would be made, in which account`,
      `lockstep doctor --stack ${stack}     what would keep copies from arriving`,
      `lockstep up --stack ${stack}         deploys it, after a question`,
    ],
  });
  return EXIT.ok;
};

async function nameStack({ flags, signal }: CommandContext, canAsk: boolean): Promise<string> {
  const named = namedStack(flags);
  const name = named ?? (canAsk ? await askText("Name of the stack", "dev", signal) : "dev");
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name)) return name;
  const message = `expected letters, digits, hyphens, underscores and dots, at most 100, got ${JSON.stringify(name)}`;
  throw notWritten([{ path: "--stack", message }], false);
}

/** Asks for what the command line does not say; each answer is checked before the next question. */
async function ask({ emit, flags, signal }: CommandContext): Promise<Answers> {
  const given = answersOf(flags);
  let answers: Answers = {};
  const tell = (problems: readonly Problem[]): void => {
    for (const { message } of problems) emit({ type: "note", message });
  };
  for (const field of FIELDS) {
    const { fallback, name, question } = field;
    let answer = given[name] ?? (await askText(question, fallback, signal));
    for (;;) {
      const wrong = wrongAt(field, { ...answers, [name]: answer }, flags.newBucket !== true);
      if (answer !== "" || fallback !== undefined) {
        if (wrong.length === 0) break;
        tell(wrong);
      }
      answer = await askText(question, fallback, signal);
    }
    answers = { ...answers, [name]: answer };
  }
  return answers;
}

function wrongAt(field: Field, answers: Answers, isExisting: boolean): readonly Problem[] {
  return problemsOf(withSamples(answers), isExisting).filter(
    ({ path }) => path === field.path || path.startsWith(`${field.path}.`),
  );
}

/** What cannot be undone is not begun with a first file. */
const STAGES: readonly (string | undefined)[] = ["pilot", "governance"];

/** What the schema of the commands says of a file with these answers. */
function problemsOf(answers: Answers, isExisting: boolean): readonly Problem[] {
  if (!STAGES.includes(answers.stage)) {
    const message = `expected pilot or governance, got ${JSON.stringify(answers.stage)}; compliance is written into the file once the rest is proven`;
    const others = problemsOf({ ...answers, stage: "pilot" }, isExisting);
    return [{ path: "vaults[0].lock.stage", message }, ...others];
  }
  try {
    parseStackFile(stackText("check", answers, isExisting));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function withSamples(answers: Answers): Answers {
  return { ...Object.fromEntries(FIELDS.map(({ name, sample }) => [name, sample])), ...answers };
}

function withFallbacks(answers: Answers): Answers {
  return {
    ...Object.fromEntries(FIELDS.map(({ fallback = "", name }) => [name, fallback])),
    ...answers,
  };
}

function missingProblem({ name, question }: Field): Problem {
  return { path: flagOf(name), message: `expected: ${question}` };
}

/** A mistake in the config, by the flag that made it. */
function asFlag(problem: Problem): Problem {
  const field = FIELDS.find(({ path }) => problem.path === path);
  return field === undefined ? problem : { ...problem, path: flagOf(field.name) };
}

function notWritten(problems: readonly Problem[], isAskable: boolean): LockstepError {
  return new LockstepError("ConfigInvalid", "The stack file cannot be written like this.", {
    problems,
    hint: `Nothing was written.${isAskable ? " At a terminal, without --yes, `lockstep init` asks for what is missing." : ""}`,
  });
}

function fileIsThere(file: string): LockstepError {
  return new LockstepError("ConfigInvalid", `${file} is there, and is not written over.`, {
    hint: "Name another --stack, or move that file away. Nothing was written.",
  });
}

async function writeFiles(context: CommandContext, stackFile: string, text: string): Promise<void> {
  const { folder } = context;
  await mkdir(folder, { recursive: true });
  const projectFile = join(folder, "Pulumi.yaml");
  if (await isThere(projectFile)) {
    context.emit({ type: "note", message: `${projectFile} is there, and stays as it is` });
  } else {
    await writeNew(projectFile, projectText(await isThere(join(folder, INSTALLED_PROGRAM))));
    context.emit({ type: "note", message: `wrote ${projectFile}` });
  }
  await writeNew(stackFile, text);
  context.emit({ type: "note", message: `wrote ${stackFile}` });
}

/** Never over a file that came in between. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw fileIsThere(file);
    throw new LockstepError("ConfigInvalid", `${file} cannot be written: ${messageOf(error)}`, {
      hint: "Name a folder with --cwd that may be written to.",
      cause: error,
    });
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
