// Lengths that are off: the next header stands inside the payload, or a few octets behind it; and the three forms of the
// length confused (RFC 6455 §5.2).

import { octetsInWords } from '../../model/octets.ts';
import { mayBeOnTheWire } from '../../protocol/frame/close-code.ts';
import { unmask } from '../../protocol/frame/masking.ts';
import { frameName, OPCODE } from '../../protocol/frame/opcode.ts';
import type { HintFacts } from './facts.ts';
import { foundAt, isFormConfused, wholeSendings } from './length-form.ts';
import type { HintFound, HintRecord } from './record.ts';
import type { Sending } from './sendings.ts';
import type { Suspect } from './side.ts';
import { countInWords, ENOUGH, type FrameSummary, isEqual, maskedPayload, startsWith, wireFrom } from './wire.ts';

interface Inner {
  readonly opcode: number;
  /** All of its octets. */
  readonly length: number;
  readonly code: number | null;
}

/** The frame that stands at `at`, where one does that anyone may send: whole, short, and unmasked or masked as its like. */
function frameAt(wire: Uint8Array, at: number, masked: boolean): Inner | null {
  const [first = 0, second = 0] = wire.subarray(at, at + 2);
  const opcode = first & 15;
  const isKnown =
    opcode === OPCODE.TEXT || opcode === OPCODE.BINARY || (opcode >= OPCODE.CLOSE && opcode <= OPCODE.PONG);
  const size = second & 0x7f;
  const start = at + (masked ? 6 : 2);
  if ((first & 0xf0) !== 0x80 || !isKnown || second >= 0x80 !== masked || size > 125 || start + size > wire.length) {
    return null;
  }
  const length = start + size - at;
  if (opcode !== OPCODE.CLOSE) return { opcode, length, code: null };
  if (size === 0) return { opcode, length, code: null };
  const key = masked ? wire.subarray(at + 2, start) : new Uint8Array(4);
  const [high = 0, low = 0] = unmask(wire.subarray(start, start + 2), key);
  const code = (high << 8) | low;
  return size > 1 && mayBeOnTheWire(code) ? { opcode, length, code } : null;
}

/** Frames from `at` to the very end; null where something else stands there. */
function framesToEnd(wire: Uint8Array, at: number, masked: boolean): Inner[] | null {
  const frames: Inner[] = [];
  for (let from = at; from < wire.length; ) {
    const inner = frameAt(wire, from, masked);
    if (!inner) return null;
    frames.push(inner);
    from += inner.length;
  }
  return frames.length > 0 ? frames : null;
}

function innerInWords({ opcode, code }: Inner): string {
  return `${frameName(opcode)}${code === null ? '' : ` ${code}`}`;
}

/** What was sent and begins with the payload's first `count` octets, as far as both are known; the whole of it first. */
function shareOf(payload: Uint8Array, count: number, candidates: readonly Sending[]): Sending | null {
  const shared = candidates.filter(({ raw, rawLength }) => {
    const known = Math.min(count, payload.length, raw.length);
    return known >= ENOUGH && rawLength >= count && isEqual(payload, raw, known);
  });
  return shared.find(({ rawLength }) => rawLength === count) ?? shared[0] ?? null;
}

function saysInside(row: number, frame: FrameSummary, at: number, inner: Inner, sent: Sending | null): string {
  const alone = at === 0 ? "right after the frame's header" : `${octetsInWords(at)} into the payload`;
  const where = sent ? `in the payload, after ${countInWords(at, sent.rawLength)} of row ${sent.row},` : alone;
  const declared = lengthOf(frame);
  const tooLarge = `the declared length ${declared} is ${declared - BigInt(at)} too large`;
  const cause = sent && at === sent.rawLength ? tooLarge : `the frame was left unfinished there, or ${tooLarge}`;
  return `row ${row}: ${where} comes ${innerInWords(inner)}: ${cause}`;
}

/** Above 2^53 the number is not exact, the octets are. */
function lengthOf({ header, lengthBits, length }: FrameSummary): bigint {
  return lengthBits === 64 && header.length >= 10 ? Buffer.from(header).readBigUInt64BE(2) : BigInt(length);
}

/** A frame that never ends swallows all that comes after its payload, so the last of that is a Close, most likely. */
function insideUnfinished({ frame, candidates }: Suspect): HintFound | null {
  if (frame.finished || frame.payload.length < frame.received) return null;
  const wire = maskedPayload(frame);
  for (let at = 0; at + 2 <= wire.length; at++) {
    const inner = framesToEnd(wire, at, frame.masked);
    if (!inner) continue;
    const sent = shareOf(frame.payload, at, candidates);
    const hasCode = inner.at(-1)?.code != null;
    if (!hasCode && !sent) continue;
    return { row: frame.row, says: saysInside(frame.row, frame, at, inner[0] as Inner, sent) };
  }
  return null;
}

/** The same where the log cuts the payload off: the last read is a Close of its own. */
function insideCut({ frame, candidates }: Suspect, { lastRead }: HintFacts): HintFound | null {
  if (frame.finished || frame.payload.length === frame.received || frame.row !== lastRead.row || !lastRead.isWhole)
    return null;
  const inner = framesToEnd(lastRead.octets, 0, frame.masked);
  const at = frame.received - lastRead.octets.length;
  if (!inner || at < 0 || inner.at(-1)?.code == null) return null;
  const sent = shareOf(frame.payload, at, candidates);
  return { row: frame.row, says: saysInside(frame.row, frame, at, inner[0] as Inner, sent) };
}

/** The frame was finished with the octets of the next one. */
function insideFinished({ frame, candidates }: Suspect): HintFound | null {
  if (!frame.finished) return null;
  for (const sent of candidates) {
    const { raw, rawLength } = sent;
    if (rawLength >= frame.length || raw.length < rawLength || rawLength < ENOUGH) continue;
    if (!startsWith(frame.payload, raw)) continue;
    const wire = wireFrom(frame).subarray(frame.headerLength);
    const inner = frameAt(wire, rawLength, frame.masked);
    if (!inner) continue;
    return { row: frame.row, says: saysInside(frame.row, frame, rawLength, inner, sent) };
  }
  return null;
}

const checkShort: HintRecord['check'] = ({ suspects }) => {
  for (const suspect of suspects) {
    const { frame } = suspect;
    if (!frame.finished || frame.lengthBits === 64 || isFormConfused(suspect)) continue;
    const wire = wireFrom(frame);
    const at = frame.headerLength - (frame.masked ? 4 : 0);
    for (const sent of wholeSendings(suspect)) {
      if (frame.length >= sent.rawLength || sent.raw.length < sent.rawLength) continue;
      if (foundAt(wire, at, frame.masked, sent) < sent.rawLength) continue;
      const off = sent.rawLength - frame.length;
      const says = `row ${frame.row}: the frame declares ${octetsInWords(frame.length)}, and all ${sent.rawLength} of row ${sent.row} follow its header: the declared length is ${off} too small, and the next header comes ${octetsInWords(off)} later`;
      return { row: frame.row, says };
    }
  }
  return null;
};

/** A Close that someone put into an unfinished frame tells nothing of the length. */
function checkInside(facts: HintFacts): HintFound | null {
  for (const suspect of facts.suspects) {
    if (isFormConfused(suspect)) continue;
    const found = insideUnfinished(suspect) ?? insideFinished(suspect) ?? insideCut(suspect, facts);
    if (found) return found;
  }
  return null;
}

export const LENGTH_HINTS: readonly HintRecord[] = [
  {
    id: 'next-header-inside-payload',
    title: 'The next frame begins inside the payload: the length is too large, or the frame was left unfinished',
    unless: ['echo-without-header', 'http-instead-of-frame', 'tls-instead-of-frame', 'text-instead-of-frame'],
    check: checkInside,
    examples: {
      shows: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810d48656c6c6f\nrx 880203e8', row: 2 },
        { log: 'tx 818d37fa213d7f9f4d5158d6014a58884d5916\nrx 810d48656c6c6f2c\nrx 880203ea', row: 2 },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810d48656c6c6f\nrx 8800', row: 2 },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810648656c6c6f880203e8', row: 1 },
        { log: 'tx 898537fa213d7f9f4d5158\nrx 817f7fffffffffffffff\nrx 880203e9', row: 2 },
        {
          log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818937fa213d7f9f4d5158888237fa213d3412',
          row: 1,
        },
      ],
      holds: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810548656c6c6f880203e8' },
        // A message may hold the octets of a frame.
        { log: 'rx 820948656c6c6f880203e8' },
        // One octet is no body of a Close.
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810d48656c6c6f\nrx 880103' },
      ],
    },
  },
  {
    id: 'length-too-small',
    title: 'The rest of the payload follows the frame: its length is too small',
    check: checkShort,
    examples: {
      shows: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810448656c6c6f880203e8', row: 1 },
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818337fa213d7f9f4d5158', row: 1 },
      ],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158\nrx 010448656c6c80016f' }],
    },
  },
];
