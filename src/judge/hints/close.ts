// Close codes written in another way than as 16 bits in network byte order.

import { hexOf, latin1Of } from '../../model/octets.ts';
import { closeCodeName, mayBeOnTheWire } from '../../protocol/frame/close-code.ts';
import type { HintFacts } from './facts.ts';
import type { HintFound, HintRecord } from './record.ts';

function inWords(code: number): string {
  const name = closeCodeName(code);
  return name ? `${code} (${name})` : String(code);
}

/** The first Close, where the code that it has, read rightly, is none. */
function oddClose({ close, otherClose }: HintFacts): { row: number; octets: Uint8Array; code: number } | null {
  if (!close || close.payload.length < 2) return null;
  const octets = close.payload;
  const code = ((octets[0] as number) << 8) | (octets[1] as number);
  // An endpoint that sends back what it got has written nothing itself.
  const isEcho = otherClose !== null && hexOf(otherClose.payload.subarray(0, 2)) === hexOf(octets.subarray(0, 2));
  return mayBeOnTheWire(code) || isEcho ? null : { row: close.row, octets, code };
}

function found(row: number, octets: Uint8Array, read: number, how: string, code: number): HintFound {
  const says = `row ${row}: the close code ${read} comes from the octets ${hexOf(octets)}, which are ${inWords(code)} ${how}`;
  return { row, says };
}

function checkDigits(facts: HintFacts): HintFound | null {
  const odd = oddClose(facts);
  const digits = odd ? latin1Of(odd.octets.subarray(0, 4)) : '';
  if (!odd || !/^[1-4]\d{3}$/.test(digits)) return null;
  return found(odd.row, odd.octets.subarray(0, 4), odd.code, 'as ASCII digits', Number(digits));
}

function checkLittleEndian(facts: HintFacts): HintFound | null {
  const odd = oddClose(facts);
  if (!odd) return null;
  const code = ((odd.octets[1] as number) << 8) | (odd.octets[0] as number);
  if (!mayBeOnTheWire(code)) return null;
  // Private codes are any octets: they have to be those of the other endpoint's Close.
  const other = facts.otherClose?.payload;
  const isDue = other !== undefined && other[0] === odd.octets[1] && other[1] === odd.octets[0];
  if (code >= 3000 && !isDue) return null;
  return found(odd.row, odd.octets.subarray(0, 2), odd.code, 'in little-endian order', code);
}

function checkWide(facts: HintFacts): HintFound | null {
  const odd = oddClose(facts);
  if (!odd || odd.octets.length < 4) return null;
  const octets = Buffer.from(odd.octets.subarray(0, 4));
  const [big, little] = [octets.readUInt32BE(), octets.readUInt32LE()];
  if (mayBeOnTheWire(big)) return found(odd.row, octets, odd.code, 'in 32 bits', big);
  return mayBeOnTheWire(little) ? found(odd.row, octets, odd.code, 'in 32 bits, little-endian', little) : null;
}

export const CLOSE_HINTS: readonly HintRecord[] = [
  {
    id: 'close-code-as-digits',
    title: 'The close code is sent as ASCII digits',
    check: checkDigits,
    examples: {
      shows: [
        { log: 'tx 888237fa213d3412\nrx 880431303030', row: 1 },
        { log: 'rx 880831303032206f6f70', row: 0 },
      ],
      holds: [{ log: 'tx 888237fa213d3412\nrx 880203e8' }, { log: 'rx 880603e831303030' }],
    },
  },
  {
    id: 'close-code-too-wide',
    title: 'The close code is sent in 32 bits instead of 16',
    check: checkWide,
    examples: {
      shows: [
        { log: 'rx 8804000003e8', row: 0 },
        { log: 'rx 8804ea030000', row: 0 },
      ],
      holds: [{ log: 'rx 88020000' }, { log: 'rx 880603e8000003e8' }],
    },
  },
  {
    id: 'close-code-little-endian',
    title: 'The close code is sent with its low octet first',
    unless: ['close-code-too-wide'],
    check: checkLittleEndian,
    examples: {
      shows: [
        { log: 'rx 8802e803', row: 0 },
        { log: 'tx 888237fa213d385a\nrx 8802a00f', row: 1 },
      ],
      holds: [
        { log: 'rx 880203e8' },
        // It sends back what it got.
        { log: '# writer: client\n# under-test: server\n# extensions: none\ntx 888237fa213ddff9\nrx 8802e803' },
        { log: 'rx 8802a00f' },
        { log: 'rx 8802b80b' },
        // What the other side sent is not judged.
        { log: '# writer: client\n# under-test: server\n# extensions: none\ntx 888237fa213ddff9' },
      ],
    },
  },
];
