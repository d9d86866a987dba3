// Lengths that are off: the next header stands inside the payload, or a few octets behind it; and the three forms of the
// length confused (RFC 6455 §5.2).

import type { HintFacts } from './hints-facts.ts';
import { nameOf } from './hints-masking.ts';
import { ENOUGH, type HintFound, type HintRecord } from './hints-record.ts';
import type { Sending } from './hints-sendings.ts';
import type { Suspect } from './hints-side.ts';
import { countInWords, isEqual, maskedPayload, octets, startsWith, type WireFrame, wireFrom } from './hints-wire.ts';
import { hexOf } from './octets.ts';
import { mayBeOnTheWire } from './protocol/close-code.ts';
import { unmask } from './protocol/masking.ts';
import { OPCODE, opcodeName } from './protocol/opcode.ts';

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
  const name = opcodeName(opcode);
  return `${name === 'close' ? 'a Close' : `a ${name} frame`}${code === null ? '' : ` ${code}`}`;
}

/** What was sent and begins with the payload's first `count` octets, as far as both are known; the whole of it first. */
function shareOf(payload: Uint8Array, count: number, candidates: readonly Sending[]): Sending | null {
  const shared = candidates.filter(({ raw, rawLength }) => {
    const known = Math.min(count, payload.length, raw.length);
    return known >= ENOUGH && rawLength >= count && isEqual(payload, raw, known);
  });
  return shared.find(({ rawLength }) => rawLength === count) ?? shared[0] ?? null;
}

function saysInside(row: number, frame: WireFrame, at: number, inner: Inner, sent: Sending | null): string {
  const before = sent ? `${countInWords(at, sent.rawLength)} of row ${sent.row} and then ` : '';
  const alone = at === 0 ? 'right behind its header stands ' : `${octets(at)} into its payload stands `;
  const where = before === '' ? alone : 'in its payload stand ';
  const declared = lengthOf(frame);
  const off = sent && at === sent.rawLength ? `: its length is ${declared - BigInt(at)} too great` : '';
  return `row ${row}: ${where}${before}${innerInWords(inner)}; the frame declares ${declared}${off || `, and was left after ${at} or has a length that is off by ${declared - BigInt(at)}`}`;
}

/** Above 2^53 the number is not exact, the octets are. */
function lengthOf({ header, lengthBits, length }: WireFrame): bigint {
  return lengthBits === 64 && header.length >= 10 ? Buffer.from(header).readBigUInt64BE(2) : BigInt(length);
}

/** A frame that never ends swallows all that comes after its payload, so the last of that is a Close, most likely. */
function insideUnfinished({ frame, candidates }: Suspect): HintFound | null {
  if (frame.finished || frame.payload.length < frame.received) return null;
  const wire = maskedPayload(frame);
  for (let at = 0; at + 2 <= wire.length; at++) {
    if (((wire[at] as number) & 0xf0) !== 0x80) continue;
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

function* wholeSendings({ candidates }: Suspect): Generator<Sending> {
  for (const sent of candidates) if (sent.raw.length >= ENOUGH) yield sent;
}

/** How many octets of the sending stand at `at` on the wire, after a key where the frame is masked. */
function foundAt(wire: Uint8Array, at: number, masked: boolean, { raw }: Sending): number {
  const from = masked ? at + 4 : at;
  const piece = wire.subarray(from, from + raw.length);
  const clear = masked ? unmask(piece, wire.subarray(at, from)) : piece;
  return clear.length >= ENOUGH && startsWith(raw, clear) ? clear.length : 0;
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
      const says = `row ${frame.row}: the frame declares ${octets(frame.length)}, and all ${sent.rawLength} of row ${sent.row} stand behind its header: its length is ${off} too small, and the next header stands ${octets(off)} further`;
      return { row: frame.row, says };
    }
  }
  return null;
};

interface Form {
  /** Octets of the length that was written, behind the second octet; 0: in that octet itself. */
  readonly width: number;
  readonly isLittle: boolean;
  readonly says: string;
}

const FORMS: readonly Form[] = [
  { width: 0, isLittle: false, says: 'in the second octet itself, where 126 and 127 mean something else' },
  { width: 1, isLittle: false, says: 'in 8 bits' },
  { width: 2, isLittle: false, says: 'in 16 bits' },
  { width: 2, isLittle: true, says: 'in 16 bits, little-endian' },
  { width: 4, isLittle: false, says: 'in 32 bits' },
  { width: 4, isLittle: true, says: 'in 32 bits, little-endian' },
  { width: 8, isLittle: false, says: 'in 64 bits' },
  { width: 8, isLittle: true, says: 'in 64 bits, little-endian' },
];

interface Confusion {
  readonly sent: Sending;
  readonly form: Form;
  readonly written: Uint8Array;
  readonly found: number;
}

/** What was sent stands behind a length that was written in another form than the second octet announces. */
function confusionOf(suspect: Suspect): Confusion | null {
  const { frame } = suspect;
  if (frame.lengthBits === 7) return null;
  const wire = wireFrom(frame);
  for (const sent of wholeSendings(suspect)) {
    for (const form of FORMS) {
      // As it was announced, or the same backwards.
      const isRight = form.width * 8 === frame.lengthBits && sent.rawLength === frame.length;
      const written = form.width === 0 ? wire.subarray(1, 2) : wire.subarray(2, 2 + form.width);
      if (isRight || numberOf(form, written) !== sent.rawLength) continue;
      const found = foundAt(wire, 2 + form.width, frame.masked, sent);
      if (found > 0) return { sent, form, written, found };
    }
  }
  return null;
}

function numberOf({ width, isLittle }: Form, written: Uint8Array): number {
  if (width === 0) return (written[0] as number) & 0x7f;
  const octets = isLittle ? Uint8Array.from(written).reverse() : written;
  return octets.length === width ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : -1;
}

function isFormConfused(suspect: Suspect): boolean {
  return confusionOf(suspect) !== null;
}

const checkForm: HintRecord['check'] = ({ suspects }) => {
  for (const suspect of suspects) {
    const confusion = confusionOf(suspect);
    if (!confusion) continue;
    const { sent, form, written, found } = confusion;
    const { frame } = suspect;
    const announced = frame.lengthBits === 16 ? '126 announces 16 bits' : '127 announces 64 bits';
    const says = `row ${frame.row}: ${announced}, and the length ${sent.rawLength} of ${nameOf(sent)} in row ${sent.row} is written ${form.says} (${hexOf(written)}); right behind it stand ${countInWords(found, sent.rawLength)}`;
    return { row: frame.row, says };
  }
  return null;
};

const checkAlwaysWide: HintRecord['check'] = ({ lengths, who }) => {
  const { frames, wide, needed, first } = lengths;
  if (!first || wide < 2 || wide + needed < frames) return null;
  const says = `row ${first.row}: ${who} gives the length ${first.length} in ${first.lengthBits} bits, and so in all its ${frames} frames, ${wide} of which do not need them: it seems to know no shorter form`;
  return { row: first.row, says };
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
    title: 'The next frame stands inside the payload: the length is too great, or the frame was left unfinished',
    check: checkInside,
    examples: {
      shows: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810d48656c6c6f\nrx 880203e8', row: 2 },
        { log: 'tx 818d37fa213d7f9f4d5158d6014a58884d5916\nrx 810d48656c6c6f2c\nrx 880203ea', row: 2 },
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
      ],
    },
  },
  {
    id: 'length-too-small',
    title: 'The rest of the payload stands behind the frame: its length is too small',
    check: checkShort,
    examples: {
      shows: [
        { log: 'tx 818537fa213d7f9f4d5158\nrx 810448656c6c6f880203e8', row: 1 },
        { log: '# writer: server\n# extensions: none\ntx 810548656c6c6f\nrx 818337fa213d7f9f4d5158', row: 1 },
      ],
      holds: [{ log: 'tx 818537fa213d7f9f4d5158\nrx 010448656c6c80016f' }],
    },
  },
  {
    id: 'length-form-confused',
    title: 'The length is written in another form than its first octet announces',
    check: checkForm,
    examples: {
      shows: [
        // 126 and little-endian.
        { log: `tx 81fe008000000000${'2a2b2c2d'.repeat(32)}\nrx 817e8000${'2a2b2c2d'.repeat(32)}`, row: 1 },
        // 127 and 16 bits.
        { log: `tx 81fe008000000000${'2a2b2c2d'.repeat(32)}\nrx 817f0080${'2a2b2c2d'.repeat(32)}`, row: 1 },
        // 126 and 64 bits.
        { log: `tx 81fe008000000000${'2a2b2c2d'.repeat(32)}\nrx 817e0000000000000080${'2a2b2c2d'.repeat(32)}`, row: 1 },
        // 126 as such.
        { log: `tx 81fe007e00000000${'2a2b'.repeat(63)}\nrx 817e${'2a2b'.repeat(63)}`, row: 1 },
      ],
      holds: [{ log: `tx 81fe008000000000${'2a2b2c2d'.repeat(32)}\nrx 817e0080${'2a2b2c2d'.repeat(32)}` }],
    },
  },
  {
    id: 'length-form-always-long',
    title: 'Every length is given in a long form',
    check: checkAlwaysWide,
    examples: {
      shows: [{ log: 'rx 817f000000000000000548656c6c6f\nrx 887f000000000000000203e8', row: 0 }],
      holds: [{ log: 'rx 817f000000000000000548656c6c6f\nrx 880203e8' }],
    },
  },
];
