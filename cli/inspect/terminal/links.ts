// Hyperlinks in the terminal (OSC 8). A terminal that does not know them may print them, so only those get any that are
// known to take them; what stands between, such as tmux, gets none.

import { pathToFileURL } from 'node:url';

type Env = Readonly<Record<string, string | undefined>>;

/** From which version on, as the terminal names itself in TERM_PROGRAM; null where any will do. */
const PROGRAMS: Readonly<Record<string, readonly [major: number, minor: number] | null>> = {
  'iTerm.app': [3, 1],
  WezTerm: [20200620, 0],
  vscode: [1, 72],
  ghostty: null,
  rio: null,
};
const TERMS = /^(?:xterm-kitty|foot(?:-.*)?|alacritty|xterm-ghostty)$/;
/** Of VTE, which GNOME's terminal and others are made of; 0.50.0 fell over links. */
const VTE = 5001;

/** `FORCE_HYPERLINK` overrides, as in other programs. */
export function takesLinks(env: Env): boolean {
  const forced = env['FORCE_HYPERLINK'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  const term = env['TERM'] ?? '';
  if (env['CI'] || env['TMUX'] || env['STY'] || /^(?:dumb|screen|tmux)/.test(term)) return false;
  if (TERMS.test(term) || env['KITTY_WINDOW_ID'] || env['WT_SESSION']) return true;
  return (
    Number(env['VTE_VERSION'] ?? 0) >= VTE || isKnown(env['TERM_PROGRAM'] ?? '', env['TERM_PROGRAM_VERSION'] ?? '')
  );
}

function isKnown(program: string, version: string): boolean {
  if (!Object.hasOwn(PROGRAMS, program)) return false;
  const least = PROGRAMS[program];
  if (!least) return true;
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  return major > least[0] || (major === least[0] && minor >= least[1]);
}

/** What the terminal may be given as an address: printable ASCII, and no more of it than terminals take. */
const SAFE = /^[\x21-\x7e]{1,2000}$/;

/** The text as a link; as it is where the address could do anything else. */
export function hyperlink(text: string, url: string): string {
  return SAFE.test(url) && text !== '' ? `\x1b]8;;${url}\x1b\\${text}\x1b]8;;\x1b\\` : text;
}

/** Where the file is; null for what is no file. */
export function fileLink(path: string): string | null {
  return path === '' || path === '-' ? null : pathToFileURL(path).href;
}
