import type { MiddlewareStack } from "@smithy/types";

/** What happens at one kind of request, before it is sent: its input may be changed, or an error thrown. */
export type Tamper<Input> = (input: Input) => void | Promise<void>;

/** Makes a client of the AWS SDK do something else at the requests of an operation, as in `CreateJobCommand`. */
export function tamperWith<Input>(
  client: { readonly middlewareStack: unknown },
  command: string,
  tamper: Tamper<Input>,
): void {
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.add(
    (next, context) => async (args) => {
      if (context.commandName !== command) return next(args);
      // A copy: the caller's own input stays as it is.
      const input = structuredClone(args.input) as Input & object;
      await tamper(input);
      return next({ ...args, input });
    },
    { step: "initialize", priority: "high" },
  );
}

/** The answer of S3 for an object that is not there. */
export function notThere(): Error {
  const facts = { name: "NoSuchKey", $metadata: { httpStatusCode: 404, requestId: "R" } };
  return Object.assign(new Error("The specified key does not exist."), facts);
}
