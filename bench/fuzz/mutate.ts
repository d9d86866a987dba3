// Inputs made of others: cut, doubled, put together, with pieces put in that mean something to one reader or another.

import type { Chance } from '../../src/model/wire-frame.fixture.ts';

/** What a log must not bring to a terminal, and what would forge a row or a command. One character an octet. */
const EVIL: readonly string[] = [
  '\x1b[31m',
  '\x1b]52;c;aGk=\x07',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u115f',
  '\u3164',
  '\ufeff',
  '\u2028',
  '\u{e0041}',
  '\0',
  '\r',
].map((text) => Buffer.from(text, 'utf8').toString('latin1'));

const PIECES: readonly string[] = [
  ...EVIL,
  '\n',
  '\r\n',
  ' ',
  '               ',
  '0',
  '-1',
  '1e999',
  '9'.repeat(20),
  '0x',
  'LEN=99999999999999',
  ' ...',
  '@1e5',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '[',
  ']',
  '{',
  '}',
  '[[[[',
  ',',
  ':',
  'null',
  'true',
  '<',
  '>',
  '> ',
  '&#27;',
  '</pre>',
  '```\n',
  '# a: 1\n',
  '000 RX OCTETS: 8100\n',
  'rx ',
  'None',
  '__proto__',
  'constructor',
  '(',
  ')',
  '*',
  'and ',
  'not ',
  '==',
  'permessage-deflate',
  '\x80',
  '\xff',
  '\x00\x00\xff\xff',
];

/** The seed with one to eight edits; `others` lend parts of theirs. */
export function mutant(chance: Chance, seed: string, others: readonly string[]): string {
  let text = seed;
  for (let left = 1 + chance(8); left > 0; left--) text = edited(chance, text, others);
  return text.slice(0, 1 << 16);
}

function edited(chance: Chance, text: string, others: readonly string[]): string {
  const at = chance(text.length + 1);
  const size = 1 + chance(chance(4) === 0 ? 200 : 8);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (chance(7)) {
    case 0:
      return before + after.slice(size);
    case 1:
      return before + after.slice(0, size) + after;
    case 2:
      return before + String.fromCharCode(chance(256)) + after.slice(1);
    case 3: {
      const other = others[chance(others.length)] ?? '';
      const from = chance(other.length + 1);
      return before + other.slice(from, from + size * 4) + after;
    }
    case 4:
      return chance(8) === 0 ? before : before + after.slice(0, size).repeat(1 + chance(30)) + after;
    case 5:
      return before.replace(/[\w.+-]+$/, '') + (PIECES[chance(PIECES.length)] ?? '') + after.replace(/^[\w.+-]+/, '');
    default:
      return before + (PIECES[chance(PIECES.length)] ?? '') + after;
  }
}
