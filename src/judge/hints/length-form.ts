// The three forms of the length confused (RFC 6455 §5.2): written in another width or order than its first octet announces.

import { hexOf } from '../../model/octets.ts';
import { unmask } from '../../protocol/frame/masking.ts';
import type { HintRecord } from './record.ts';
import { type Sending, sendingInWords } from './sendings.ts';
import type { Suspect } from './side.ts';
import { countInWords, ENOUGH, startsWith, wireFrom } from './wire.ts';

export function* wholeSendings({ candidates }: Suspect): Generator<Sending> {
  for (const sent of candidates) if (sent.raw.length >= ENOUGH) yield sent;
}

/** How many octets of the sending stand at `at` on the wire, after a key where the frame is masked. */
export function foundAt(wire: Uint8Array, at: number, masked: boolean, { raw }: Sending): number {
  const from = masked ? at + 4 : at;
  const piece = wire.subarray(from, from + raw.length);
  const clear = masked ? unmask(piece, wire.subarray(at, from)) : piece;
  return clear.length >= ENOUGH && startsWith(raw, clear) ? clear.length : 0;
}

interface LengthForm {
  /** Octets of the length that was written, behind the second octet; 0: in that octet itself. */
  readonly width: number;
  readonly isLittle: boolean;
  readonly says: string;
}

const FORMS: readonly LengthForm[] = [
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
  readonly form: LengthForm;
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

function numberOf({ width, isLittle }: LengthForm, written: Uint8Array): number {
  if (width === 0) return (written[0] as number) & 0x7f;
  const octets = isLittle ? Uint8Array.from(written).reverse() : written;
  return octets.length === width ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : -1;
}

export function isFormConfused(suspect: Suspect): boolean {
  return confusionOf(suspect) !== null;
}

const checkForm: HintRecord['check'] = ({ suspects }) => {
  for (const suspect of suspects) {
    const confusion = confusionOf(suspect);
    if (!confusion) continue;
    const { sent, form, written, found } = confusion;
    const { frame } = suspect;
    const announced = frame.lengthBits === 16 ? '126 announces 16 bits' : '127 announces 64 bits';
    const says = `row ${frame.row}: ${announced}, and the length ${sent.rawLength} of ${sendingInWords(sent)} in row ${sent.row} is written ${form.says} (${hexOf(written)}); right after it come ${countInWords(found, sent.rawLength)}`;
    return { row: frame.row, says };
  }
  return null;
};

const checkAlwaysWide: HintRecord['check'] = ({ lengths, who }) => {
  const { frames, wide, needed, first } = lengths;
  if (!first || wide < 2 || wide + needed < frames) return null;
  const says = `row ${first.row}: ${who} writes the length ${first.length} in ${first.lengthBits} bits, as it does in all its ${frames} frames, though ${wide} of them need fewer: it seems to know no shorter form`;
  return { row: first.row, says };
};

export const LENGTH_FORM_HINTS: readonly HintRecord[] = [
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
    title: 'Every length is written in a long form',
    check: checkAlwaysWide,
    examples: {
      shows: [{ log: 'rx 817f000000000000000548656c6c6f\nrx 887f000000000000000203e8', row: 0 }],
      holds: [
        { log: 'rx 817f000000000000000548656c6c6f\nrx 880203e8' },
        { log: 'rx 817f000000000000000548656c6c6f\nrx 887f000000000000000203e8\nrx 8a00' },
        { log: 'rx 817f000000000000000548656c6c6f' },
      ],
    },
  },
];
