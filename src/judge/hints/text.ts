// Texts that went through the wrong conversion, and UTF-8 judged per frame instead of per message (RFC 6455 §8.1).

import { latin1Of, octetInHex, octetsOfText, textOf } from '../../model/octets.ts';
import { CLOSE_CODE } from '../../protocol/frame/close-code.ts';
import { closeCodeOf } from '../../protocol/frame/frame.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import type { HintFacts } from './facts.ts';
import { type HintFound, type HintRecord, ofEchoes } from './record.ts';
import type { LikelyEcho, Sending } from './sendings.ts';
import { countInWords, ENOUGH, isEqual, KEPT } from './wire.ts';

function checkPerFrame({ splitBeforeClose: split, close, endpoint, who }: HintFacts): HintFound | null {
  if (!close || !split || !endpoint.close || closeCodeOf(endpoint.close) !== CLOSE_CODE.INVALID_PAYLOAD) return null;
  const lead = octetInHex(split.lead);
  const says = `row ${close.row}: ${who} failed the connection with 1007, though all text before it is UTF-8; the fragment in row ${split.row} ends inside the UTF-8 sequence that begins with ${lead} at octet ${split.at} of the message: UTF-8 seems to be judged per frame`;
  return { row: close.row, says };
}

/** What decoding each fragment for itself makes of the message. */
function decodedPerFrame(echo: LikelyEcho, sent: Sending): HintFound | null {
  if (sent.frames.length < 2 || !isWholeText(sent)) return null;
  const wrong = octetsOfText(sent.frames.map(({ payload }) => textOf(payload)).join(''));
  if (!isEchoOf(echo, wrong) || isEqual(wrong, sent.raw, sent.rawLength)) return null;
  const says = `row ${echo.row}: ${countInWords(echo.raw.length, echo.rawLength)} are the message of row ${sent.row} with each of its ${sent.frames.length} fragments decoded by itself: UTF-8 seems to be decoded per frame`;
  return { row: echo.row, says };
}

function isWholeText({ opcode, compressed, raw, rawLength }: Sending): boolean {
  return opcode === OPCODE.TEXT && !compressed && raw.length === rawLength && rawLength >= ENOUGH && rawLength < KEPT;
}

function isEchoOf({ kind, raw, rawLength }: LikelyEcho, wrong: Uint8Array): boolean {
  return kind === 'message' && rawLength === wrong.length && raw.length >= ENOUGH && isEqual(wrong, raw, raw.length);
}

const SERVER = '# writer: server\n# extensions: none\n';

const CONVERSIONS: readonly (readonly [convert: (octets: Uint8Array) => Uint8Array, says: string])[] = [
  [(octets) => octetsOfText(latin1Of(octets)), 'taken for Latin-1 and encoded as UTF-8 once more'],
  [(octets) => octetsOfText(windows1252(octets)), 'taken for Windows-1252 and encoded as UTF-8 once more'],
  [(octets) => Buffer.from(textOf(octets), 'latin1'), 'written in Latin-1'],
  [
    (octets) => octetsOfText(textOf(octets).replace(/[^\0-\x7f]/gu, '?')),
    'with ? for each character that is not ASCII',
  ],
  [(octets) => Buffer.from(textOf(octets), 'utf16le'), 'written in UTF-16'],
  [(octets) => octetsOfText(textOf(octets)), 'with U+FFFD for what is not UTF-8: it was decoded without a check'],
];

// Node's TextDecoder takes Windows-1252 for Latin-1.
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

function windows1252(octets: Uint8Array): string {
  return latin1Of(octets).replace(/[\x80-\x9f]/g, (one) => WINDOWS_1252[one.charCodeAt(0) - 0x80] as string);
}

function converted(echo: LikelyEcho, sent: Sending): HintFound | null {
  if (echo.kind !== 'message' || echo.compressed || !isWholeText(sent)) return null;
  // Plain ASCII is the same in all of them but one.
  const isAscii = sent.raw.every((octet) => octet < 0x80);
  if (echo.raw.length < ENOUGH || (isAscii && echo.rawLength !== 2 * sent.rawLength)) return null;
  for (const [convert, how] of CONVERSIONS) {
    const wrong = convert(sent.raw);
    if (isEqual(wrong, sent.raw, sent.rawLength) || !isEchoOf(echo, wrong)) continue;
    const says = `row ${echo.row}: ${countInWords(echo.raw.length, echo.rawLength)} are the text of row ${sent.row} ${how}`;
    return { row: echo.row, says };
  }
  return null;
}

export const TEXT_HINTS: readonly HintRecord[] = [
  {
    id: 'utf8-judged-per-frame',
    title: 'UTF-8 is judged per frame instead of per message',
    check: (facts) => checkPerFrame(facts) ?? ofEchoes(decodedPerFrame)(facts),
    examples: {
      shows: [
        { log: `${SERVER}tx 0103cebacf\ntx 80078ccf83cebcceb5\nrx 888237fa213d3415`, row: 2 },
        { log: `${SERVER}tx 0103cebacf\nrx 888237fa213d3415\ntx 880203ef`, row: 1 },
        {
          log: 'tx 018300000000cebacf\ntx 8087000000008ccf83cebcceb5\nrx 810ecebaefbfbdefbfbdcf83cebcceb5',
          row: 2,
        },
      ],
      holds: [
        { log: `${SERVER}tx 0103cebacf\ntx 80024142\nrx 888237fa213d3415` },
        // The last message is not cut inside a character.
        { log: `${SERVER}tx 0103cebacf\ntx 80078ccf83cebcceb5\ntx 0103616263\ntx 8003646566\nrx 888237fa213d3415` },
        { log: `${SERVER}tx 0104cebacf8c\ntx 8006cf83cebcceb5\nrx 888237fa213d3415` },
        { log: `${SERVER}tx 0103cebacf\ntx 80078ccf83cebcceb5\nrx 888237fa213d3412` },
      ],
    },
  },
  {
    id: 'text-converted',
    title: 'The text came back in another encoding, or encoded twice',
    check: ofEchoes(converted),
    examples: {
      shows: [
        { log: 'tx 8187000000006772c3bcc39f65\nrx 810b6772c383c2bcc383c29f65', row: 1 },
        { log: 'tx 8187000000006772c3bcc39f65\nrx 810b6772c383c2bcc383c5b865', row: 1 },
        { log: 'tx 8187000000006772c3bcc39f65\nrx 81056772fcdf65', row: 1 },
        { log: 'tx 8187000000006772c3bcc39f65\nrx 810567723f3f65', row: 1 },
        { log: 'tx 8186000000006772c3bcc39f\nrx 81046772fcdf', row: 1 },
        { log: 'tx 8186000000006162ff636465\nrx 81086162efbfbd636465', row: 1 },
      ],
      holds: [{ log: 'tx 8187000000006772c3bcc39f65\nrx 81076772c3bcc39f65' }],
    },
  },
];
