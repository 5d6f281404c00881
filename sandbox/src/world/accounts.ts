import { createHash } from "node:crypto";
import { z } from "zod";
import { controlPolicyProblems, type ControlPolicyDocuments } from "./control-policies";
import { problemLines, problemsOf, type Problem } from "../server/problem";
import type { Account } from "./foundation";

/** An account, and what the organization allows it. */
export interface AccountOptions extends ControlPolicyDocuments {
  /** That of its profile: letters, digits, dots, dashes and underscores. Unique. */
  readonly name: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Of its profile, as in `eu-west-1`. */
  readonly region: string;
}

/** An account with the access key of its administrator. */
export interface SandboxAccount extends Omit<AccountOptions, keyof ControlPolicyDocuments> {
  /** The administrator's; follows from the seed. */
  readonly accessKeyId: string;
  /** The administrator's; follows from the seed. */
  readonly secretAccessKey: string;
}

/** Thrown with every mistake at once. */
export class AccountsInvalid extends Error {
  constructor(
    /** Every mistake, each with its path. */
    readonly problems: readonly Problem[],
  ) {
    super(`The accounts are described wrongly:\n${problemLines(problems)}`);
    this.name = "AccountsInvalid";
  }
}

const document = z.union([z.string(), z.record(z.string(), z.unknown())], {
  error: "expected a policy document, as an object or as JSON text",
});
const documents = z.array(document, { error: "expected a list of policy documents" });

/** The shape of {@link ControlPolicyDocuments}, as a file or a request has it. */
export const controlPolicyShape = z.strictObject({
  serviceControlPolicies: documents.optional(),
  resourceControlPolicies: documents.optional(),
});

const text = z.string({ error: "expected a text" });
const accountShape = z.strictObject({
  name: text,
  accountId: z.string({ error: "expected twelve digits, in quotes" }),
  region: text,
  ...controlPolicyShape.shape,
});
const accountFile = z.strictObject({
  accounts: z.array(z.unknown(), { error: "expected a list of accounts" }),
});

/**
 * Reads a description of accounts: `{ "accounts": [ { "name": "vault", "accountId": "222222222222", "region":
 * "eu-central-1", "serviceControlPolicies": [ ... ] } ] }`.
 * @throws AccountsInvalid with every mistake, each with its path
 */
export function parseAccounts(raw: unknown): AccountOptions[] {
  const file = accountFile.safeParse(raw);
  if (!file.success) {
    throw new AccountsInvalid(file.error.issues.flatMap((one) => problemsOf(one, "")));
  }
  const problems: Problem[] = [];
  const accounts: AccountOptions[] = [];
  for (const [index, item] of file.data.accounts.entries()) {
    const parsed = accountShape.safeParse(item);
    if (parsed.success) accounts.push(parsed.data);
    else {
      problems.push(
        ...parsed.error.issues.flatMap((issue) => problemsOf(issue, `accounts[${index}]`)),
      );
    }
  }
  // Their meaning is looked at when all are well-formed, so that indices agree with the file.
  if (problems.length === 0) problems.push(...accountProblems(accounts));
  if (problems.length > 0) throw new AccountsInvalid(problems);
  return accounts;
}

/** The accounts by id. @throws AccountsInvalid with every mistake */
export function accountMap(options: readonly AccountOptions[]): ReadonlyMap<string, Account> {
  const problems = accountProblems(options);
  if (problems.length > 0) throw new AccountsInvalid(problems);
  return new Map(
    options.map(({ accountId, name, region }) => [
      accountId,
      { accountId, name, region, canonicalUserId: canonicalId(accountId) },
    ]),
  );
}

/** Every mistake in a list of accounts: `accounts[0].accountId`, and a sentence that names the account. */
export function accountProblems(options: readonly AccountOptions[]): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  if (options.length === 0) {
    problems.push({ path: "accounts", message: "There must be an account." });
  }
  for (const [index, account] of options.entries()) {
    const { accountId, name, region } = account;
    const add = (member: string, message: string): void => {
      const path = `accounts[${index}].${member}`;
      problems.push({ path, message: `Account ${JSON.stringify(name)}: ${message}` });
    };
    if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
      add("name", "a name has letters, digits, dots, dashes and underscores only.");
    }
    if (!/^\d{12}$/.test(accountId)) {
      add("accountId", `the account id must be twelve digits, got "${accountId}".`);
    }
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
      add("region", `the Region must be one like eu-west-1, got "${region}".`);
    }
    for (const [member, value] of Object.entries({ name, accountId })) {
      if (seen.has(value)) add(member, `"${value}" is given twice.`);
      seen.add(value);
    }
    problems.push(...controlPolicyProblems(account, `accounts[${index}]`));
  }
  return problems;
}

/** The same for the same account in every world, as it is on AWS. */
function canonicalId(accountId: string): string {
  return createHash("sha256").update(`canonical user ${accountId}`).digest("hex");
}
