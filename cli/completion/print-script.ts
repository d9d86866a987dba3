// `completion`: a script for each shell. All it does is ask `wirelog --complete -- WORDS` for what may come next; where
// nothing may, the shell completes files.

import { basename } from 'node:path';
import { UserError } from '../../src/model/errors.ts';
import { openOutput } from '../input/io.ts';
import { SHELLS } from './shells.ts';

type Shell = (typeof SHELLS)[number];

export interface CompletionOptions {
  readonly shell: Shell | undefined;
}

/** Returns the exit code. */
export async function printScript({ shell }: CompletionOptions): Promise<number> {
  const own = basename(process.env['SHELL'] ?? '');
  const chosen = shell ?? SHELLS.find((name) => name === own);
  if (!chosen) throw new UserError(`SHELL does not name the shell: wirelog completion ${SHELLS.join('|')}`);
  await openOutput(process.stdout).write(SCRIPTS[chosen]);
  return 0;
}

/** Readline takes `:` and `=` for ends of words, so that it must not be told again what stands before them. */
const BASH = `# bash completion of wirelog: source <(wirelog completion bash)
_wirelog() {
  local line="\${COMP_LINE:0:COMP_POINT}" candidate
  local -a words=()
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local current="\${words[-1]}" before=""
  [[ $current == *[:=]* && \${COMP_WORDBREAKS} == *:* ]] && before="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    [[ -n $candidate ]] && COMPREPLY+=("\${candidate#"$before"}")
  done < <("$1" --complete -- "\${words[@]:1}" 2> /dev/null)
  return 0
}
complete -o default -F _wirelog wirelog
`;

const ZSH = `#compdef wirelog
# zsh completion of wirelog: wirelog completion zsh > "$fpath[1]/_wirelog"
_wirelog() {
  local -a names
  local line name
  for line in "\${(@f)$("\${words[1]}" --complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
    [[ -n $line ]] || continue
    name="\${\${line%%$'\\t'*}//:/\\\\:}"
    [[ $line == *$'\\t'* ]] && name="$name:\${line#*$'\\t'}"
    names+=("$name")
  done
  # A comma goes on with a list, a colon names the file of a form.
  if (( \${#names} )); then
    _describe wirelog names -S ' ' -r ',:'
  else
    _files
  fi
}
if [[ $funcstack[1] == _wirelog ]]; then
  _wirelog "$@"
else
  compdef _wirelog wirelog
fi
`;

const FISH = `# fish completion of wirelog: wirelog completion fish > ~/.config/fish/completions/wirelog.fish
function __wirelog_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l candidates ($words[1] --complete -- $words[2..-1] 2> /dev/null)
    if test (count $candidates) -gt 0
        printf '%s\\n' $candidates
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c wirelog -f -a '(__wirelog_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
