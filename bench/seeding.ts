import type { Sandbox, SandboxAccount } from "lockstep-sandbox";
import type { ServiceName } from "../sandbox/src/world/service-name";

/** Calls an operation inside the sandbox as an account's administrator: no HTTP, the same checks. */
export function callAs(sandbox: Sandbox, accountName: string) {
  const account = accountOf(sandbox, accountName);
  const principal = sandbox.world.iam.credential(account.accessKeyId)?.principal;
  if (principal === undefined) throw new Error(`${accountName} has no administrator.`);
  return (service: ServiceName, operation: string, input: object): unknown =>
    sandbox.world.invoke({ service, operation, input, principal, region: account.region });
}

export function accountOf(sandbox: Sandbox, name: string): SandboxAccount {
  const account = sandbox.accounts.find((one) => one.name === name);
  if (account === undefined) throw new Error(`There is no account ${name}.`);
  return account;
}

/** A body of 1 KiB, the same for every index or different for each. */
export function kibibyteBody(index: number, isEqual: boolean): Buffer {
  const body = Buffer.alloc(1024, "x");
  if (!isEqual) body.write(String(index));
  return body;
}
