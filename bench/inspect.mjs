// `inspect` in a pseudo terminal, as a user has it: CPU and octets per key, jumps, bursts, heap, idleness; each against
// its budget; and a log of 200 MB with the heap that Node has on a machine of 8 GB. CPU and memory are read from /proc, so
// Linux only. `node bench/inspect.mjs [rows] [rows of the long log]`, after `npm run build`.

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pty from '@lydell/node-pty';
import headless from '@xterm/headless';

const ROWS = Number(process.argv[2] ?? 1_000_000);
/** 200 MB. */
const LONG_ROWS = Number(process.argv[3] ?? 1_460_000);
const PROGRAM = process.env.WIRELOG ?? 'dist/wirelog.js';
const TICKS_PER_SECOND = 100;
const LOADING_MS = 900_000;
const SIGHT_MS = 20_000;
/** Starts of which the median counts. */
const RUNS = 15;
const directory = mkdtempSync(join(tmpdir(), 'wirelog-bench-'));
const HEAP = join(directory, 'heap');
/** Writes the heap after a collection when it is asked. */
const PROBE = `process.on('SIGUSR2',()=>{gc();gc();require('node:fs').writeFileSync(${JSON.stringify(HEAP)},String(process.memoryUsage().heapUsed))})`;

const PROBED = ['--expose-gc', '-r', `${directory}/probe.cjs`];

const results = [];
function judge(what, value, unit, budget) {
  const isMet = value <= budget;
  results.push(isMet);
  const shown = `${value.toFixed(unit === 'kB' || unit === 'ms' ? 2 : 0)} ${unit}`;
  console.log(`${isMet ? 'ok  ' : 'OVER'}  ${what.padEnd(58)} ${shown.padStart(14)}   budget ${budget} ${unit}`);
}

/** An echo server's connection: masked texts and their echoes, every thousandth frame a Ping without a mask. */
function writeLog(file, rows) {
  const fd = openSync(file, 'w');
  let seed = 1;
  const random = (most) => {
    seed = (seed * 48271) % 2147483647;
    return seed % most;
  };
  let text = '# wirelog 1\n# writer: server\n# extensions: none\n';
  let last = '8100';
  for (let row = 0; row < rows; row++) {
    let octets = last;
    const isPing = row % 1000 === 998;
    if (isPing) octets = '8900';
    else if (row % 2 === 0) {
      const key = Buffer.from([random(256), random(256), random(256), random(256)]);
      const payload = Buffer.from(Array.from({ length: 20 + random(60) }, () => 0x41 + random(26)));
      last = Buffer.concat([Buffer.from([0x81, payload.length]), payload]).toString('hex');
      const masked = payload.map((octet, at) => octet ^ key[at & 3]);
      octets = Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), key, masked]).toString('hex');
    }
    const isReceived = row % 2 === 0;
    text += `${String(row).padStart(3, '0')} ${isReceived || isPing ? 'RX' : 'TX'} OCTETS: ${octets} @${(row * 0.00012).toFixed(6)}\n`;
    if (text.length > 1 << 20) text = flush(fd, text);
  }
  flush(fd, text);
  closeSync(fd);
}

function flush(fd, text) {
  writeSync(fd, text);
  return '';
}

/** The program in a terminal, whose screen can be asked. */
function open(args, columns, rows, nodeArgs = PROBED) {
  const { CI, CONTINUOUS_INTEGRATION, NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const began = performance.now();
  const child = pty.spawn(process.execPath, [...nodeArgs, PROGRAM, ...args], {
    cols: columns,
    rows,
    cwd: process.cwd(),
    env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    name: 'xterm-256color',
  });
  const screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const seen = { octets: 0, clears: 0, frames: 0, at: 0, rest: '' };
  child.onData((data) => {
    seen.octets += Buffer.byteLength(data);
    // A sequence may come in two pieces.
    const whole = seen.rest + data;
    seen.clears += whole.split('\x1b[2J').length - 1 + whole.split('\x1b[3J').length - 1;
    seen.frames += whole.split('\x1b[?2026l').length - 1;
    const begun = whole.slice(whole.lastIndexOf('\x1b'));
    seen.rest = /[a-zA-Z]/.test(begun) ? '' : begun;
    seen.at = performance.now();
    screen.write(data);
  });
  const text = async () => {
    await new Promise((done) => screen.write('', done));
    const lines = Array.from(
      { length: rows },
      (_, y) => screen.buffer.active.getLine(y)?.translateToString(true) ?? '',
    );
    return lines.join('\n');
  };
  /** Milliseconds from `since` until the screen says it. */
  const when = async (holds, since, longest = SIGHT_MS) => {
    for (;;) {
      const now = await text();
      if (holds(now)) return seen.at - since;
      if (performance.now() - since > longest) throw new Error(`the screen never came to that:\n${now}`);
      await sleep(1);
    }
  };
  return {
    child,
    seen,
    text,
    when,
    began,
    cpu: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1].split(' ');
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
    },
    switches: () =>
      Number(/voluntary_ctxt_switches:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1]),
    /** The most that it ever had. */
    rss: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1]) / 1024,
    type: (keys) => {
      const since = performance.now();
      child.write(keys);
      return since;
    },
    quit: async () => {
      const ended = new Promise((done) => child.onExit(done));
      child.write('Q');
      const { exitCode } = await ended;
      if (exitCode !== 0) throw new Error(`exit code ${exitCode}`);
    },
  };
}

/** Each key waits for its frame, as a person does. */
async function steps(app, keys) {
  const before = { cpu: app.cpu(), octets: app.seen.octets, clears: app.seen.clears };
  const waits = [];
  for (const key of keys) {
    const frames = app.seen.frames;
    const since = app.type(key);
    while (app.seen.frames === frames) {
      if (performance.now() - since > SIGHT_MS) throw new Error(`no frame after "${key}":\n${await app.text()}`);
      await sleep(0);
    }
    waits.push(app.seen.at - since);
  }
  await sleep(60);
  waits.sort((a, b) => a - b);
  return {
    cpu: (app.cpu() - before.cpu) / keys.length,
    kB: (app.seen.octets - before.octets) / keys.length / 1000,
    clears: app.seen.clears - before.clears,
    p50: waits[keys.length >> 1],
    p99: waits[Math.floor(keys.length * 0.99)],
  };
}

async function heapOf(app) {
  rmSync(HEAP, { force: true });
  process.kill(app.child.pid, 'SIGUSR2');
  for (;;) {
    await sleep(50);
    try {
      const heap = Number(readFileSync(HEAP, 'utf8'));
      if (heap > 0) return heap / 1e6;
    } catch {}
  }
}

const repeat = (key, times) => Array.from({ length: times }, () => key);
const toAndFro = (times) => Array.from({ length: times }, (_, at) => (Math.floor(at / 5) % 2 === 0 ? 'j' : 'k'));
const isLoaded = (text) => text.includes('row ') && !text.includes('loading');

/** The first screen, a key meanwhile, and all of the log. */
async function measureLoading(app, rows) {
  const first = await app.when((text) => text.includes('>  '), app.began);
  judge(`first screen of ${rows} rows, while they load`, first, 'ms', 1000);
  const asked = app.type('5j');
  judge('a key while they load', await app.when((text) => /> +5 /.test(text), asked), 'ms', 250);
  app.type('g');
  await app.when(isLoaded, app.began, LOADING_MS);
  const seconds = (app.seen.at - app.began) / 1000;
  console.log(`      loaded after ${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)} rows/s`);
}

async function measureLongLog(file, rows) {
  writeLog(file, rows);
  const size = statSync(file).size / 1e6;
  const app = open(['inspect', file], 120, 40, ['--max-old-space-size=2048']);
  await measureLoading(app, rows);
  judge(`the most memory, for a log of ${size.toFixed(0)} MB`, app.rss(), 'MB', 250 + size);
  await measureEnds(app, rows);
  await app.quit();
}

async function measureKeys(app, columns, rows, budget) {
  await app.when(isLoaded, app.began, LOADING_MS);
  const clears = app.seen.clears;
  await sleep(500);
  await steps(app, toAndFro(60));
  const inPage = await steps(app, toAndFro(200));
  judge(`${columns}x${rows}: CPU per key in the page`, inPage.cpu, 'ms', budget.cpu);
  judge(`${columns}x${rows}: written per key in the page`, inPage.kB, 'kB', budget.kB);
  const scrolling = await steps(app, repeat('j', 200));
  judge(`${columns}x${rows}: CPU per key that scrolls`, scrolling.cpu, 'ms', budget.cpu);
  console.log(
    `      key to frame: in the page p50 ${inPage.p50.toFixed(1)} p99 ${inPage.p99.toFixed(1)} ms, scrolling p50 ${scrolling.p50.toFixed(1)} p99 ${scrolling.p99.toFixed(1)} ms, ${scrolling.kB.toFixed(1)} kB`,
  );
  judge(`${columns}x${rows}: screen clears after the first frame`, app.seen.clears - clears, '', 0);
}

async function firstFrame(report) {
  const taken = [];
  for (let run = 0; run < RUNS; run++) {
    const app = open(['inspect', report], 120, 40, []);
    taken.push(await app.when((text) => text.includes('? help'), app.began));
    await app.quit();
  }
  return taken.toSorted((a, b) => a - b)[RUNS >> 1];
}

async function measureEnds(app, rows) {
  let since = app.type('G');
  judge('to the end', await app.when((text) => text.includes(`row ${rows - 1} ·`), since), 'ms', 50);
  since = app.type('g');
  await app.when((text) => text.includes('row 0 ·'), since);
  since = app.type('e');
  judge('to the next violation', await app.when((text) => text.includes('row 998 '), since), 'ms', 50);
  app.type('g');
  await app.when((text) => text.includes('row 0 ·'), since);
}

async function measureBurst(app) {
  for (let key = 0; key < 300; key++) {
    app.type('j');
    await sleep(1);
  }
  const since = performance.now();
  judge(
    '300 keys at 1 ms: last frame after the last key',
    await app.when((text) => text.includes('row 300 ·'), since),
    'ms',
    100,
  );
}

async function measureHeap(app) {
  await steps(app, repeat('j', 500));
  const before = await heapOf(app);
  for (let burst = 0; burst < 100; burst++) {
    for (let key = 0; key < 100; key++) {
      app.type(burst % 2 === 0 ? 'j' : 'k');
      await new Promise(setImmediate);
    }
    await sleep(20);
  }
  await sleep(300);
  judge('heap after 10,000 more steps', (await heapOf(app)) - before, 'MB', 10);
  await sleep(1000);
  const idle = { cpu: app.cpu(), switches: app.switches() };
  await sleep(3000);
  judge('CPU in 3 s of doing nothing', app.cpu() - idle.cpu, 'ms', 10);
  judge('wake-ups in 3 s of doing nothing', app.switches() - idle.switches, '', 5);
}

writeSync(openSync(join(directory, 'probe.cjs'), 'w'), PROBE);
try {
  judge(
    `first frame of a report, median of ${RUNS}`,
    await firstFrame('logs/2.10-odd-pong-behind-the-cut.json'),
    'ms',
    400,
  );
  const file = join(directory, 'big.log');
  writeLog(file, ROWS);
  const app = open(['inspect', file], 120, 40);
  await measureLoading(app, ROWS);
  await measureKeys(app, 120, 40, { cpu: 16, kB: 3.5 });
  await measureEnds(app, ROWS);
  await measureBurst(app);
  await measureHeap(app);
  await app.quit();
  const wide = open(['inspect', file], 200, 60);
  await measureKeys(wide, 200, 60, { cpu: 30, kB: 6 });
  await wide.quit();
  await measureLongLog(file, LONG_ROWS);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
