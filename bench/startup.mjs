// Start-up: medians of whole processes, taken in turn in one run, against a bare Node. `node bench/startup.mjs [times]`

import { spawnSync } from 'node:child_process';

const TIMES = Number(process.argv[2] ?? 20);
const LOG = 'logs/7.9.13-close-code-2999.txt';
const COMMANDS = [
  { name: 'node -e 0', args: ['-e', '0'], limit: 1 },
  { name: 'wirelog --version', args: ['dist/wirelog.js', '--version'], limit: 2.2 },
  { name: 'wirelog annotate', args: ['dist/wirelog.js', 'annotate', LOG], limit: 2.5 },
];

function millisecondsOf(args) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const taken = COMMANDS.map(() => []);
// One round to warm the page cache; then in turn, so that a busy moment hits all alike.
for (let round = -1; round < TIMES; round++) {
  for (const [i, { args }] of COMMANDS.entries()) {
    const milliseconds = millisecondsOf(args);
    if (round >= 0) taken[i].push(milliseconds);
  }
}
const [floor] = taken.map(median);
for (const [i, { name, limit }] of COMMANDS.entries()) {
  const own = median(taken[i]);
  const ratio = own / floor;
  console.log(`${name.padEnd(20)} ${own.toFixed(1).padStart(7)} ms  ${ratio.toFixed(2)} x  (demand: ${limit} x)`);
  if (ratio > limit) process.exitCode = 1;
}
