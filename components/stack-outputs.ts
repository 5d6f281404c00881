import * as pulumi from "@pulumi/pulumi";

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
  const result = await readStack("pulumi:pulumi:readStackOutputs", name);
  return result?.outputs;
}

/**
 * The outputs of each resource of a stack of the same backend, by URN; undefined when there is no such stack, or it was
 * never deployed. @param name the whole name, `organization/project/stack`
 */
export async function readStackResourceOutputs(
  name: string,
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined> {
  const result = await readStack("pulumi:pulumi:readStackResourceOutputs", name);
  return result?.outputs as Record<string, Record<string, unknown>> | undefined;
}

async function readStack(
  token: string,
  name: string,
): Promise<{ outputs?: Record<string, unknown> } | undefined> {
  try {
    return (await pulumi.runtime.invoke(token, { name })) as { outputs?: Record<string, unknown> };
  } catch (error) {
    // The engine's words (3.256) for a stack that its backend does not have.
    if (error instanceof Error && /unknown stack|no stack named/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}
