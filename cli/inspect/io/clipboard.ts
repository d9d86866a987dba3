// Where copied text goes: to the clipboard program of the system, or, only when asked, to the terminal itself.

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type Copy = (text: string) => string;

interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly isMeant: (env: NodeJS.ProcessEnv) => boolean;
}

const PROGRAMS: readonly Program[] = [
  { name: 'pbcopy', args: [], isMeant: () => process.platform === 'darwin' },
  { name: 'clip.exe', args: [], isMeant: () => process.platform === 'win32' },
  { name: 'wl-copy', args: [], isMeant: (env) => Boolean(env['WAYLAND_DISPLAY']) },
  { name: 'xclip', args: ['-selection', 'clipboard'], isMeant: (env) => Boolean(env['DISPLAY']) },
  { name: 'xsel', args: ['--clipboard', '--input'], isMeant: (env) => Boolean(env['DISPLAY']) },
];

/** `auto` looks for a program; null means that the terminal is asked (OSC 52). */
export function clipboardOf(choice: 'auto' | 'osc52'): Copy | null {
  if (choice === 'osc52') return null;
  const program = PROGRAMS.find(({ name, isMeant }) => isMeant(process.env) && isInPath(name));
  if (!program) return () => 'no clipboard program is here: --clipboard osc52 asks the terminal';
  return (text) => {
    const child = spawn(program.name, program.args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    child.on('error', () => {});
    child.stdin.on('error', () => {});
    child.stdin.end(text);
    child.unref();
    return `${text.length} characters copied (${program.name})`;
  };
}

function isInPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
