import type { MiddlewareStack } from "@smithy/types";
import type { StackClients } from "../../automation/aws/stack-clients";

/** The process "died" here. */
export class Crash extends Error {}

export interface CrashPlan {
  /** The request at which the process dies, from 1. */
  readonly atRequest: number;
  /** `before`: AWS never gets it. `after`: AWS has done it, and the reply is lost. */
  readonly when: "before" | "after";
  /** Requests of these operations count, as in `PutObjectCommand`. Absent: all; how often a job is asked for depends on the time. */
  readonly counted?: readonly string[];
}

/** Counts the requests of all clients. */
export interface RequestCounter {
  /** Of those that count. */
  count: number;
  /** Operations in order, as in `PutObjectCommand`. */
  readonly operations: string[];
}

/**
 * Makes the clients of a stack stop for good at a request: from then on nothing reaches AWS, as after the death of the
 * process, whatever the code does about the error.
 */
export function crashAt(clients: StackClients, plan: CrashPlan): RequestCounter {
  const { s3, s3control } = clients.source;
  const ofVaults = [...clients.vaults.values()].flatMap((vault) => [vault.s3, vault.s3control]);
  return crashClientsAt([s3, s3control, ...ofVaults], plan);
}

/** The same of any clients of the AWS SDK. */
export function crashClientsAt(
  clients: readonly { readonly middlewareStack: unknown }[],
  plan: CrashPlan,
): RequestCounter {
  const counter: RequestCounter = { count: 0, operations: [] };
  let isDead = false;
  const stacks = clients.map(
    // Each client's own types of input and output do not matter here.
    (client) => client.middlewareStack as unknown as MiddlewareStack<object, object>,
  );
  for (const stack of stacks) {
    stack.add(
      (next, context) => async (args) => {
        const operation = context.commandName ?? "?";
        if (isDead) throw new Crash();
        counter.operations.push(operation);
        if (plan.counted?.includes(operation) === false) return next(args);
        counter.count++;
        if (counter.count < plan.atRequest) return next(args);
        isDead = true;
        if (plan.when === "after") await next(args);
        throw new Crash();
      },
      // Outside of the SDK's own retries.
      { step: "initialize", priority: "high", name: "crash" },
    );
  }
  return counter;
}
