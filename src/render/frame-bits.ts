// A frame's header drawn bit by bit, as in the figure of RFC 6455 §5.2: sixteen bits a line.

import { partsOfFrame } from '../attach/fields.ts';
import type { Annotation } from '../judge/annotation.ts';
import { hexOf, octetsInWords } from '../model/octets.ts';
import { exactLength, type Frame } from '../protocol/frame/frame.ts';
import { opcodeName } from '../protocol/frame/opcode.ts';
import { html } from './html.ts';

const CELL = 38;
const WIDTH = 16 * CELL + 2;
const LABELS_Y = 14;
const TOP = 22;
const HIGH = 30;

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
  const cells = FIELDS.map((field) => fieldCells(field, bits));
  const rest = partsOfFrame(frame).slice(2);
  const lines = rest.map(({ kind, from, to, says }, i) => {
    const y = TOP + HIGH * (i + 1);
    const octets = kind === 'length' ? `: ${spaced(header.subarray(from, to))}` : `, ${octetsInWords(to - from)}`;
    return `<rect class="cell ${kind}" x="1" y="${y}" width="${WIDTH - 2}" height="${HIGH}"/><text x="${WIDTH / 2}" y="${y + 20}" text-anchor="middle">${html(says)}${html(octets)}</text>`;
  });
  const flags = flaggedBits(annotations).map(
    ([from, to]) =>
      `<rect class="flag" x="${1 + from * CELL}" y="${TOP}" width="${(to - from) * CELL}" height="${HIGH}"/>`,
  );
  const height = TOP + HIGH * (rest.length + 1) + 2;
  const what = `Header of the ${opcodeName(frame.opcode)} frame: ${FIELDS.map(({ name, from, to }) => `${name} ${bits.slice(from, to)}`).join(', ')}; ${octetsInWords(exactLength(frame))} of payload`;
  return [
    `<svg class="bits" role="img" viewBox="0 0 ${WIDTH} ${height}" aria-label="${html(what)}">`,
    ...cells,
    ...lines,
    ...flags,
    '</svg>',
  ].join('\n');
}

function fieldCells({ name, from, to, kind }: Bits, bits: string): string {
  const x = 1 + from * CELL;
  const width = (to - from) * CELL;
  const label = `<text class="soft" x="${x + width / 2}" y="${LABELS_Y}" text-anchor="middle">${name}</text>`;
  const box = `<rect class="cell ${kind}" x="${x}" y="${TOP}" width="${width}" height="${HIGH}"/>`;
  const digits = [...bits.slice(from, to)].map(
    (bit, i) => `<text x="${x + (i + 0.5) * CELL}" y="${TOP + 20}" text-anchor="middle">${bit}</text>`,
  );
  return label + box + digits.join('');
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
