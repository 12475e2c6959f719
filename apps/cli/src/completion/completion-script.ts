export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The word that asks for candidates; nobody types it. */
export const COMPLETE_WORD = '__complete';

/** A line among the candidates that says: names of files fit too. */
export const FILES_MARK = ':files';

/** What a shell reads to complete the words after `program`. */
export function completionScript(shell: Shell, program: string): string {
  const name = `_${program.replace(/[^A-Za-z0-9]/g, '_')}_complete`;
  if (shell === 'bash') return bash(name, program);
  return shell === 'zsh' ? zsh(name, program) : fish(name, program);
}

function bash(name: string, program: string): string {
  return `# bash completion of ${program}; put it into ~/.bashrc: eval "$(${program} completion bash)"
${name}() {
  local IFS=$'\\n' current=\${COMP_WORDS[COMP_CWORD]} found=() line
  COMPREPLY=()
  while read -r line; do
    if [ "$line" = '${FILES_MARK}' ]; then
      compopt -o filenames 2>/dev/null
      found+=($(compgen -f -- "$current"))
    else
      found+=("$line")
    fi
  done < <(${program} ${COMPLETE_WORD} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=("\${found[@]}")
}
complete -F ${name} ${program}
`;
}

function zsh(name: string, program: string): string {
  return `#compdef ${program}
# zsh completion of ${program}; put it into ~/.zshrc: eval "$(${program} completion zsh)"
${name}() {
  local -a found plain
  found=("\${(@f)$(${program} ${COMPLETE_WORD} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  plain=("\${(@)found:#${FILES_MARK}}")
  plain=("\${(@)plain:#}")
  (( \${#plain} )) && compadd -- "\${plain[@]}"
  (( \${found[(Ie)${FILES_MARK}]} )) && _files
}
if ! (( $+functions[compdef] )); then autoload -Uz compinit && compinit; fi
compdef ${name} ${program}
`;
}

function fish(name: string, program: string): string {
  return `# fish completion of ${program}; put it into ~/.config/fish/config.fish: ${program} completion fish | source
function ${name}
  set -l typed (commandline -opc) (commandline -ct)
  for line in (${program} ${COMPLETE_WORD} $typed[2..-1] 2>/dev/null)
    if test "$line" = '${FILES_MARK}'
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c ${program} -f -a '(${name})'
`;
}
