/** In Pulumi's `runtime/debuggable`, marked internal there: not in its types. */
interface Internal {
  readonly debuggablePromise?: (promise: Promise<unknown>, context: unknown) => unknown;
}

/**
 * Keeps Pulumi from looking for promises that never ended when the process exits, from writing of them to the console and from
 * setting the exit code: after a program that was stopped on request there are such promises, and the process is not ours. After a
 * program that succeeded the Automation API looks by itself. A Pulumi without this is left as it is, and so is a listener that somebody
 * else's use of it has put there before.
 */
export function leaveExitAlone(): void {
  // Only who runs a program pays for loading Pulumi.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable") as Internal;
  if (debuggablePromise === undefined) return;
  const before = new Set(process.listeners("exit"));
  // The first promise puts the listener there, and no other one does.
  debuggablePromise(Promise.resolve(), "lockstep");
  for (const listener of process.listeners("exit")) {
    if (!before.has(listener)) process.off("exit", listener);
  }
}
