// The statistics in lines: what goes both ways side by side, then answers, pauses and findings.

import type { Direction, LogHeader } from '../../../src/model/row.ts';
import { otherRole } from '../../../src/model/row.ts';
import { closeCodeName } from '../../../src/protocol/frame/close-code.ts';
import { opcodeName } from '../../../src/protocol/frame/opcode.ts';
import { visible } from '../terminal/cells.ts';
import { type Canvas, type Piece, paintLine, piece } from '../terminal/paint.ts';
import { type Latency, toldLatencies } from './latencies.ts';
import { type DirectionStatistics, SIZES, type Statistics } from './statistics.ts';

/** Wide enough for two columns of sections. */
const TWO_COLUMNS = 130;
const LABEL = 24;
const CELL = 22;
/** Rules that are listed. */
const MOST_FINDINGS = 200;

type PaintedRow = readonly Piece[];

export function statisticsLines(statistics: Statistics, header: LogHeader | null, canvas: Canvas): string[] {
  const ways = waysIn(statistics, header);
  const rest = [...latencyRows(statistics, header), [], ...pauseRows(statistics), [], ...findingRows(statistics)];
  if (canvas.width < TWO_COLUMNS) return [...ways, [], ...rest].map((row) => paintLine(row, canvas));
  const left = { ...canvas, width: canvas.width >> 1 };
  const right = { ...canvas, width: canvas.width - left.width };
  return Array.from(
    { length: Math.max(ways.length, rest.length) },
    (_, at) => paintLine(ways[at] ?? [], left) + paintLine(rest[at] ?? [], right),
  );
}

/** `1,234,567`. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function senderOf(direction: Direction, header: LogHeader | null): string {
  const writer = header?.writer;
  if (!writer) return direction === 'rx' ? 'what the writer gets' : 'what the writer sends';
  return `from the ${direction === 'tx' ? writer : otherRole(writer)}`;
}

function waysIn({ flows }: Statistics, header: LogHeader | null): PaintedRow[] {
  const both = (
    label: string,
    tell: (flow: DirectionStatistics) => string,
    style: Piece['style'] = 'plain',
  ): PaintedRow => [
    piece(` ${label.padEnd(LABEL)}`, label.startsWith(' ') ? 'dim' : 'plain'),
    ...[flows.rx, flows.tx].map((flow) => piece(tell(flow).padStart(CELL), style)),
  ];
  const number = (label: string, tell: (flow: DirectionStatistics) => number) =>
    both(label, (flow) => grouped(tell(flow)));
  const opcodes = [...new Set([...flows.rx.frames.keys(), ...flows.tx.frames.keys()])].sort((a, b) => a - b);
  const codes = [...new Set([...flows.rx.closes.keys(), ...flows.tx.closes.keys()])].sort(
    (a, b) => (a ?? 0) - (b ?? 0),
  );
  const title = (direction: Direction) =>
    piece(`${direction.toUpperCase()} ${senderOf(direction, header)}`.padStart(CELL), direction);
  const compressed = ({ deflate: { messages, octets, inflated } }: DirectionStatistics) =>
    messages === 0 ? '–' : `${grouped(messages)}, to ${inflated > 0 ? Math.round((100 * octets) / inflated) : '?'} %`;
  return [
    [piece(' '.repeat(LABEL + 1)), title('rx'), title('tx')],
    number('reads and writes', ({ reads }) => reads),
    number('octets', ({ octets }) => octets),
    number('frames', ({ sizes }) => sizes.reduce((sum, count) => sum + count, 0)),
    ...opcodes.map((opcode) =>
      both(`  ${opcodeName(opcode)}`, ({ frames }) => {
        const { count, octets } = frames.get(opcode) ?? { count: 0, octets: 0 };
        return count === 0 ? '–' : `${grouped(count)} · ${grouped(octets)} oct.`;
      }),
    ),
    both('sizes of payloads', () => ''),
    ...SIZES.map((_, at) => number(`  ${sizeLabel(at)}`, ({ sizes }) => sizes[at] ?? 0)),
    number('  longest', ({ longest }) => longest),
    number('messages', ({ messages }) => messages),
    number('  in several frames', ({ fragmented }) => fragmented),
    both('  compressed', compressed),
    ...(codes.length === 0 ? [] : [both('close codes', () => '')]),
    ...codes.map((code) => number(`  ${codeLabel(code)}`, ({ closes }) => closes.get(code) ?? 0)),
  ];
}

function sizeLabel(at: number): string {
  const [before, most] = [SIZES[at - 1] ?? -1, SIZES[at] ?? 0];
  if (most === 0) return 'empty';
  return Number.isFinite(most) ? `${grouped(before + 1)}–${grouped(most)}` : `${grouped(before + 1)} and more`;
}

function codeLabel(code: number | null): string {
  return code === null ? 'none' : `${code} ${closeCodeName(code) ?? ''}`.slice(0, LABEL - 2);
}

function titleRow(name: string, says: string): PaintedRow {
  return [piece(` ${name}`, 'bold'), piece(says === '' ? '' : `  ${says}`, 'dim')];
}

function latencyRows({ latencies, times }: Statistics, header: LogHeader | null): PaintedRow[] {
  const told = toldLatencies(latencies);
  const says = times === null ? 'the log has no times' : 'least · median · most, in milliseconds';
  return [
    titleRow('answers', told.length === 0 ? 'nothing was asked' : says),
    ...told.map((latency) => [
      piece(
        `   ${latency.what} ${header?.writer ? senderOf(latency.direction, header) : latency.direction}`.padEnd(26),
      ),
      piece(grouped(latency.answered).padStart(8)),
      piece(timesOf(latency)),
      piece(latency.waiting() > 0 ? `  ${grouped(latency.waiting())} without` : '', 'dim'),
    ]),
  ];
}

function timesOf({ samples, slowest }: Latency): string {
  if (!slowest) return '';
  const sorted = Float64Array.from(samples).sort();
  const shown = [sorted[0] ?? 0, sorted[sorted.length >> 1] ?? 0, slowest.seconds];
  return `  ${shown.map((seconds) => (seconds * 1000).toFixed(3)).join(' · ')} (row ${slowest.row})`;
}

function pauseRows({ pauses, times, hidden }: Statistics): PaintedRow[] {
  const { count, longest } = pauses;
  const says =
    times === null ? 'the log has no times' : count === 0 ? 'none above 0.1 s' : `${grouped(count)} above 0.1 s`;
  const rows: PaintedRow[] = [titleRow('pauses', says)];
  for (const { row, seconds } of longest) rows.push([piece(`   ${seconds.toFixed(3)} s before row ${row}`)]);
  if (hidden > 0) rows.push([piece(`   ${grouped(hidden)} octets are left out by the log`, 'unsure')]);
  return rows;
}

function findingRows({ findings }: Statistics): PaintedRow[] {
  const sorted = [...findings.values()].sort((a, b) => a.mark.rank - b.mark.rank || b.count - a.count);
  const more = sorted.length - MOST_FINDINGS;
  return [
    titleRow('findings', sorted.length === 0 ? 'none' : ''),
    ...sorted
      .slice(0, MOST_FINDINGS)
      .map(({ mark, rule, count, first }) => [
        piece(` ${mark.character} `, mark.style),
        piece(`${grouped(count).padStart(7)}  `),
        piece(visible(rule)),
        piece(`  ${count > 1 ? 'first in ' : ''}row ${first}`, 'dim'),
      ]),
    ...(more > 0 ? [[piece(`   and ${more} more rules`, 'dim')]] : []),
  ];
}
