// Something else stands where a frame should begin. Each of these beginnings is one that no frame can have: its opcode is
// reserved, or it is a control frame in fragments.

import { escapeText, hexOf, latin1Of, octetsInWords } from '../../model/octets.ts';
import { pushUtf8, startUtf8 } from '../../model/utf8.ts';
import { isPacket } from '../../protocol/packet.ts';
import type { HintFacts } from './facts.ts';
import type { HintFound, HintRecord } from './record.ts';
import { type Sending, sendingInWords } from './sendings.ts';
import type { Suspect } from './side.ts';
import { countInWords, ENOUGH, isEqual, wireFrom } from './wire.ts';

interface ForeignStart {
  readonly row: number;
  readonly octets: Uint8Array;
  /** Nothing but the handshake stands before it. */
  readonly isFirst: boolean;
}

function* startsOf({ start, foreign, broken, unfinished }: HintFacts): Generator<ForeignStart> {
  if (foreign) yield { ...foreign, isFirst: foreign.row === start.row };
  if (start.octets.length > 0) yield { ...start, isFirst: true };
  const all = unfinished ? [...broken, unfinished] : broken;
  for (const frame of all) yield { row: frame.startRow, octets: wireFrom(frame), isFirst: frame.ordinal === 0 };
}

function checkStarts(nameOfStart: (start: ForeignStart) => string | null): HintRecord['check'] {
  return (facts) => {
    for (const start of startsOf(facts)) {
      const what = nameOfStart(start);
      if (what) return { row: start.row, says: `row ${start.row}: ${what}` };
    }
    return null;
  };
}

const HTTP = /^(?:HTTP\/\d\.\d \d{3}|(?:GET|POST|HEAD|PUT|DELETE|OPTIONS|CONNECT|PATCH) \S+ HTTP\/)/;

function httpAt({ octets }: ForeignStart): string | null {
  const text = latin1Of(octets);
  if (!HTTP.test(text)) return null;
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  return `HTTP stands where a frame should begin: "${escapeText(line.slice(0, 60))}"`;
}

const RECORDS: Readonly<Record<number, string>> = {
  20: 'a change_cipher_spec record',
  21: 'an alert record',
  22: 'a handshake record',
  23: 'a record of application data',
};
const ALERTS: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  40: 'handshake_failure',
  70: 'protocol_version',
};

/** RFC 8446 §5.1: type, 03 and the version, length. */
function tlsAt({ octets }: ForeignStart): string | null {
  const [type = 0, major, minor = 0xff, high = 0xff, low = 0, level = 0, alert = 0] = octets;
  const record = RECORDS[type];
  const length = high * 256 + low;
  if (!record || major !== 3 || minor > 4 || octets.length < 5 || length === 0 || length > 0x4100) return null;
  // A handshake begins with a hello, an alert is two octets, a warning or fatal.
  if (type === 0x16 && level !== 1 && level !== 2) return null;
  if (type === 0x14 && (length !== 1 || level !== 1)) return null;
  if (type === 0x15 && (length !== 2 || (level !== 1 && level !== 2))) return null;
  if (type === 0x17 && octets.length < 5 + length) return null;
  const name = type === 0x15 ? ` (${ALERTS[alert] ?? alert})` : '';
  return `TLS stands where a frame should begin: ${hexOf(octets.subarray(0, 5))} is the header of ${record}${name} of ${octetsInWords(length)}`;
}

const JSON_START = /^(?:\{\s*"|\[\s*(?:[[{"]|-?\d))/;
const ENOUGH_TEXT = 16;

function isText(octets: Uint8Array): boolean {
  return (
    pushUtf8(startUtf8(), octets) < 0 && !octets.some((octet) => (octet < 32 && !BLANKS.has(octet)) || octet === 127)
  );
}

const BLANKS: ReadonlySet<number> = new Set([9, 10, 13]);

function shown(octets: Uint8Array): string {
  const text = Buffer.from(octets.subarray(0, 48)).toString('utf8');
  return `"${escapeText(text)}"`;
}

function textAt({ octets, isFirst }: ForeignStart): string | null {
  if (octets.length < 2 * ENOUGH || !isText(octets) || httpAt({ octets, isFirst, row: 0 })) return null;
  if (JSON_START.test(latin1Of(octets.subarray(0, 16))))
    return `JSON without a frame header stands where a frame should begin: ${shown(octets)}`;
  return isFirst && octets.length >= ENOUGH_TEXT
    ? `text without a frame header stands where a frame should begin: ${shown(octets)}`
    : null;
}

/** What was sent stands on the wire with no header before it. */
function bareEcho({ frame, candidates }: Suspect): HintFound | null {
  return bareAt(frame.startRow, wireFrom(frame), candidates);
}

function bareForeign({ foreign, sendings }: HintFacts): HintFound | null {
  return foreign && bareAt(foreign.row, foreign.octets, sendings);
}

function bareAt(row: number, onWire: Uint8Array, candidates: readonly Sending[]): HintFound | null {
  const sent = candidates.find((one) => isBareIn(onWire, one));
  if (!sent) return null;
  const says = `row ${row}: ${countInWords(sent.raw.length, sent.rawLength)} of ${sendingInWords(sent)} of row ${sent.row} stand where a frame should begin, without a header`;
  return { row, says };
}

const CHUNK_END = '0\r\n\r\n';

function chunkEndAt({ octets }: ForeignStart): string | null {
  return latin1Of(octets.subarray(0, CHUNK_END.length)) === CHUNK_END
    ? 'the end of a chunked body, 0 CR LF CR LF, stands where a frame should begin: the response was sent as chunked'
    : null;
}

function packetAt({ octets }: ForeignStart): string | null {
  if (!isPacket(octets, octets.length)) return null;
  return `a whole packet with its headers stands where a frame should begin, ${hexOf(octets.subarray(0, 16))}…: only its TCP payload is WebSocket`;
}

function isBareIn(onWire: Uint8Array, { raw }: Sending): boolean {
  return raw.length >= ENOUGH && isEqual(onWire, raw, raw.length);
}

export const FOREIGN_HINTS: readonly HintRecord[] = [
  {
    id: 'http-instead-of-frame',
    title: 'HTTP where a frame should begin',
    check: checkStarts(httpAt),
    examples: {
      shows: [
        { log: '# writer: client\n# extensions: none\nrx "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"', row: 0 },
        { log: 'rx 8100\nrx "HTTP/1.1 500 Oops\\r\\nConnection: close\\r\\n\\r\\n"', row: 1 },
        { log: '# writer: server\n# extensions: none\nrx "GET /chat HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"', row: 0 },
        // In two rows.
        { log: '# writer: client\n# extensions: none\nrx "HTTP/1.1 4"\nrx "00 Bad Request\\r\\n\\r\\n"', row: 0 },
      ],
      holds: [{ log: 'rx 811a485454502f312e31203430302042616420526571756573740d0a' }],
    },
  },
  {
    id: 'tls-instead-of-frame',
    title: 'TLS where a frame should begin',
    check: checkStarts(tlsAt),
    examples: {
      shows: [
        { log: '# writer: server\n# extensions: none\nrx 16030100050100000100', row: 0 },
        { log: 'rx 8100\nrx 15030300020228', row: 1 },
        { log: 'rx 8100\nrx 140303000101', row: 1 },
        { log: 'rx 8100\nrx 1703030005a1b2c3d4e5', row: 1 },
      ],
      holds: [{ log: 'rx 820a16030100050100000100' }, { log: 'rx 8100\nrx 1703030006a1b2c3d4e5' }],
    },
  },
  {
    id: 'packet-instead-of-frame',
    title: 'A whole packet of a capture where a frame should begin',
    check: checkStarts(packetAt),
    examples: {
      shows: [
        {
          log: `rx 4500002f000040004006${'00'.repeat(2)}7f0000017f000001${'2328d431000000010000000150180200000000008105'}48656c6c6f`,
          row: 0,
        },
      ],
      holds: [{ log: 'rx 820445000028' }],
    },
  },
  {
    id: 'chunk-end-instead-of-frame',
    title: 'The end of a chunked body where a frame should begin',
    check: checkStarts(chunkEndAt),
    examples: {
      shows: [
        { log: 'rx 300d0a0d0a\nrx 810548656c6c6f', row: 0 },
        { log: 'rx 8100\nrx 300d0a0d0a', row: 1 },
        { log: 'rx 300d0a0d0a810548656c6c6f\nrx 8100', row: 0 },
      ],
      holds: [{ log: 'rx 8105300d0a0d0a' }],
    },
  },
  {
    id: 'echo-without-header',
    title: 'What was sent came back without a frame header',
    unless: ['length-too-small'],
    check: (facts) => bareForeign(facts) ?? facts.suspects.map(bareEcho).find((found) => found !== null) ?? null,
    examples: {
      shows: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 48656c6c6f', row: 1 },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 8900\nrx 48656c6c6f', row: 2 },
      ],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f' }],
    },
  },
  {
    id: 'text-instead-of-frame',
    title: 'JSON or text without a header where a frame should begin',
    unless: ['length-too-small', 'echo-without-header'],
    check: checkStarts(textAt),
    examples: {
      shows: [
        { log: 'rx "{\\"type\\":\\"hello\\"}"', row: 0 },
        { log: 'rx 81056869202121\nrx "[{\\"id\\":17}]"', row: 1 },
        { log: '# extensions: none\nrx "welcome to the chat room, stranger\\n"', row: 0 },
      ],
      holds: [
        { log: 'rx 81107b2274797065223a2268656c6c6f227d' },
        // Too little to be sure of.
        { log: '# extensions: none\nrx "welcome to it\\n"' },
      ],
    },
  },
];
