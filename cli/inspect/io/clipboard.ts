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

const OVER_SSH = ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'];

const PROGRAMS: readonly Program[] = [
  { name: 'pbcopy', args: [], isMeant: () => process.platform === 'darwin' },
  { name: 'clip.exe', args: [], isMeant: () => process.platform === 'win32' },
  { name: 'wl-copy', args: [], isMeant: (env) => Boolean(env['WAYLAND_DISPLAY']) },
  { name: 'xclip', args: ['-selection', 'clipboard'], isMeant: (env) => Boolean(env['DISPLAY']) },
  { name: 'xsel', args: ['--clipboard', '--input'], isMeant: (env) => Boolean(env['DISPLAY']) },
];

/**
 * `auto` looks for a program; null means that the terminal is asked (OSC 52). Over SSH a program would copy to the
 * machine at the other end, so the terminal is asked at once.
 */
export function clipboardOf(choice: 'auto' | 'osc52', env: NodeJS.ProcessEnv = process.env): Copy | null {
  if (choice === 'osc52' || OVER_SSH.some((name) => env[name])) return null;
  const program = PROGRAMS.find(({ name, isMeant }) => isMeant(env) && isInPath(name, env));
  if (!program) return null;
  return (text) => {
    const child = spawn(program.name, program.args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    child.on('error', () => {});
    child.stdin.on('error', () => {});
    child.stdin.end(text);
    child.unref();
    return `${text.length} characters copied (${program.name})`;
  };
}

function isInPath(name: string, env: NodeJS.ProcessEnv): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
