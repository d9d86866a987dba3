// The text of an event as a report shows it, and the octets that it may stand for. Text that is UTF-8 is shown as it is
// and all else as `0x` and hex, each cut behind the first octets; but suites before 0.5.6 show everything as hex, the
// oldest pages show the octets of UTF-8 one character each, and the newest writer does so with binary payloads.

import { isUtf8 } from 'node:buffer';
import { latin1Of, octetsFromHex, octetsOfLatin1 } from '../../model/octets.ts';
import { isAscii, octetsOfLooseText } from '../../model/payload-text.ts';

/** One way to read the text. */
interface TextReading {
  readonly known: Uint8Array;
  /** There were more octets than these. */
  readonly isCut: boolean;
}

export interface ReportText {
  /** One character an octet, as a suite of today shows it. */
  readonly text: string;
  readonly readings: readonly TextReading[];
  /** It is shown in the hex of an old suite, though it is text. */
  readonly isHexOfText: boolean;
}

const ELLIPSIS = ' ...';
/** Octets, or characters, that a cut text shows; below the first no ellipsis is written. */
const SHORTEST_CUT = 61;
const CUT_AT = 64;
const HEX = /^0x(?:[0-9a-f]{2})*$/;

/** All of it is shown, and there is one way to read it, as nearly always. */
function isPlain(shown: string): boolean {
  return !shown.startsWith('0x') && !shown.endsWith(ELLIPSIS) && isAscii(shown);
}

export function readReportText(shown: string, isBinary: boolean): ReportText {
  if (isPlain(shown)) {
    return { text: shown, readings: [{ known: octetsOfLatin1(shown), isCut: false }], isHexOfText: false };
  }
  const [hex] = readingsBy(shown, octetsOfHex);
  const isHexOfText = hex !== undefined && isUtf8(hex.known);
  const [latin1] = readingsBy(shown, (text) => octetsOfCharacters(text, isBinary));
  const readings = [hex, latin1, ...readingsBy(shown, octetsOfText)].filter((one) => one !== undefined);
  const meant = isHexOfText ? hex : latin1 && isUtf8(latin1.known) ? latin1 : null;
  const text = meant
    ? `${latin1Of(meant.known)}${shown.endsWith(ELLIPSIS) ? ELLIPSIS : ''}`
    : latin1Of(octetsOfLooseText(shown, false));
  return { text, readings, isHexOfText };
}

/** Each way to take the text, without the ellipsis where it has one. */
function readingsBy(shown: string, octetsOf: (text: string) => readonly Uint8Array[]): TextReading[] {
  const rest = shown.endsWith(ELLIPSIS) ? shown.slice(0, -ELLIPSIS.length) : null;
  const cut = rest === null ? [] : octetsOf(rest).filter(({ length }) => length >= SHORTEST_CUT);
  // A short payload may end in what looks like the ellipsis.
  if (cut.length === 0) return octetsOf(shown).map((known) => ({ known, isCut: false }));
  return cut.map((known) => ({ known, isCut: known.length >= CUT_AT }));
}

function octetsOfHex(text: string): Uint8Array[] {
  const octets = HEX.test(text) ? octetsFromHex(text.slice(2)) : null;
  return octets ? [octets] : [];
}

/** A surrogate pair may have been written as one character or as two times three octets. */
function octetsOfText(text: string): Uint8Array[] {
  const joined = octetsOfLooseText(text, false);
  const split = octetsOfLooseText(text, true);
  return split.length === joined.length ? [joined] : [joined, split];
}

function octetsOfCharacters(text: string, isBinary: boolean): Uint8Array[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: any octet may be shown so
  if (!/^[\x00-\xff]*$/.test(text) || !/[\x80-\xff]/.test(text)) return [];
  const octets = octetsOfLatin1(text);
  // A cut may go through a character.
  return isBinary || isUtf8(octets) || isUtf8(withoutBrokenEnd(octets)) ? [octets] : [];
}

function withoutBrokenEnd(octets: Uint8Array): Uint8Array {
  if (octets.length < CUT_AT) return octets;
  const lead = octets.findLastIndex((octet) => octet < 0x80 || octet >= 0xc0);
  return octets.subarray(0, Math.max(lead, 0));
}

/** What a report's text is compared with. */
interface Shown {
  readonly known: Uint8Array;
  /** Of the whole payload; null where the source does not say. */
  readonly length: number | null;
}

/** The reading in which the text is the payload, as far as both are shown; undefined where there is none. */
export function readingOf(
  { readings }: Pick<ReportText, 'readings'>,
  { known, length }: Shown,
): TextReading | undefined {
  return readings.find((reading) => {
    const due = Math.min(reading.known.length, CUT_AT);
    if (known.length < due) return false;
    const shared = Math.min(reading.known.length, known.length);
    if (Buffer.compare(known.subarray(0, shared), reading.known.subarray(0, shared)) !== 0) return false;
    if (!reading.isCut)
      return length === null ? known.length === reading.known.length : length === reading.known.length;
    return length === null || length >= reading.known.length;
  });
}

/** Text of a report in which the octets of UTF-8 stand one character each, as the text that they are. */
export function textAsMeant(shown: string): string {
  const [octets] = octetsOfCharacters(shown, false);
  return octets ? Buffer.from(octets).toString('utf8') : shown;
}
