import type { ConfigProblem } from "./config-error";
import type { AcceptableCode, LockstepConfig } from "./types";

/** What works and is most often not what was meant. Pure. */
export function configWarnings({ rules, verdict }: LockstepConfig): ConfigProblem[] {
  return [...slashWarnings(rules), ...acceptWarnings(verdict?.accept ?? [])];
}

function acceptWarnings(accept: readonly AcceptableCode[]): ConfigProblem[] {
  const index = accept.indexOf("deleted-at-vault");
  if (index < 0) return [];
  const message =
    "deleted-at-vault accepts nothing: only reports of jobs say so, and whoever administers the source could write them. Delete such a version at the source, or copy it in place.";
  return [{ path: `verdict.accept[${index}]`, message }];
}

function slashWarnings(rules: LockstepConfig["rules"]): ConfigProblem[] {
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
