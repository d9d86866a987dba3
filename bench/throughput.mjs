// Throughput: a synthetic echo connection through the whole program, against the least that any reader of it must do,
// taken in turn in one run. `node bench/throughput.mjs [frames] [times]`
//
// The floors: the text split into lines and its hex decoded; the JSON parsed and its hex decoded.

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FRAMES = Number(process.argv[2] ?? 100_000);
const TIMES = Number(process.argv[3] ?? 5);
const PAYLOAD = 125;
const INDENT = ' '.repeat(15);
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.';

const TEXT_FLOOR = `
  const fs = require('node:fs');
  let octets = 0, rest = '';
  const buffer = Buffer.allocUnsafe(1 << 18), fd = fs.openSync(process.argv[1]);
  for (let n; (n = fs.readSync(fd, buffer)) > 0; ) {
    const lines = (rest + buffer.latin1Slice(0, n)).split('\\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith(' OCTETS: ', 6)) octets += Buffer.from(line.slice(15), 'hex').length;
  }`;
const JSON_FLOOR = `
  const { wirelog } = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'));
  let octets = 0;
  for (const [kind, shown] of wirelog) if (kind === 'RO' || kind === 'TO') octets += Buffer.from(shown[1], 'hex').length;`;

const directory = mkdtempSync(join(tmpdir(), 'wirelog-bench-'));
try {
  const logs = makeLogs(directory);
  const program = ['dist/wirelog.js', 'annotate'];
  const runs = [
    { name: 'floor: rows, split and hex', log: logs.rows, args: ['-e', TEXT_FLOOR, logs.rows] },
    { name: 'annotate --quiet, rows', log: logs.rows, args: [...program, '--quiet', logs.rows] },
    { name: 'annotate, rows', log: logs.rows, args: [...program, logs.rows] },
    { name: 'annotate -f ndjson, rows', log: logs.rows, args: [...program, '-f', 'ndjson', logs.rows] },
    { name: 'floor: JSON, parse and hex', log: logs.json, args: ['-e', JSON_FLOOR, logs.json] },
    { name: 'annotate, JSON report', log: logs.json, args: [...program, logs.json] },
  ].map((run) => ({ ...run, taken: [] }));
  for (let round = 0; round < TIMES; round++) for (const run of runs) run.taken.push(measured(run.args));
  console.log(`${FRAMES} frames of ${PAYLOAD} octets, medians of ${TIMES}`);
  for (const run of runs) print(run);
} finally {
  rmSync(directory, { recursive: true });
}

function measured(args) {
  const before = process.hrtime.bigint();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', process.execPath, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')}: exit code ${status}: ${stderr}`);
  const wall = Number(process.hrtime.bigint() - before) / 1e9;
  const [user, system, kib] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, cpu: user + system, memory: kib / 1024 };
}

function print({ name, log, taken }) {
  const median = (key) => taken.map((one) => one[key]).toSorted((a, b) => a - b)[taken.length >> 1];
  const [wall, cpu] = [median('wall'), median('cpu')];
  const cells = [
    name.padEnd(28),
    `${wall.toFixed(2)} s`,
    `${cpu.toFixed(2)} s CPU`,
    `${Math.round(FRAMES / cpu)} frames/CPU s`,
    `${(statSync(log).size / 1e6 / cpu).toFixed(1)} MB/CPU s`,
    `${Math.round(median('memory'))} MiB`,
  ];
  console.log(cells.join('  '));
}

/** One connection in two notations. Every other frame is the echo of the one before. */
function makeLogs(where) {
  const paths = { rows: join(where, 'case.log'), json: join(where, 'case.json') };
  const files = { rows: openSync(paths.rows, 'w'), json: openSync(paths.json, 'w') };
  const random = randomOctets(20261122);
  writeSync(files.rows, '# wirelog 1\n# writer: server\n# extensions: none\n');
  writeSync(files.json, '{"agent": "bench", "id": "1.1.6", "isServer": true, "wirelog": [["WLM", true]');
  for (let i = 0; i < FRAMES / 2; i++) {
    const { rows, json } = exchange(i * 4, random);
    writeSync(files.rows, rows);
    writeSync(files.json, json);
  }
  writeSync(files.json, ']}');
  for (const file of Object.values(files)) closeSync(file);
  return paths;
}

function exchange(row, random) {
  const payload = Buffer.from(Array.from({ length: PAYLOAD }, () => LETTERS.charCodeAt(random() & 63)));
  const key = Buffer.from(Array.from({ length: 4 }, random));
  const rx = Buffer.concat([Buffer.from([0x81, 0x80 | PAYLOAD]), key, payload.map((octet, i) => octet ^ key[i & 3])]);
  const tx = Buffer.concat([Buffer.from([0x81, PAYLOAD]), payload]);
  const [rxHex, txHex, mask, text] = [rx.toString('hex'), tx.toString('hex'), key.toString('hex'), payload.toString()];
  const number = (offset) => String(row + offset).padStart(3, '0');
  const common = `OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=${PAYLOAD}`;
  return {
    rows:
      `${number(0)} RX OCTETS: ${rxHex}\n` +
      `${number(1)} RX FRAME : ${common}, MASKED=True, MASK=${mask}\n${INDENT}${text}\n` +
      `${number(2)} TX FRAME : ${common}, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False\n${INDENT}${text}\n` +
      `${number(3)} TX OCTETS: ${txHex}\n`,
    json:
      `, ["RO", [${rx.length}, "${rxHex}"]], ["RF", [${PAYLOAD}, "${text}"], 1, true, 0, true, "${mask}"]` +
      `, ["TF", [${PAYLOAD}, "${text}"], 1, true, 0, null, null, null, false], ["TO", [${tx.length}, "${txHex}"], false]`,
  };
}

function randomOctets(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}
