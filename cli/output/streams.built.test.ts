// Pipes: readers that go away, logs that are still being written, logs that are larger than memory ought to be.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT, LOGS, PROGRAM, SEED, shell } from '../built.fixture.ts';

/** Says its exit code where nobody took it. */
const TOLD = 'told() { wirelog "$@"; echo "exit $?" >&2; }; ';

describe('the reader of our output', () => {
  it.each([
    ['annotate', 'yes rx 8900 | told annotate | head -1'],
    ['annotate to NDJSON', 'yes rx 8900 | told annotate -f ndjson | head -1'],
    ['convert', 'yes rx 8900 | told convert - | head -1'],
    ['rules', 'told rules -f json | head -1'],
    ['decode', 'told decode 8900 | head -0'],
    ['the default', 'told "$LOGS" "$LOGS" "$LOGS" | head -1'],
    ['help', 'told --help | head -1'],
  ])('may go away: %s', (_, line) => {
    expect(shell(TOLD + line, { env: { LOGS } }).err).toBe('exit 0\n');
  });

  it('may go away while the log pauses', () => {
    const line = '(echo rx 8900; echo rx 8900; sleep 0.5; echo rx 8900; sleep 0.5; echo rx 8900) | told | head -1';
    expect(shell(TOLD + line)).toMatchObject({ out: '-\n', err: 'exit 0\n' });
  });

  it('may be slow: nothing is lost', () => {
    const { out } = shell('wirelog rules -f json | (sleep 0.5; cat)');
    expect(JSON.parse(out).length).toBeGreaterThan(100);
  });

  it('may be a disk that is full', () => {
    for (const line of [
      'wirelog annotate "$LOG" > /dev/full',
      'wirelog rules > /dev/full',
      'wirelog convert "$LOG" > /dev/full',
    ]) {
      expect(shell(line, { env: { LOG: SEED } })).toEqual({
        code: 2,
        out: '',
        err: 'wirelog: standard output: no space left on device\n',
      });
    }
  });

  it('may have closed what errors go to', () => {
    expect(shell('wirelog nowhere 2>&-').code).toBe(2);
    expect(shell('wirelog nowhere "$LOG" 2> >(head -0) > /dev/null', { env: { LOG: SEED } }).code).toBe(2);
  });
});

function started(...args: string[]): ChildProcess {
  return startedWith([], args);
}

function startedWith(flags: readonly string[], args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...flags, PROGRAM, ...args], {
    env: ENVIRONMENT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

describe('a log that is still being written', () => {
  it('is shown when it pauses', async () => {
    const child = started('annotate');
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    const shows = async (text: string) => {
      const until = Date.now() + 20_000;
      while (!out.includes(text) && Date.now() < until) await new Promise((wake) => setTimeout(wake, 20));
      expect(out).toContain(text);
    };
    child.stdin?.write('000 RX OCTETS: 8900\n001 TX OCTETS: 8a00\n');
    await shows('000 RX ping');
    child.stdin?.write('002 RX OCTETS: 8801ff\n003 TX OCTETS: 8800\n');
    await shows('001 TX pong');
    await shows('002 RX close');
    child.stdin?.end('004 TCP DROPPED BY ME\n');
    await once(child, 'exit');
    expect(out.match(/^\d{3}/gm)).toEqual(['000', '001', '002', '003', '004']);
    expect(child.exitCode).toBe(1);
  });

  it('is not taken apart by where it pauses', async () => {
    const text = readFileSync(SEED, 'latin1');
    const child = started('annotate');
    const out = child.stdout?.setEncoding('utf8').toArray();
    for (let at = 0; at < text.length; at += 800) {
      child.stdin?.write(text.slice(at, at + 800), 'latin1');
      await new Promise((wake) => setTimeout(wake, 300));
    }
    child.stdin?.end();
    const whole = shell('cat "$LOG" | wirelog', { env: { LOG: SEED } }).out;
    expect((await out)?.join('')).toBe(whole);
  });
});

const MIB = 1 << 20;

interface Load {
  readonly first: string;
  /** About a kilobyte of log; `at` is how many came before. */
  readonly block: (at: number) => string;
  readonly last: string;
}

interface Measured {
  /** The most memory it ever had. Units: MiB. */
  readonly peak: number;
  readonly code: number | null;
  readonly lines: number;
}

// Node 24 lets its young generation grow with the machine's memory; held small, the peak shows what the
// program keeps, and not when the collector runs. Unit: MiB.
const YOUNG_GENERATION = '--max-semi-space-size=8';

/** Feeds `size` octets of log through a pipe and reads the output as fast as it comes. */
async function fed(args: readonly string[], size: number, { first, block, last }: Load): Promise<Measured> {
  const child = startedWith([YOUNG_GENERATION], args);
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const octet of chunk) if (octet === 10) lines++;
  });
  let peak = 0;
  const measure = () => {
    try {
      const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      peak = Math.max(peak, Number(kib ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(measure, 20);
  const ended = once(child, 'close');
  child.stdin?.on('error', () => {});
  child.stdin?.write(first);
  for (let written = 0, at = 0; written < size; ) {
    let text = '';
    while (text.length < 64 << 10) text += block(at++);
    written += text.length;
    if (!child.stdin?.write(text, 'latin1')) await Promise.race([once(child.stdin as never, 'drain'), ended]);
  }
  measure();
  child.stdin?.end(last);
  await ended;
  clearInterval(timer);
  return { peak, code: child.exitCode, lines };
}

/** Two logs that are compared are far longer than what the first collection waits for; the lower peak tells what is kept. */
async function lowerOfTwo(args: readonly string[], size: number, load: Load): Promise<Measured> {
  const [one, other] = [await fed(args, size, load), await fed(args, size, load)];
  return one.peak < other.peak ? one : other;
}

const RX = `81fd00000000${'61'.repeat(125)}`;
const TX = `817d${'61'.repeat(125)}`;
const ROWS: Load = {
  first: '# wirelog 1\n# writer: server\n# extensions: none\n',
  block: (at) => {
    const row = at * 4;
    return [
      `${pad(row)} RX OCTETS: ${RX}`,
      frame(row + 1, 'RX'),
      frame(row + 2, 'TX'),
      `${pad(row + 3)} TX OCTETS: ${TX}`,
      '',
    ].join('\n');
  },
  last: '',
};

function pad(row: number): string {
  return String(row).padStart(3, '0');
}

function frame(row: number, direction: 'RX' | 'TX'): string {
  const own =
    direction === 'RX' ? 'MASKED=True, MASK=00000000' : 'MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False';
  return `${pad(row)} ${direction} FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=125, ${own}\n               ${'a'.repeat(125)}`;
}

describe.skipIf(process.platform !== 'linux')('memory', { timeout: 300_000 }, () => {
  it('does not grow with a log of rows', async () => {
    const small = await lowerOfTwo(['annotate'], 50 * MIB, ROWS);
    const large = await lowerOfTwo(['annotate'], 130 * MIB, ROWS);
    expect(large.lines).toBeGreaterThan(350_000);
    expect(large.peak).toBeLessThan(250);
    expect(large.peak - small.peak).toBeLessThan(40);
  });

  it('does not grow with NDJSON, nor with a slow reader', async () => {
    const large = await fed(['annotate', '-f', 'ndjson'], 50 * MIB, ROWS);
    expect(large.peak).toBeLessThan(250);
  });

  it('does not grow with a log in which everything is broken, and no row of the log tells of frames', async () => {
    const broken: Load = { ...ROWS, block: (at) => `${pad(at)} RX OCTETS: f9020000\n` };
    const large = await fed(['annotate', '--quiet'], 10 * MIB, broken);
    expect(large.peak).toBeLessThan(500);
  });

  it('does not grow with a JSON report', async () => {
    const payload = 'a'.repeat(125);
    const report: Load = {
      first: '{"agent": "a", "behavior": "OK", "id": "1.1", "isServer": true, "wirelog": [["WLM", true]',
      block: () =>
        `, ["RO", [131, "${RX}"]], ["RF", [125, "${payload}"], 1, true, 0, true, "00000000"]` +
        `, ["TF", [125, "${payload}"], 1, true, 0, null, null, null, false], ["TO", [127, "${TX}"], false]`,
      last: ']}',
    };
    const small = await lowerOfTwo(['annotate'], 50 * MIB, report);
    const large = await lowerOfTwo(['annotate'], 100 * MIB, report);
    expect(large.lines).toBeGreaterThan(300_000);
    expect(large.peak).toBeLessThan(300);
    // Kept, the 50 MiB more of log would be several times as much.
    expect(large.peak - small.peak).toBeLessThan(50);
  });

  it('stays a few times the size of a paste of hex, which is one run of octets', async () => {
    const hex: Load = { first: '', block: () => `${TX}\n`, last: '' };
    const large = await fed(['annotate', '--quiet'], 30 * MIB, hex);
    expect(large.code).toBe(0);
    expect(large.peak).toBeLessThan(1500);
  });
});
