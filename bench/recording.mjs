// The picture in the README: the built program in a pseudo terminal on the logs in logs/, a few keys, each screen drawn as
// text. The same screens give the same file. `node bench/recording.mjs [--check]`, after `npm run build`.

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pty from '@lydell/node-pty';
import headless from '@xterm/headless';

const FILE = 'bench/inspect.svg';
const [COLUMNS, ROWS] = [100, 30];
const LONGEST_MS = 20_000;
/** Keys, what the screen has to show then, seconds it is shown, and what is said about it. */
const SCENES = [
  ['', /Enter open/, 2.5, 'wirelog inspect logs/'],
  ['e', /▸.*\n[\s\S]*>.*✗/, 2.5, 'e: the next case that failed, and in one sentence why'],
  ['/utf8-broken\r', /> +utf8-broken/, 2.5, '/: search in names, descriptions and reasons'],
  ['\r', /─ Why/, 3, 'Enter: its log, at the row that decides'],
  ['\r', /━ Row/, 2.5, 'Enter: the field that is wrong, its octets beside'],
  ['l', /▾ payload/, 2, 'l: unfolded'],
  ['\t', /━ Hex/, 1.5, 'Tab: the octets, wire and unmasked'],
  ['l', /octet 7/, 3, 'l: the very octet'],
  ['c', /─ Why/, 2.5, 'c: from the reaction to its cause'],
  ['fnot frame\r', /not frame/, 2.5, 'f: only rows that match'],
  ['i', /findings/, 3, 'i: what the log holds, counted'],
  ['q:lay', /> layout/, 2.5, 'a colon: any action by its name'],
  ['\r', /layout: /, 2, 'Enter: does it, here the next layout'],
  ['x', /━ Export/, 3, 'x: the report that wirelog attach writes'],
];

const INK = '#c9d1d9';
const PAPER = '#0d1117';
const COLORS = ['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'];
const [CELL_WIDTH, CELL_HEIGHT, MARGIN] = [8.4, 18, 14];

async function screensOf() {
  const { CI, CONTINUOUS_INTEGRATION, NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const child = pty.spawn(process.execPath, ['dist/wirelog.js', 'inspect', 'logs'], {
    cols: COLUMNS,
    rows: ROWS,
    name: 'xterm-256color',
    env: { ...env, LANG: 'C.UTF-8' },
  });
  const terminal = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  child.onData((data) => terminal.write(data));
  const ended = new Promise((done) => child.onExit(done));
  const screens = [];
  try {
    for (const [keys, until, seconds, caption] of SCENES) {
      if (keys !== '') child.write(keys);
      await settled(terminal, until);
      screens.push({ lines: linesOf(terminal), seconds, caption });
    }
  } finally {
    child.write('\x03');
    await ended;
  }
  return screens;
}

/** The screen shows it, and has not changed for a while. */
async function settled(terminal, until) {
  const began = Date.now();
  for (let before = ''; ; ) {
    await sleep(150);
    await new Promise((done) => terminal.write('', done));
    const now = linesOf(terminal)
      .map((runs) => runs.map(({ text }) => text).join(''))
      .join('\n');
    if (now === before && until.test(now) && !/loading|reading/.test(now)) return;
    if (Date.now() - began > LONGEST_MS) throw new Error(`the screen never came to ${until}:\n${now}`);
    before = now;
  }
}

/** Each line as runs of one look. */
function linesOf(terminal) {
  return Array.from({ length: ROWS }, (_, y) => {
    const line = terminal.buffer.active.getLine(y);
    const runs = [];
    for (let x = 0; x < COLUMNS; x++) {
      const cell = line.getCell(x);
      const look = lookOf(cell);
      const text = cell.getChars() || (cell.getWidth() === 0 ? '' : ' ');
      const last = runs.at(-1);
      if (last && last.look === look) last.text += text;
      else runs.push({ x, text, look });
    }
    return runs;
  });
}

function lookOf(cell) {
  const color = cell.isFgDefault() ? INK : (COLORS[cell.getFgColor()] ?? INK);
  return JSON.stringify([color, Boolean(cell.isBold()), Boolean(cell.isDim()), Boolean(cell.isInverse())]);
}

const escapeXml = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const round = (number) => Number(number.toFixed(2));

function runSvg({ x, text, look }, y) {
  const [color, isBold, isDim, isInverse] = JSON.parse(look);
  if (text.trim() === '' && !isInverse) return '';
  const left = round(MARGIN + x * CELL_WIDTH);
  const top = round(MARGIN + y * CELL_HEIGHT);
  const width = round([...text].length * CELL_WIDTH);
  const box = isInverse
    ? `<rect x="${left}" y="${top}" width="${width}" height="${CELL_HEIGHT}" fill="${color}"/>`
    : '';
  const style = `${isBold ? ' font-weight="bold"' : ''}${isDim ? ' opacity=".6"' : ''}`;
  const fill = isInverse ? PAPER : color;
  return `${box}<text x="${left}" y="${top + 13}" textLength="${width}" fill="${fill}"${style}>${escapeXml(text)}</text>`;
}

function svgOf(screens) {
  const [width, height] = [2 * MARGIN + COLUMNS * CELL_WIDTH, 3 * MARGIN + (ROWS + 1) * CELL_HEIGHT];
  const whole = screens.reduce((sum, { seconds }) => sum + seconds, 0);
  let from = 0;
  const frames = screens.map(({ lines, seconds, caption }, at) => {
    const [begin, end] = [round((100 * from) / whole), round((100 * (from + seconds)) / whole)];
    from += seconds;
    const hidden = begin === 0 ? '' : `0%{visibility:hidden}`;
    const rule = `@keyframes f${at}{${hidden}${begin}%{visibility:visible}${end === 100 ? '' : `${end}%{visibility:hidden}`}100%{visibility:${end === 100 ? 'visible' : 'hidden'}}}`;
    const rows = lines.map((runs, y) => runs.map((run) => runSvg(run, y)).join('')).filter((row) => row !== '');
    const said = `<text x="${MARGIN}" y="${height - MARGIN}" fill="${COLORS[3]}" font-weight="bold">${escapeXml(caption)}</text>`;
    return {
      rule,
      group: `<g style="animation:f${at} ${whole}s steps(1) infinite">\n${rows.join('\n')}\n${said}\n</g>`,
    };
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" xml:space="preserve">
<title>wirelog inspect, recorded by bench/recording.mjs</title>
<style>g{visibility:hidden}${frames.map(({ rule }) => rule).join('')}text{white-space:pre}</style>
<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>
${frames.map(({ group }) => group).join('\n')}
</svg>
`;
}

const svg = svgOf(await screensOf());
if (!process.argv.includes('--check')) writeFileSync(FILE, svg);
else if (readFileSync(FILE, 'utf8') !== svg) {
  console.error(`${FILE} is old: run node bench/recording.mjs`);
  process.exitCode = 1;
}
