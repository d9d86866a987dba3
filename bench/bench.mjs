// wirelog against the least that any program must do for the same, and against tshark where it is installed: CPU seconds
// of whole processes, medians, taken in turn in one run. `node bench/bench.mjs [frames] [times]` prints a Markdown table,
// and with `--readme` puts it into the README.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, platform, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReports, makeTraffic } from './traffic.mjs';

const [FRAMES = 100_000, TIMES = 5] = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const REPORTS = 2000;
/** One start is too short to be measured alone. */
const STARTS = 20;
const SMALL_LOG = 'logs/7.9.13-close-code-2999.txt';
const PROGRAM = [process.execPath, 'dist/wirelog.js'];

const TEXT_FLOOR = `
  const fs = require('node:fs');
  let octets = 0, rest = '';
  const buffer = Buffer.allocUnsafe(1 << 18), fd = fs.openSync(process.argv[1]);
  for (let n; (n = fs.readSync(fd, buffer)) > 0; ) {
    const lines = (rest + buffer.latin1Slice(0, n)).split('\\n');
    rest = lines.pop();
    for (const line of lines) {
      const at = line.indexOf(' OCTETS: ');
      if (at > 0) octets += Buffer.from(line.slice(at + 9), 'hex').length;
    }
  }`;
const JSON_FLOOR = `JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))`;
const REPORTS_FLOOR = `
  const fs = require('node:fs');
  for (const name of fs.readdirSync(process.argv[1])) JSON.parse(fs.readFileSync(process.argv[1] + '/' + name, 'utf8'));`;

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'wirelog-bench-'));
try {
  const reports = join(folder, 'reports');
  mkdirSync(reports);
  makeReports(reports, REPORTS);
  const groups = groupsOf(makeTraffic(folder, FRAMES), reports);
  const runs = groups.flatMap(({ runs: all }) => all);
  for (let round = 0; round < TIMES; round++) for (const run of runs) run.taken.push(measured(run.command));
  const table = tableOf(groups);
  console.log(table);
  if (process.argv.includes('--readme')) writeReadme(table);
} finally {
  rmSync(folder, { recursive: true });
}

/** In each group the first is what the others are compared with. */
function groupsOf({ echo, ...mixed }, reports) {
  const node = (script, ...rest) => [process.execPath, '-e', script, ...rest];
  const annotate = (...rest) => [...PROGRAM, 'annotate', ...rest];
  const expert = (path) => ['tshark', '-q', '-z', 'expert', '-r', path];
  const run = (name, command, frames = 0) => ({ name, command, frames, taken: [] });
  const groups = [
    [
      run(`start ${STARTS} times: \`node -e 0\``, often(node('0'))),
      run('`wirelog --version`', often([...PROGRAM, '--version'])),
      run('`annotate` of a small log', often(annotate(SMALL_LOG))),
    ],
    [
      run('rows: split and hex in Node', node(TEXT_FLOOR, echo.rows), echo.frames),
      run('rows → verdict (`--quiet`)', annotate('--quiet', echo.rows), echo.frames),
      run('rows → NDJSON', annotate('-f', 'ndjson', echo.rows), echo.frames),
      run('rows → text', annotate(echo.rows), echo.frames),
    ],
    [
      run('report: `JSON.parse`', node(JSON_FLOOR, echo.json), echo.frames),
      run('report → NDJSON', annotate('-f', 'ndjson', echo.json), echo.frames),
    ],
    [
      run(`${REPORTS} reports: \`JSON.parse\``, node(REPORTS_FLOOR, reports)),
      run('`check` of them', [...PROGRAM, 'check', '-q', reports]),
    ],
  ];
  for (const [kind, { pcap, frames }] of Object.entries({ 'the same packets': echo, ...mixed })) {
    const own = run(`${kind}: pcap → verdict`, annotate('--quiet', pcap), frames);
    groups.push(hasTshark ? [run(`${kind}: \`tshark -z expert\``, expert(pcap), frames), own] : [own]);
  }
  return groups.map((all) => ({ runs: all }));
}

function often(command) {
  return ['sh', '-c', `for i in $(seq ${STARTS}); do "$@" > /dev/null; done`, 'sh', ...command];
}

function measured([program, ...args]) {
  const { status, stderr, error } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (error) throw new Error('/usr/bin/time is missing (apt-get install time)');
  // 1: something is charged; with that, GNU time says so in a line of its own.
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')}: exit code ${status}: ${stderr}`);
  const [user, system, kib] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { cpu: user + system, memory: kib / 1024 };
}

function tableOf(groups) {
  const median = ({ taken }, key) => taken.map((one) => one[key]).toSorted((a, b) => a - b)[taken.length >> 1];
  const lines = groups.flatMap(({ runs }) =>
    runs.map((run) => {
      const [cpu, base] = [median(run, 'cpu'), median(runs[0], 'cpu')];
      const rate = run.frames === 0 ? '' : Math.round(run.frames / cpu / 1000);
      const ratio = run === runs[0] ? '' : `${(cpu / base).toFixed(cpu < base ? 2 : 1)} ×`;
      return `| ${run.name} | ${cpu.toFixed(2)} | ${rate} | ${ratio} | ${Math.round(median(run, 'memory'))} |`;
    }),
  );
  const versions = [`Node ${process.versions.node}`, ...(hasTshark ? [tsharkVersion()] : [])].join(', ');
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${platform()} ${release()}`;
  return [
    `${new Date().toISOString().slice(0, 10)}, ${versions}, ${machine}; ${FRAMES} frames, medians of ${TIMES}; × is CPU of the row that opens the group.`,
    '',
    '| | CPU s | thousand frames / CPU s | × | MiB |',
    '| --- | --: | --: | --: | --: |',
    ...lines,
  ].join('\n');
}

function tsharkVersion() {
  return execFileSync('tshark', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split('\n', 1)[0]
    .replace(/^TShark \(Wireshark\) (\S+).*/, 'tshark $1')
    .replace(/\.$/, '');
}

/** Between the two comments that mark its place. */
function writeReadme(table) {
  const place = /(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/;
  const text = readFileSync('README.md', 'utf8');
  if (!place.test(text)) throw new Error('README.md has no place for the table');
  writeFileSync(
    'README.md',
    text.replace(place, (_, from, to) => `${from}${table}\n${to}`),
  );
}
