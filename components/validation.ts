/**
 * Gathers what is wrong with a component's arguments, then throws once.
 *
 * Plain values are judged at once, in preview. A value that is known only later (an Output) is judged when it
 * resolves, and the resource that needs it waits for the judgement.
 */

import * as pulumi from "@pulumi/pulumi";

/** @returns what is wrong with a value, or undefined. */
export type Judge<Value> = (value: Value) => string | undefined;

/**
 * Arguments that cannot work, each named by its path. Its message says every reason too: the engine shows the members of an
 * `InputPropertiesError` only when a plugin answers with one, and of one that a program throws the message alone.
 */
export class ArgumentsError extends pulumi.InputPropertiesError {
  /** Marks a `RunError`, which Pulumi shows without a stack. A class cannot extend both. */
  protected readonly __pulumiRunError = true;

  /** @param headline what the reasons are about, ending in a colon */
  constructor(
    readonly headline: string,
    problems: readonly { readonly path: string; readonly reason: string }[],
  ) {
    super({
      message: [
        headline,
        ...problems.map(({ path, reason }) => `  ${path}: ${inOneLine(reason)}`),
      ].join("\n"),
      errors: problems.map(({ path, reason }) => ({ propertyPath: path, reason })),
    });
  }
}

/** Each mistake has a line of its own; the words of a provider in it may have several. */
function inOneLine(reason: string): string {
  return reason.replaceAll(/\s*\n\s*/g, "; ");
}

export class ArgumentProblems {
  readonly #problems: { path: string; reason: string }[] = [];

  /** @param component class of what was given the arguments */
  constructor(
    private readonly component: string,
    private readonly name: string,
  ) {}

  add(path: string, reason: string): void {
    this.#problems.push({ path, reason });
  }

  /** Adds the judge's words for a plain value; hands back an Output that fails with them otherwise. */
  judge<Value>(
    path: string,
    input: pulumi.Input<Value>,
    judge: Judge<Value>,
  ): pulumi.Output<Value> {
    if (!pulumi.Output.isInstance(input) && !(input instanceof Promise)) {
      // Input<T> is T, Promise<T> or Output<T>, and the last two were just ruled out.
      const reason = judge(input as Value);
      if (reason !== undefined) this.add(path, reason);
      return pulumi.output(input) as pulumi.Output<Value>;
    }
    const resolved = pulumi.output(input) as pulumi.Output<Value>;
    return resolved.apply((value) => {
      const reason = judge(value);
      if (reason === undefined) return value;
      endRun(`${this.component}.${this.name}.${path}`);
      throw new ArgumentsError(this.#headline, [{ path, reason }]);
    });
  }

  /** @throws ArgumentsError with everything gathered. */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw new ArgumentsError(this.#headline, this.#problems);
  }

  get #headline(): string {
    return `${this.component} ${this.name} was given arguments that cannot work:`;
  }
}

/**
 * Makes the engine end the run. A failed Output is not enough: a resource that needs it is never registered, its own outputs
 * never settle, and an inline program waits for ever for what depends on them.
 * @see https://github.com/pulumi/pulumi/issues/14980
 */
function endRun(name: string): void {
  if (pulumi.runtime.hasMonitor()) new RefusedByEngine(name);
}

/** A resource that the engine itself refuses, with no plugin asked: its package `pulumi` has no such type. */
class RefusedByEngine extends pulumi.CustomResource {
  constructor(name: string) {
    super("pulumi:pulumi:ArgumentsThatCannotWork", name);
  }
}
