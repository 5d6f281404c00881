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
  try {
    const result = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
      name,
    })) as { outputs?: Record<string, unknown> };
    return result.outputs;
  } catch (error) {
    // The engine's words (3.256) for a stack that its backend does not have.
    if (error instanceof Error && /unknown stack|no stack named/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}
