import { setTimeout as delay } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** A backend of files rewrites a stack's file while it is deployed; who reads just then finds it empty. */
const ATTEMPTS = 10;
const INTERVAL_MS = 100;

/**
 * The outputs of a stack of the same backend; undefined when there is no such stack, or it was never deployed.
 *
 * Asked of the engine directly: a `StackReference` fails the program when the stack is not there yet, and either of two
 * teams may deploy first.
 * @param name the whole name, `organization/project/stack`
 */
export async function readStackOutputs(
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
        name,
      })) as { outputs?: Record<string, unknown> };
      return result.outputs;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      // The engine's words (3.256) for a stack that its backend does not have, and for a file that is being rewritten.
      if (/unknown stack|no stack named/.test(text)) return undefined;
      if (attempt === ATTEMPTS || !/failed to load checkpoint/.test(text)) throw error;
      await delay(INTERVAL_MS);
    }
  }
}
