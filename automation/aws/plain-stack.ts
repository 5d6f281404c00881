import type { MiddlewareStack } from "@smithy/types";

/**
 * Watches whether somebody puts middleware into a client's stack, or takes some out, from now on. What skips a part of the
 * stack must not do so then.
 * @returns asks whether the stack is as it was
 */
export function watchStack(client: { readonly middlewareStack: unknown }): () => boolean {
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  let isUnchanged = true;
  const noting = <Given extends unknown[], Result>(change: (...given: Given) => Result) => {
    return (...given: Given): Result => {
      isUnchanged = false;
      return change(...given);
    };
  };
  const { add, addRelativeTo, remove, removeByTag } = stack;
  // A plug-in that is put to use adds by these as well.
  Object.assign(stack, {
    add: noting(add),
    addRelativeTo: noting(addRelativeTo),
    remove: noting(remove),
    removeByTag: noting(removeByTag),
  });
  return () => isUnchanged;
}
