// A part of a file's changes, drawn by a seed: for `scripts/mutation.mjs --sample`. As a plug-in of Stryker it says of the
// others that they are no programs, so that they are neither tried nor counted.
import { createHash } from "node:crypto";

const DRAWN = { status: "passed" };
const NOT_DRAWN = { status: "compileError", reason: "not drawn" };

/** True for about the share of all changes; the same ones for a seed as long as the code is the same. */
export function isDrawn({ location, mutatorName, replacement }, { seed, share }) {
  const text = JSON.stringify([seed, location, mutatorName, replacement]);
  const drawn = createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
  return drawn < share;
}

class SampleChecker {
  static inject = ["options"];

  constructor({ sample }) {
    this.sample = sample;
  }

  async init() {}

  async check(mutants) {
    return Object.fromEntries(
      mutants.map((mutant) => [mutant.id, isDrawn(mutant, this.sample) ? DRAWN : NOT_DRAWN]),
    );
  }

  group(mutants) {
    return [mutants.map(({ id }) => id)];
  }
}

/** Stryker warns of options that no plug-in knows. */
export const strykerValidationSchema = { properties: { sample: { type: "object" } } };

export const strykerPlugins = [{ kind: "Checker", name: "sample", injectableClass: SampleChecker }];
