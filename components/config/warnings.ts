import type { ConfigProblem } from "./config-error";
import type { LockstepConfig } from "./types";

/** What works and is most often not what was meant. Pure. */
export function configWarnings({ rules }: LockstepConfig): ConfigProblem[] {
  return rules.flatMap(({ filter }, index) => {
    const { prefix } = filter;
    if (prefix?.startsWith("/") !== true) return [];
    return [
      {
        path: `rules[${index}].filter.prefix`,
        message: `"${prefix}" starts with a slash, and so only do keys that were written with one: S3 puts none before a key. Without it the prefix is "${prefix.replace(/^\/+/, "")}".`,
      },
    ];
  });
}
