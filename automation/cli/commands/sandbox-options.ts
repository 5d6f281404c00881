import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse as parseYaml, YAMLParseError } from "yaml";
import {
  AccountsInvalid,
  accountProblems,
  DEFAULT_ACCOUNTS,
  FaultsInvalid,
  logLine,
  parseAccounts,
  parseFaults,
  type AccountOptions,
  type FaultRule,
  type SandboxOptions,
} from "lockstep-sandbox";
import { LockstepError, messageOf, type Problem } from "../../errors";
import type { Flags } from "../options";
import { safeLine } from "../render/safe-text";

/** `--accounts` may be given several times, each with one or more accounts or files of accounts, separated by commas. */
const ACCOUNT_FORM = "name=id:region";

/**
 * The options of the sandbox that the flags describe.
 * @param folder the one that files are relative to
 * @throws LockstepError ConfigInvalid with every mistake of accounts and faults
 */
export function sandboxOptions(
  flags: Pick<Flags, "port" | "seed" | "accounts" | "faults" | "log" | "acceptMachineTime">,
  folder: string,
): SandboxOptions {
  const problems: Problem[] = [];
  const accounts =
    flags.accounts === undefined
      ? DEFAULT_ACCOUNTS
      : readAccounts(flags.accounts, folder, problems);
  const faults =
    flags.faults === undefined
      ? undefined
      : readFaults(resolve(folder, flags.faults), accounts, problems);
  if (problems.length > 0) {
    throw new LockstepError("ConfigInvalid", "The sandbox is described wrongly.", { problems });
  }
  const names = new Map(accounts.map(({ accountId, name }) => [accountId, name]));
  return {
    accounts,
    ...(flags.port !== undefined && { port: flags.port }),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(faults !== undefined && { faults }),
    ...(flags.acceptMachineTime === true && { settings: { acceptsMachineTime: true } }),
    ...(flags.log === true && {
      log: (entry) => void process.stderr.write(`${safeLine(logLine(entry, names))}\n`),
    }),
  };
}

/** Every mistake goes to `problems`. */
function readAccounts(
  texts: readonly string[],
  folder: string,
  problems: Problem[],
): AccountOptions[] {
  const accounts: AccountOptions[] = [];
  for (const text of texts.flatMap((one) => one.split(",")).map((one) => one.trim())) {
    if (/\.(json|ya?ml)$/i.test(text)) {
      accounts.push(...readAccountFile(resolve(folder, text), problems));
      continue;
    }
    const match = /^([^=:]+)=([^=:]*):([^=:]*)$/.exec(text);
    if (match === null) {
      const message = `expected ${ACCOUNT_FORM}, such as source=111111111111:eu-west-1, got "${text}"`;
      problems.push({ path: "--accounts", message });
      continue;
    }
    const [, name = "", accountId = "", region = ""] = match;
    accounts.push({ name, accountId, region });
  }
  // Without any that is well-formed, "there must be one" would say nothing new.
  if (accounts.length > 0) {
    for (const { message } of accountProblems(accounts)) {
      problems.push({ path: "--accounts", message });
    }
  }
  return accounts;
}

/** JSON or YAML, with the policies that the organization puts on an account. Every mistake goes to `problems`. */
function readAccountFile(file: string, problems: Problem[]): AccountOptions[] {
  try {
    return parseAccounts(parseYaml(readFileSync(file, "utf8")));
  } catch (error) {
    problems.push(...fileProblems("--accounts", file, error));
    return [];
  }
}

/** JSON or YAML. Every mistake goes to `problems`. */
function readFaults(
  file: string,
  accounts: readonly AccountOptions[],
  problems: Problem[],
): FaultRule[] {
  try {
    return parseFaults(parseYaml(readFileSync(file, "utf8")), accounts);
  } catch (error) {
    problems.push(...fileProblems("--faults", file, error));
    return [];
  }
}

/** @throws what is no mistake of the file's */
function fileProblems(flag: string, file: string, error: unknown): Problem[] {
  if (error instanceof FaultsInvalid || error instanceof AccountsInvalid) {
    return error.problems.map(({ path, message }) => ({ path: `${flag} ${path}`, message }));
  }
  if (error instanceof YAMLParseError || isFileError(error)) {
    return [{ path: flag, message: `cannot read ${file}: ${messageOf(error)}` }];
  }
  throw error;
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
