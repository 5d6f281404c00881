/** For zsh, with its own completion system. Pure. */

import type { Completed, CompletedCommand, CompletedOption, Taken } from "./completed";

const WAYS: Readonly<Record<Exclude<Taken, "nothing">, string>> = {
  stack: ":stack:_lockstep_stacks",
  file: ":file:_files",
  folder: ":folder:_files -/",
  text: ":value: ",
};

/** @see https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
export function zshCompletion({ before, commands, firstWords, groups }: Completed): string {
  return `#compdef lockstep
# zsh completion for lockstep: as the file _lockstep in a folder of $fpath, or source <(lockstep completion zsh)

_lockstep_stacks() {
  local folder=. i
  local -a names
  for ((i = 1; i < $#lockstep_words; i++)); do
    [[ $lockstep_words[i] == (-C|--cwd) ]] && folder=\${(Q)lockstep_words[i+1]}
  done
  names=($folder/Pulumi.*.yaml(N:t))
  names=(\${\${names#Pulumi.}%.yaml})
  compadd -a names
}

_lockstep() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a lockstep_words=("\${words[@]}") names
  _arguments -C \\
${specsOf(before, "    ")} \\
    '1: :->command' \\
    '*:: :->rest' && return
  case $state in
    command)
      names=(${firstWords.map(([word, summary]) => quoted(`${word}:${summary}`)).join(" ")})
      _describe -t commands command names
      ;;
    rest)
      case $line[1] in
        help)
          names=(${firstWords.map(([word]) => word).join(" ")})
          compadd -a names
          ;;
${[...groups].map(([word, members]) => groupText(word, members)).join("\n")}
${commands
  .filter(({ name }) => !name.includes(" "))
  .map((command) => commandText(command, command.name, "        "))
  .join("\n")}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _lockstep ]]; then
  _lockstep "$@"
else
  compdef _lockstep lockstep
fi
`;
}

function groupText(word: string, commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, summary }) => quoted(`${name.split(" ")[1]}:${summary}`));
  return `        ${word})
          _arguments -C '1: :->command' '*:: :->rest' && return
          case $state in
            command)
              names=(${names.join(" ")})
              _describe -t commands command names
              ;;
            rest)
              case $line[1] in
${commands.map((command) => commandText(command, command.name.split(" ")[1] ?? "", "                ")).join("\n")}
              esac
              ;;
          esac
          ;;`;
}

function commandText(command: CompletedCommand, word: string, indent: string): string {
  const { choices, options, takesFile } = command;
  const argument = takesFile
    ? ["'1:file:_files'"]
    : choices.length > 0
      ? [`'1:value:(${choices.join(" ")})'`]
      : [];
  const specs = [
    specsOf(options, `${indent}    `),
    ...argument.map((one) => `${indent}    ${one}`),
  ];
  return `${indent}${word})\n${indent}  _arguments \\\n${specs.join(" \\\n")}\n${indent}  ;;`;
}

function specsOf(options: readonly CompletedOption[], indent: string): string {
  return options.map((option) => `${indent}${specOf(option)}`).join(" \\\n");
}

/** As in `'(-s --stack)'{-s,--stack}'[the stack]:stack:_lockstep_stacks'`. */
function specOf({ description, isRepeated, names, takes }: CompletedOption): string {
  const said = description.replaceAll(/[\\[\]:]/g, "\\$&");
  const value = takes === "nothing" ? "" : WAYS[takes];
  const rest = quoted(`[${said}]${value}`);
  const [name = ""] = names;
  if (names.length === 1) return `${isRepeated ? "'*'" : ""}${name}${rest}`;
  return `'(${names.join(" ")})'{${names.join(",")}}${rest}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
