/** For fish. Pure. */

import type { Completed, CompletedOption } from "./completed";

/** @see https://fishshell.com/docs/current/completions.html */
export function fishCompletion({ before, commands, firstWords, groups }: Completed): string {
  const lines = [
    ...firstWords.map(
      ([word, summary]) => `${BASE} -n __fish_use_subcommand -a ${word} -d ${quoted(summary)}`,
    ),
    ...before.map((option) => optionText(option, "__fish_use_subcommand")),
    ...[...groups].flatMap(([word, members]) =>
      members.map(({ name, summary }) => {
        const inner = name.split(" ")[1] ?? "";
        const when = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${inner}`;
        return `${BASE} -n ${quoted(when)} -a ${inner} -d ${quoted(summary)}`;
      }),
    ),
    ...commands.flatMap(({ choices, name, options, takesFile }) => {
      const when = name
        .split(" ")
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join("; and ");
      return [
        ...options.map((option) => optionText(option, when)),
        ...(takesFile ? [`complete -c lockstep -n ${quoted(when)} -F`] : []),
        ...(choices.length > 0
          ? [`${BASE} -n ${quoted(when)} -a ${quoted(choices.join(" "))}`]
          : []),
      ];
    }),
  ];
  return `# fish completion for lockstep: lockstep completion fish > ~/.config/fish/completions/lockstep.fish

function __lockstep_stacks
  set -l folder .
  set -l words (commandline -opc)
  for i in (seq (count $words))
    if contains -- $words[$i] -C --cwd
      set folder $words[(math $i + 1)]
    end
  end
  for file in $folder/Pulumi.*.yaml
    string replace -r '.*/Pulumi\\.(.*)\\.yaml$' '$1' -- $file
  end
end

${lines.join("\n")}
`;
}

/** Where nothing says so, no names of files are offered. */
const BASE = "complete -c lockstep -f";

const WAYS = {
  stack: " -x -a '(__lockstep_stacks)'",
  file: " -r -F",
  folder: " -x -a '(__fish_complete_directories)'",
  text: " -x",
  nothing: "",
} as const;

function optionText({ description, names, takes }: CompletedOption, when: string): string {
  const flags = names.map((name) =>
    name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  // Fish takes `-f` and `-F` for a contradiction.
  const base = takes === "file" ? "complete -c lockstep" : BASE;
  return `${base} -n ${quoted(when)}${flags.join("")}${WAYS[takes]} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
