// Echoes that came back changed: cut, grown, of another type, in pieces.

import { hexOf, octetsInWords } from '../../model/octets.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import type { HintFacts } from './facts.ts';
import { type EchoCheck, type HintFound, type HintRecord, ofEchoes } from './record.ts';
import { type LikelyEcho, type Sending, sendingInWords } from './sendings.ts';
import { agree, countInWords, ENOUGH, type FrameSummary, isEqual, rowEndingAt, startsWith } from './wire.ts';

/** Where nobody has to echo, the same octet over and over is no evidence. */
function ofTellingEchoes(ask: EchoCheck): HintRecord['check'] {
  return ofEchoes((echo, sent, facts) =>
    facts.echoesAll || echo.raw.some((octet) => octet !== echo.raw[0]) ? ask(echo, sent, facts) : null,
  );
}

const TYPES: Readonly<Record<number, string>> = {
  [OPCODE.TEXT]: 'text',
  [OPCODE.BINARY]: 'binary',
  [OPCODE.CONTINUATION]: 'a continuation',
};

function typeChanged(echo: LikelyEcho, sent: Sending): HintFound | null {
  if (echo.kind !== 'message' || echo.opcode === sent.opcode || echo.length !== sent.length || !echo.isSure)
    return null;
  const [was, is] = [TYPES[sent.opcode], TYPES[echo.opcode]];
  const count = Math.min(echo.octets.length, sent.octets.length);
  if (!was || !is || count < ENOUGH || !agree(echo.octets, sent.octets)) return null;
  const how = echo.opcode === OPCODE.CONTINUATION ? 'lost its type' : 'changed its type';
  const says = `row ${echo.row}: ${countInWords(count, echo.length)} are those of row ${sent.row}, which were ${was}, and came back as ${is}: the echo ${how}`;
  return { row: echo.row, says };
}

/** Sizes of buffers and limits of the length's forms at which programs cut. */
const LIMITS: readonly number[] = [125, 0xffff];
const BOUNDARIES: readonly number[] = [126, 127, 128, 255, 256, 511, 512, 1023, 1024].concat(
  [11, 12, 13, 14, 15, 16].flatMap((bits) => [2 ** bits - 1, 2 ** bits]),
);
function cutAt({ rawLength, raw }: LikelyEcho, sent: Sending): string | null {
  const [frame] = sent.frames;
  const ending = frame && sent.frames.length === 1 ? rowEndingAt(frame, rawLength) : null;
  if (ending !== null) return `the end of what had come with row ${ending}`;
  if (LIMITS.includes(rawLength)) return `${rawLength} octets, the limit of a form of the length`;
  const isOneShort = sent.rawLength - rawLength === 1;
  if (BOUNDARIES.includes(rawLength) && !isOneShort) return `${rawLength} octets, the size of a buffer`;
  if (sent.raw[raw.length] === 0 && raw.length === rawLength) return 'the first 00, where a C string ends';
  return null;
}

function cut(echo: LikelyEcho, sent: Sending, facts: HintFacts): HintFound | null {
  if (!isPart(echo, sent) || fragmentAlone(echo, sent, facts)) return null;
  const short = sent.rawLength - echo.rawLength;
  const where = cutAt(echo, sent);
  // An answer in its own right may by chance be the beginning of what was sent.
  if (!facts.echoesAll && !where) return null;
  const at = where === null ? '' : `, cut at ${where}`;
  const says = `row ${echo.row}: ${countInWords(echo.raw.length, echo.rawLength)} are the beginning of the ${sent.rawLength} of row ${sent.row}: ${sendingInWords(sent)} came back ${octetsInWords(short)} short${at}`;
  return { row: echo.row, says };
}

/** The beginning of it, and in nothing else wrong. */
function isPart(echo: LikelyEcho, sent: Sending): boolean {
  if (echo.compressed || sent.compressed || !echo.isSure) return false;
  if (echo.rawLength >= sent.rawLength || echo.raw.length < ENOUGH) return false;
  return agree(echo.raw, sent.raw) && sent.raw.length >= ENOUGH;
}

/** The fragment that the echo is. */
function fragmentOf(
  { raw, rawLength, row, kind }: LikelyEcho,
  { frames, compressed, rawLength: whole }: Sending,
): FrameSummary | null {
  if (kind !== 'message' || frames.length < 2 || compressed || raw.length < ENOUGH) return null;
  // The others may be empty.
  if (rawLength === whole) return null;
  const found = frames.find(
    (one) => one.row < row && one.length === rawLength && one.payload.length >= ENOUGH && agree(one.payload, raw),
  );
  return found ?? null;
}

function fragmentAlone(echo: LikelyEcho, sent: Sending, { echoes, echoesAll }: HintFacts): HintFound | null {
  const one = fragmentOf(echo, sent);
  if (!one || !echo.isSure) return null;
  const isOther = (other: LikelyEcho) => ![null, one].includes(fragmentOf(other, sent));
  if (!echoesAll && !echoes.some(isOther)) return null;
  const says = `row ${echo.row}: ${countInWords(echo.raw.length, echo.rawLength)} are the payload of the fragment in row ${one.row}: the fragments were not put together`;
  return { row: echo.row, says };
}

const ENDS: Readonly<Record<string, string>> = {
  '00': 'the end of a C string',
  '0a': 'a line end',
  '0d0a': 'a line end',
};

function grown(echo: LikelyEcho, sent: Sending, { echoesAll }: HintFacts): HintFound | null {
  if (!echoesAll) return null;
  const { raw, rawLength } = echo;
  if (rawLength <= sent.rawLength || raw.length < rawLength || !echo.isSure) return null;
  if (sent.raw.length < Math.max(sent.rawLength, ENOUGH) || !startsWith(raw, sent.raw)) return null;
  const rest = raw.subarray(sent.rawLength);
  const end = ENDS[hexOf(rest)];
  const stale = echo.candidates.find(
    (one) =>
      one.row < echo.row &&
      rest.length >= ENOUGH &&
      isEqual(one.raw.subarray(sent.rawLength), rest, rest.length) &&
      !startsWith(one.raw, raw),
  );
  if (!end && !stale) return null;
  const what = stale
    ? `then those of row ${stale.row} from octet ${sent.rawLength} on: a buffer was not cleared`
    : `then ${hexOf(rest)}, ${end}`;
  return {
    row: echo.row,
    says: `row ${echo.row}: first come the ${sent.rawLength} octets of row ${sent.row}, ${what}`,
  };
}

const ECHOED = 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f\n';

/** The log's own account confirms where frames begin again. */
const LAST_FRAME = 'RX FRAME : OPCODE=0, FIN=True, RSV=0, PAYLOAD-LEN=4, MASKED=False, MASK=None\n               o, w';

export const ECHO_HINTS: readonly HintRecord[] = [
  {
    id: 'echo-type-changed',
    title: 'The echo lost or changed its type',
    check: ofTellingEchoes(typeChanged),
    examples: {
      shows: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 820548656c6c6f', row: 1 },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 800548656c6c6f', row: 1 },
        { log: 'tx 818437fa213d7f9f4d51\nrx 820448656c6c', row: 1 },
        { log: '# writer: server\n# extensions: none\ntx 820548656c6c6f\nrx 818537fa213d7f9f4d5158', row: 1 },
      ],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f' }, { log: 'tx 818037fa213d\nrx 8200' }],
    },
  },
  {
    id: 'echo-cut',
    title: 'The echo is the beginning of what was sent',
    unless: ['length-too-small'],
    check: ofTellingEchoes(cut),
    examples: {
      shows: [
        { log: `${ECHOED}tx 818d37fa213d7f9f4d5158d6014a58884d5916\nrx 810c48656c6c6f2c20776f726c64`, row: 3 },
        { log: `tx 81fe008000000000${'2a2b2c2d'.repeat(32)}\nrx 817d${'2a2b2c2d'.repeat(31)}2a`, row: 1 },
        // What came with the first read.
        { log: 'tx 818d37fa213d7f9f4d51\ntx 58d6014a58884d5916\nrx 810448656c6c', row: 2 },
        { log: 'tx 828e37fa213d7f9f4d5158fa76524596453d37fb\nrx 820548656c6c6f', row: 1 },
        { log: `${ECHOED}tx 898a000000007061796c6f61642d3137\nrx 8a097061796c6f61642d31`, row: 3 },
      ],
      holds: [
        // An answer of its own.
        { log: 'tx 818d37fa213d7f9f4d5158d6014a58884d5916\nrx 810548656c6c6f' },
        { log: 'tx 818d37fa213d7f9f4d5158d6014a58884d5916\nrx 810d48656c6c6f2c20776f726c6421' },
        // A fragment of the echo is lost; or what it would be the echo of.
        {
          log: `${ECHOED}tx 818937fa213d7f9f4d5158d6014a58\nrx 010448656c6c\nRX OCTETS: 00016zz\nrx 80046f2c2077\n${LAST_FRAME}`,
        },
        {
          log: `${ECHOED}tx 818d37fa213d7f9f4d5158d6014a58884d5916\nTX OCTETS: 8185zz\nrx 810c48656c6c6f2c20776f726c64`,
        },
      ],
    },
  },
  {
    id: 'fragment-echoed-alone',
    title: 'A fragment came back as a message: the fragments were not put together',
    check: ofTellingEchoes(fragmentAlone),
    examples: {
      shows: [
        { log: 'tx 018537fa213d7f9f4d5158\ntx 80859c51e07bcb3e9217f8\nrx 810548656c6c6f\nrx 8105576f726c64', row: 2 },
      ],
      holds: [
        // An echo that goes out as the fragments come in.
        { log: 'tx 018537fa213d7f9f4d5158\nrx 010548656c6c6f\ntx 80859c51e07bcb3e9217f8\nrx 8005576f726c64' },
      ],
    },
  },
  {
    id: 'echo-grown',
    title: 'The echo has more octets at its end: of a string, a line, or an earlier message',
    check: ofTellingEchoes(grown),
    examples: {
      shows: [
        { log: `${ECHOED}tx 818537fa213d7f9f4d5158\nrx 810648656c6c6f00`, row: 3 },
        {
          log: 'tx 818d37fa213d7f9f4d5158d6014a58884d5916\nrx 810d48656c6c6f2c20776f726c6421\ntx 81859c51e07bcb3e9217f8\nrx 810d576f726c642c20776f726c6421',
          row: 3,
        },
      ],
      holds: [
        { log: `${ECHOED}tx 818537fa213d7f9f4d5158\nrx 810648656c6c6f21` },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810648656c6c6f00' },
      ],
    },
  },
];
