// Runs the built program as a user would.

import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

export const PROGRAM = resolve('dist/wirelog.js');
export const LOGS = resolve('logs');
export const SEED = join(LOGS, '7.9.13-close-code-2999.txt');
/** Two frames that break one rule, as hex. */
export const HEX = join(LOGS, 'frames.hex');

/** What the environment of a test run must not decide. */
export const ENVIRONMENT: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:CI|COLUMNS|GITHUB_.*|CONTINUOUS_INTEGRATION|NO_COLOR|FORCE_COLOR|TERM|NODE_.*|VITEST.*|WIRELOG_.*)$/.test(
        name,
      ),
  ),
);

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export function wirelog(args: readonly string[], options: RunOptions = {}): Ended {
  return spawned(process.execPath, [PROGRAM, ...args], options);
}

/** A line of shell in which `wirelog` is the program; `$?` of the last command is the exit code. */
export function shell(line: string, options: RunOptions = {}): Ended {
  const preamble = `wirelog() { "${process.execPath}" "${PROGRAM}" "$@"; }; `;
  return spawned('bash', ['-c', preamble + line], options);
}

function spawned(command: string, args: readonly string[], { input = '', env, cwd }: RunOptions): Ended {
  const options: SpawnSyncOptionsWithStringEncoding = {
    input,
    env: { ...ENVIRONMENT, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 50_000,
    ...(cwd === undefined ? {} : { cwd }),
  };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error) throw error;
  return { code: status, out: stdout, err: stderr };
}

/** A directory of its own, removed after the tests. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'wirelog-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes the file and returns its path. */
export function put(directory: string, name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** A case report as the suite writes it, with what a test wants in it. */
export function caseReport(id: string, more: Readonly<Record<string, unknown>> = {}): string {
  const report = {
    agent: 'agent',
    behavior: 'OK',
    behaviorClose: 'OK',
    id,
    isServer: true,
    droppedByMe: true,
    wirelog: [
      ['TO', [2, '8900'], false],
      ['RO', [6, '8a8000000000']],
    ],
    ...more,
  };
  return JSON.stringify(report, null, 3);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const SGR = /\x1b\[\d+(?:;\d+)*m/g;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;

/** What no text from a log may bring to a terminal: all controls but LF, and what hides or turns text. */
export function unsafeIn(output: string): string[] {
  return [...output.replace(SGR, '')].filter((character) => character !== '\n' && UNSAFE.test(character));
}
