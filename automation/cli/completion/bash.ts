/** For bash 3.2 and later, as macOS has it, without the package bash-completion. Pure. */

import type { Completed, Taken } from "./completed";

/** How each is completed. */
const WAYS: Readonly<Record<Exclude<Taken, "nothing">, string>> = {
  stack: 'COMPREPLY=($(compgen -W "$(_lockstep_stacks "$folder")" -- "$cur"))',
  file: 'COMPREPLY=($(compgen -f -- "$cur"))',
  folder: 'COMPREPLY=($(compgen -d -- "$cur"))',
  text: "COMPREPLY=()",
};

/** @see https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html */
export function bashCompletion(completed: Completed): string {
  const { before, firstWords } = completed;
  return `# bash completion for lockstep: source <(lockstep completion bash)

_lockstep_stacks() {
  local file
  for file in "$1"/Pulumi.*.yaml; do
    [ -e "$file" ] || continue
    file="\${file##*/Pulumi.}"
    printf '%s\\n' "\${file%.yaml}"
  done
}

_lockstep() {
  local IFS=$' \\t\\n' cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="" folder="." words="" word i
  # Bash takes \`--stack=dev\` for three words.
  if [ "$prev" = "=" ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  if [ "$cur" = "=" ]; then cur=""; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ "\${COMP_WORDS[i+1]}" = "=" ]; then ((i++)); fi
    case "$word" in
      -C | --cwd) ((i++)); folder="\${COMP_WORDS[i]}" ;;
      ${patternOf(completed, ["stack", "file", "folder", "text"])}) ((i++)) ;;
      -* | =) ;;
      *) command="\${command:+$command }$word" ;;
    esac
  done
  case "$prev" in
${valuesText(completed)}
  esac
  case "$command" in
    "") words="${[...firstWords.map(([word]) => word), ...namesOf(before)].join(" ")}" ;;
${commandsText(completed)}
  esac
  COMPREPLY+=($(compgen -W "$words" -- "$cur"))
}

complete -F _lockstep lockstep
`;
}

function valuesText(completed: Completed): string {
  return (["stack", "file", "folder", "text"] as const)
    .map((takes) => `    ${patternOf(completed, [takes])}) ${WAYS[takes]}; return ;;`)
    .join("\n");
}

/** The names of all options that take this. */
function patternOf({ before, commands }: Completed, takes: readonly Taken[]): string {
  const options = [...before, ...commands.flatMap((command) => command.options)];
  const names = options
    .filter((option) => takes.includes(option.takes))
    .flatMap((one) => one.names);
  return [...new Set(names)].join(" | ");
}

function commandsText({ commands, firstWords, groups }: Completed): string {
  const inner = [...groups].map(
    ([word, members]) =>
      `    ${word}) words="${members.map(({ name }) => name.split(" ")[1]).join(" ")}" ;;`,
  );
  const help = `    help) words="${firstWords.map(([word]) => word).join(" ")}" ;;`;
  const own = commands.map(({ choices, name, options, takesFile }) => {
    const words = [...choices, ...namesOf(options)].join(" ");
    const files = takesFile ? ' COMPREPLY=($(compgen -f -- "$cur"));' : "";
    // What stands after the arguments of a command is of the command still.
    return `    "${name}" | "${name} "*)${files} words="${words}" ;;`;
  });
  return [...inner, help, ...own].join("\n");
}

function namesOf(options: readonly { readonly names: readonly string[] }[]): readonly string[] {
  return options.flatMap(({ names }) => names);
}
