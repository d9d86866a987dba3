// A frame's header drawn bit by bit, after the figure of RFC 6455 §5.2, an octet a line so that it fits a telephone. The
// drawing is never scaled up: its text stays the size of the page's.

import { partsOfFrame } from '../attach/fields.ts';
import type { Annotation } from '../judge/annotation.ts';
import { hexOf, octetsInWords } from '../model/octets.ts';
import { exactLength, type Frame } from '../protocol/frame/frame.ts';
import { opcodeName } from '../protocol/frame/opcode.ts';
import { wrap } from './columns.ts';
import { html } from './html.ts';

const CELL = 43;
const PER_LINE = 8;
const WIDTH = PER_LINE * CELL + 2;
const LABELS_HIGH = 18;
const HIGH = 28;
/** Characters of a line of text, and how high it is. */
const COLUMNS = 46;
const TEXT_HIGH = 16;

interface Bits {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'opcode' | 'length';
}

const FIELDS: readonly Bits[] = [
  { name: 'FIN', from: 0, to: 1, kind: 'opcode' },
  { name: 'RSV1', from: 1, to: 2, kind: 'opcode' },
  { name: 'RSV2', from: 2, to: 3, kind: 'opcode' },
  { name: 'RSV3', from: 3, to: 4, kind: 'opcode' },
  { name: 'opcode', from: 4, to: 8, kind: 'opcode' },
  { name: 'MASK', from: 8, to: 9, kind: 'length' },
  { name: 'payload length', from: 9, to: 16, kind: 'length' },
];

/** Which bits of the first two octets a rule is about, where that can be said; else its octets as they are. */
const RULE_BITS: readonly (readonly [rule: RegExp, from: number, to: number])[] = [
  [/rsv/, 1, 4],
  [/opcode|reserved/, 4, 8],
  [/fin|control-fragmented|fragmented/, 0, 1],
  [/^mask\//, 8, 9],
  [/length/, 9, 16],
];

export function frameBits(frame: Frame, annotations: readonly Annotation[]): string {
  const { header } = frame;
  if (header.length < 2) return '';
  const bits = [...header.subarray(0, 2)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const rest = restLines(frame);
  const height = rest.reduce((sum, { high }) => sum + high, topOf(2 * PER_LINE)) + 2;
  const what = `Header of the ${opcodeName(frame.opcode)} frame: ${FIELDS.map(({ name, from, to }) => `${name} ${bits.slice(from, to)}`).join(', ')}; ${octetsInWords(exactLength(frame))} of payload`;
  return [
    `<svg class="bits" role="img" width="${WIDTH}" viewBox="0 0 ${WIDTH} ${height}" aria-label="${html(what)}">`,
    ...FIELDS.map((field) => fieldCells(field, bits)),
    ...rest.map(({ markup }) => markup),
    ...flaggedBits(annotations).map(flagBox),
    '</svg>',
  ].join('\n');
}

/** Where the cells of the octet begin that the bit is of: below the names of its fields. */
function topOf(bit: number): number {
  return Math.floor(bit / PER_LINE) * (LABELS_HIGH + HIGH) + (bit < 2 * PER_LINE ? LABELS_HIGH : 4);
}

function leftOf(bit: number): number {
  return 1 + (bit % PER_LINE) * CELL;
}

/** What follows the first two octets, a box a field. */
function restLines(frame: Frame): { markup: string; high: number }[] {
  let y = topOf(2 * PER_LINE);
  return partsOfFrame(frame)
    .slice(2)
    .map(({ kind, from, to, says }) => {
      const octets =
        kind === 'length' ? `: ${spaced(frame.header.subarray(from, to))}` : `, ${octetsInWords(to - from)}`;
      const lines = wrap(`${says}${octets}`, COLUMNS, '', '');
      const high = HIGH + (lines.length - 1) * TEXT_HIGH;
      const box = `<rect class="cell ${kind}" x="1" y="${y}" width="${WIDTH - 2}" height="${high}"/>`;
      const texts = lines.map((line, i) => centred(html(line), WIDTH / 2, y + 18 + i * TEXT_HIGH));
      y += high;
      return { markup: box + texts.join(''), high };
    });
}

function centred(text: string, x: number, y: number, kind = ''): string {
  return `<text${kind} x="${x}" y="${y}" text-anchor="middle">${text}</text>`;
}

function fieldCells({ name, from, to, kind }: Bits, bits: string): string {
  const x = leftOf(from);
  const y = topOf(from);
  const width = (to - from) * CELL;
  const label = centred(name, x + width / 2, y - 5, ' class="soft"');
  const box = `<rect class="cell ${kind}" x="${x}" y="${y}" width="${width}" height="${HIGH}"/>`;
  const digits = [...bits.slice(from, to)].map((bit, i) => centred(bit, x + (i + 0.5) * CELL, y + 19));
  return label + box + digits.join('');
}

function flagBox([from, to, kind]: readonly [number, number, string]): string {
  return `<rect class="flag${kind}" x="${leftOf(from)}" y="${topOf(from)}" width="${(to - from) * CELL}" height="${HIGH}"/>`;
}

/** The bits, and a class for what was broken on purpose. */
function flaggedBits(annotations: readonly Annotation[]): [number, number, string][] {
  return annotations.flatMap(({ rule, intent }): [number, number, string][] => {
    const found = RULE_BITS.find(([pattern]) => pattern.test(rule));
    return found ? [[found[1], found[2], intent === 'stimulus' ? ' by-suite' : '']] : [];
  });
}

function spaced(octets: Uint8Array): string {
  return (hexOf(octets).match(/../g) ?? []).join(' ');
}
