// Payloads as Autobahn shows them in frame rows: the first 64 octets, with ` ...` when there are more than 60, as text
// where they decode as Python 2's UTF-8 (which lets surrogates through), else `0x` and hex. With the length at hand the
// two can always be told apart; without it (suites before 0.5.3) the payload is raw octets and the ellipsis a guess.

import { cutOctets, hexOf, latin1Of, NO_OCTETS, type Octets, octetsFromHex, wholeOctets } from './octets.ts';
import { pushUtf8, startUtf8 } from './utf8.ts';

const SHOWN = 64;
const ELLIPSIS = ' ...';
const ELLIPSIS_ABOVE = 60;

/** UTF-8 of a string in which lone surrogates become three octets; `split` writes pairs as two times three too. */
export function octetsOfLooseText(text: string, split: boolean): Uint8Array {
  if (isAscii(text)) return Buffer.from(text, 'latin1');
  const out: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const next = text.charCodeAt(i + 1);
    const isPair = unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000;
    if (isPair && !split) {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
      out.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
      i++;
    } else if (unit < 0x80) out.push(unit);
    else if (unit < 0x800) out.push(0xc0 | (unit >> 6), 0x80 | (unit & 63));
    else out.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
  }
  return new Uint8Array(out);
}

/** The payload that a frame row of a JSON report shows, or null where text and length do not fit together. */
export function payloadOfJsonText(text: string, length: number): Octets | null {
  return payloadOfShown(text, length, (shown) =>
    // Of ASCII, which most payloads are, there is one reading.
    isAscii(shown) ? [Buffer.from(shown, 'latin1')] : [octetsOfLooseText(shown, false), octetsOfLooseText(shown, true)],
  );
}

/** The same for a report page, whose text is octets as they are (one character an octet). */
export function payloadOfPageText(text: string, length: number): Octets | null {
  return payloadOfShown(text, length, (shown) => {
    const joined = Buffer.from(shown, 'latin1');
    return [joined, octetsOfLooseText(joined.toString('utf8'), true)];
  });
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

type Readings = (shown: string) => readonly Uint8Array[];

function payloadOfShown(text: string, length: number, readings: Readings): Octets | null {
  const shown = length > ELLIPSIS_ABOVE && text.endsWith(ELLIPSIS) ? text.slice(0, -ELLIPSIS.length) : text;
  // A payload that is shown whole may itself end in what looks like the ellipsis.
  return (
    payloadOfReadings(shown, readings, length) ?? (shown === text ? null : payloadOfReadings(text, readings, length))
  );
}

/** A suite shows the first octets; a log that was written whole shows all of them. */
function payloadOfReadings(shown: string, readings: Readings, length: number): Octets | null {
  if (length === 0 && shown === '') return wholeOctets(NO_OCTETS);
  const sizes = [Math.min(length, SHOWN), length];
  const asHex = shown.startsWith('0x') ? octetsFromHex(shown.slice(2)) : null;
  const candidates = asHex ? [asHex, ...readings(shown)] : readings(shown);
  for (const size of sizes) {
    const found = candidates.find((octets) => octets.length === size);
    if (found) return cutOctets(found, length);
  }
  return null;
}

/**
 * The payload as Autobahn shows it: one character an octet for text, `0x` and hex otherwise; so too a text that is
 * whole and ends in what would be taken for the ellipsis.
 */
export function payloadText(payload: Octets): string {
  const shown = payload.known.length > SHOWN ? payload.known : payload.known.subarray(0, SHOWN);
  const isText = isPython2Utf8(shown) && !(shown.length > SHOWN && latin1Of(shown).endsWith(ELLIPSIS));
  const text = isText ? latin1Of(shown) : `0x${hexOf(shown)}`;
  return payload.length > ELLIPSIS_ABOVE && shown.length <= SHOWN ? text + ELLIPSIS : text;
}

/** UTF-8 with surrogates let through, and with nothing broken off at the end. */
function isPython2Utf8(octets: Uint8Array): boolean {
  const state = startUtf8();
  let at = 0;
  for (;;) {
    const fault = pushUtf8(state, octets.subarray(at));
    if (fault < 0) return state.due === 0;
    const isSurrogate = state.lead === 0xed && state.due === 2 && ((octets[at + fault] as number) & 0xe0) === 0xa0;
    if (!isSurrogate) return false;
    state.due = 1;
    state.low = 0x80;
    state.high = 0xbf;
    at += fault + 1;
  }
}
