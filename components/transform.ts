/**
 * Transforms: what a user changes in one child before it is declared. They may add what they like, and weaken nothing:
 * each child's guarantees are checked again on what comes out.
 *
 * Pulumi's own `transforms` run after these, in the engine. What they change is judged on the resources' outputs, which a
 * preview shows already (see `guarantees.ts`).
 */

import { ArgumentsError } from "./validation";

/** Gets the arguments of a child and its name, answers the arguments to declare. */
export type Transform<Args> = (args: Args, name: string) => Args;

export interface GuaranteeProblem {
  path: string;
  reason: string;
}

/** A document that a transform has to leave as we made it: the very same value. */
export function keptAsIs(path: string, found: unknown, wanted: unknown): GuaranteeProblem[] {
  return found === wanted
    ? []
    : [{ path, reason: "expected it unchanged: it is what guards the vault" }];
}

/**
 * @param path where the transform is among the component's arguments
 * @param problemsOf what breaks a guarantee, in arguments that may hold outputs: these are judged when they resolve
 * @throws ArgumentsError naming everything that the transform must not change
 */
export function transformed<Args>(
  path: string,
  transform: Transform<Args> | undefined,
  args: Args,
  name: string,
  problemsOf: (args: Args) => readonly GuaranteeProblem[],
): Args {
  if (transform === undefined) return args;
  const changed = transform(args, name);
  const problems = problemsOf(changed);
  if (problems.length === 0) return changed;
  throw new ArgumentsError(
    `The transform of ${name} takes away what has to stay:`,
    problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` })),
  );
}
