// Hostile shapes: small or odd inputs that ask for more time or memory than they are long. Each is run at n and at 2n.
// `node bench/hostile.mjs [SHAPE[,SHAPE…]] [PROGRAM]`; a shape that is not named is run too where none is.

import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, deflateRawSync } from 'node:zlib';

/** Seconds after which a run is given up. */
const PATIENCE = 300;

const ROWS = '# wirelog 1\n# writer: server\n# extensions: none\n';
const HEAD =
  '# wirelog 1\n# writer: server\nrx "GET /chat HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n' +
  'Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n';

/**
 * `n`: the size at which it is run first. `write` puts the input of a size on the file; `args` are those of the program.
 * `small`: a size at which time tells the growth, for a test.
 */
export const SHAPES = [
  {
    name: 'json-string',
    what: 'one JSON string, octets',
    n: 32 << 20,
    small: 4 << 20,
    args: (file) => ['annotate', file],
    write: (put, n) => {
      put('{"behaviorClose": "OK", "agent": "');
      for (let left = n; left > 0; left -= 1 << 20) put('a'.repeat(Math.min(left, 1 << 20)));
      put('", "isServer": true, "wirelog": [["RO", [2, "8900"]]]}');
    },
  },
  {
    name: 'json-numbers',
    what: 'a JSON report whose one list is no wire log, elements',
    n: 4_000_000,
    small: 1_000_000,
    args: (file) => ['annotate', file],
    write: (put, n) => {
      put('{"behaviorClose": "OK", "isServer": true, "list": [1');
      for (let i = 0; i < n; i += 1000) put(',1'.repeat(1000));
      put('], "wirelog": [["RO", [2, "8900"]]]}');
    },
  },
  {
    name: 'json-nested',
    what: 'lists within lists in a row, levels',
    n: 100_000,
    small: 200_000,
    args: (file) => ['annotate', '-f', 'ndjson', file],
    write: (put, n) => {
      put(`{"isServer": true, "wirelog": [["RO", ${'['.repeat(n)}${']'.repeat(n)}], ["RO", [2, "8900"]]]}`);
    },
  },
  {
    name: 'offers',
    what: 'extension offers in one request',
    n: 10_000,
    small: 10_000,
    args: (file) => ['annotate', file],
    write: (put, n) => put(`${HEAD}Sec-WebSocket-Extensions: ${Array(n).fill('ab').join(', ')}\\r\\n\\r\\n"\n`),
  },
  {
    name: 'offer-lines',
    what: 'lines of one extension offer each',
    n: 500,
    small: 500,
    args: (file) => ['annotate', file],
    write: (put, n) => put(`${HEAD}${'Sec-WebSocket-Extensions: permessage-deflate\\r\\n'.repeat(n)}\\r\\n"\n`),
  },
  {
    name: 'pings',
    what: 'pings answered in reverse order',
    n: 20_000,
    small: 2_000,
    args: (file) => ['annotate', file],
    write: writePings,
  },
  {
    name: 'pings-minimise',
    what: 'the same, attached and minimised',
    n: 10_000,
    small: 1_000,
    args: (file) => ['attach', '--minimise', file],
    write: writePings,
  },
  {
    name: 'blanks',
    what: 'blanks before a log',
    n: 64 << 10,
    small: 1 << 20,
    args: (file) => ['annotate', file],
    write: (put, n) => put(`${' '.repeat(n)}\n${ROWS}rx 8900\n`),
  },
  {
    name: 'quotes',
    what: 'quote marks on one line',
    n: 40_000,
    small: 400_000,
    args: (file) => ['annotate', file],
    write: (put, n) => put(`${'> '.repeat(n)}\n${ROWS}rx 8900\n`),
  },
  {
    name: 'inflated',
    what: 'messages that inflate from 61 kB to 61 MB each',
    n: 20,
    small: 4,
    args: (file) => ['annotate', file],
    write: writeInflated,
  },
  {
    name: 'inflated-attach',
    what: 'the same, attached',
    n: 20,
    small: 4,
    args: (file) => ['attach', file],
    write: writeInflated,
  },
  {
    name: 'rows-attach',
    what: 'rows to attach',
    n: 1_000_000,
    small: 20_000,
    args: (file) => ['attach', file],
    write: (put, n) => {
      put(ROWS);
      for (let i = 0; i < n; i += 1000) put('rx 8180a1b2c3d4\n'.repeat(1000));
    },
  },
  {
    name: 'rows-html',
    what: 'rows to annotate as HTML',
    n: 200_000,
    small: 20_000,
    args: (file) => ['annotate', '-f', 'html', file],
    write: (put, n) => {
      put(ROWS);
      for (let i = 0; i < n; i += 1000) put('rx 8180a1b2c3d4\n'.repeat(1000));
    },
  },
  {
    name: 'frames',
    what: 'frames of 1 MiB as NDJSON',
    n: 140,
    small: 10,
    args: (file) => ['annotate', '-f', 'ndjson', file],
    write: writeFrames,
  },
  {
    name: 'frames-json',
    what: 'frames of 1 MiB, converted to JSON',
    n: 140,
    small: 10,
    args: (file) => ['convert', '--to', 'autobahn-json', file],
    write: writeFrames,
  },
  {
    name: 'long-line',
    what: 'one line without an end, octets (a sparse file)',
    n: 2.5e9,
    small: 32 << 20,
    args: (file) => ['annotate', file],
    write: (put, n, fd) => {
      put(`${ROWS}rx 8900\n`);
      ftruncateSync(fd, n);
    },
  },
  {
    name: 'long-hex',
    what: 'octets of one paste',
    n: 8 << 20,
    small: 1 << 17,
    args: (file) => ['annotate', file],
    write: (put, n) => {
      for (let i = 0; i < n; i += 16) put(`${'8900 '.repeat(8).trim()}\n`);
    },
  },
  {
    name: 'fragments',
    what: 'fragments of one message that never ends',
    n: 200_000,
    small: 40_000,
    args: (file) => ['annotate', '--quiet', file],
    write: (put, n) => {
      put(`${ROWS}rx 010161\n`);
      for (let i = 0; i < n; i += 1000) put('rx 000161\n'.repeat(1000));
    },
  },
  {
    name: 'stars',
    what: 'stars in a filter',
    n: 5_000,
    small: 20_000,
    args: (file, n) => ['annotate', '--where', `rule:${'*'.repeat(n)}z`, file],
    write: (put) => {
      put(ROWS);
      put('rx b100\n'.repeat(2_000));
    },
  },
];

function writePings(put, n) {
  put(ROWS);
  const octets = (i) => i.toString(16).padStart(8, '0');
  for (let i = 0; i < n; i++) put(`tx 8904${octets(i)}\n`);
  for (let i = n - 1; i >= 0; i--) put(`rx 8a8400000000${octets(i)}\n`);
  put('rx 888000000000\n');
}

let bomb = null;

function writeInflated(put, n) {
  bomb ??= deflateRawSync(Buffer.alloc(61e6, 'a'), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const head = Buffer.from([0xc2, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(bomb.length, 6);
  put('# wirelog 1\n# writer: client\n# extensions: permessage-deflate; server_no_context_takeover\n');
  for (let i = 0; i < n; i++) put(`rx ${head.toString('hex')}${bomb.toString('hex')}\n`);
}

function writeFrames(put, n) {
  put('# wirelog 1\n# writer: client\n# extensions: none\n');
  for (let i = 0; i < n; i++) put(`rx 827f0000000000100000${'61'.repeat(1 << 20)}\n`);
}

/** Writes the shape's input of that size. */
export function writeShape(shape, size, file) {
  const fd = openSync(file, 'w');
  let held = [];
  let length = 0;
  const flush = () => {
    if (length > 0) writeSync(fd, held.join(''));
    held = [];
    length = 0;
  };
  shape.write(
    (text) => {
      held.push(text);
      length += text.length;
      if (length > 1 << 20) flush();
    },
    size,
    fd,
  );
  flush();
  closeSync(fd);
}

/** One run of the program under `time`: CPU seconds, peak memory in MiB, exit code, last line on standard error. */
export function runShape(shape, size, file, program) {
  const args = ['-f', '%U %S %M', process.execPath, program, ...shape.args(file, size)];
  const { status, signal, stderr } = spawnSync('/usr/bin/time', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: PATIENCE * 1000,
    maxBuffer: 1 << 28,
  });
  const lines = stderr.trim().split('\n');
  const [user, system, kib] = (lines.at(-1) ?? '').split(' ').map(Number);
  const says =
    lines
      .slice(0, -1)
      .filter((line) => !line.startsWith('Command '))
      .at(-1) ?? '';
  return { cpu: user + system, memory: kib / 1024, code: signal ?? status, says };
}

function main() {
  const [names, program = 'dist/wirelog.js'] = process.argv.slice(2);
  const wanted = names === undefined ? SHAPES : SHAPES.filter(({ name }) => names.split(',').includes(name));
  const directory = mkdtempSync(join(tmpdir(), 'wirelog-hostile-'));
  const file = join(directory, 'log');
  console.log('| shape | n | MiB | s CPU | exit | 2n: MiB | s CPU | exit |\n|---|---:|---:|---:|---:|---:|---:|---:|');
  try {
    for (const shape of wanted) {
      const cells = [shape.name, String(shape.n)];
      const said = new Set();
      for (const size of [shape.n, 2 * shape.n]) {
        writeShape(shape, size, file);
        const { cpu, memory, code, says } = runShape(shape, size, file, program);
        cells.push(String(Math.round(memory)), cpu.toFixed(1), String(code));
        if (says !== '') said.add(says.replaceAll(file, 'log').slice(0, 150));
      }
      console.log(`| ${cells.join(' | ')} |`);
      for (const line of said) console.error(`  ${shape.name}: ${line}`);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();
