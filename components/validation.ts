/**
 * Gathers what is wrong with a component's arguments, then throws once.
 *
 * Plain values are judged at once, in preview. A value that is known only later (an Output) is judged when it
 * resolves, and the resource that needs it waits for the judgement.
 */

import * as pulumi from "@pulumi/pulumi";

/** @returns what is wrong with a value, or undefined. */
export type Judge<Value> = (value: Value) => string | undefined;

export class ArgumentProblems {
  readonly #errors: { propertyPath: string; reason: string }[] = [];

  add(propertyPath: string, reason: string): void {
    this.#errors.push({ propertyPath, reason });
  }

  /** Adds the judge's words for a plain value; hands back an Output that fails with them otherwise. */
  judge<Value>(
    propertyPath: string,
    input: pulumi.Input<Value>,
    judge: Judge<Value>,
  ): pulumi.Output<Value> {
    if (!pulumi.Output.isInstance(input) && !(input instanceof Promise)) {
      // Input<T> is T, Promise<T> or Output<T>, and the last two were just ruled out.
      const reason = judge(input as Value);
      if (reason !== undefined) this.add(propertyPath, reason);
      return pulumi.output(input) as pulumi.Output<Value>;
    }
    const resolved = pulumi.output(input) as pulumi.Output<Value>;
    return resolved.apply((value) => {
      const reason = judge(value);
      if (reason !== undefined) throw new pulumi.InputPropertyError({ propertyPath, reason });
      return value;
    });
  }

  /** @throws pulumi.InputPropertiesError with everything gathered. */
  throwIfAny(component: string): void {
    if (this.#errors.length === 0) return;
    throw new pulumi.InputPropertiesError({
      message: `${component} was given arguments that cannot work:`,
      errors: this.#errors,
    });
  }
}
