// How likely octets are to be frames: the evidence on which a paste is read or refused. It judges nothing: octets that a
// label or a literal names as such are read also where the frames in them are wrong.

import { isUtf8 } from 'node:buffer';

/** What octets look like, read as frames from their first octet on. */
export interface Likelihood {
  /** The last frame ends where the octets end. */
  readonly isWhole: boolean;
  /** Each opcode is a known one, RSV is 0 or RSV1 on a data frame, control frames are short and whole. */
  readonly isSound: boolean;
  /** How many octets the last frame still lacks; at least 1 where its header is cut. */
  readonly lacks: number;
  readonly frames: number;
  /** Whether the frames have a mask; null where some have and some have not, or there is none. */
  readonly isMasked: boolean | null;
  readonly isMixed: boolean;
}

const KNOWN_OPCODES: ReadonlySet<number> = new Set([0, 1, 2, 8, 9, 10]);
const LONGEST_LIKELY = 2 ** 32;

interface LikelyHeader {
  readonly size: number;
  readonly payload: number;
  readonly isMasked: boolean;
  readonly isSound: boolean;
}

/** `length`: how many octets there were, of which `known` are the first. */
export function likelihoodOf(known: Uint8Array, length = known.length): Likelihood {
  let at = 0;
  let frames = 0;
  let isSound = true;
  const masks = new Set<boolean>();
  const found = (isWhole: boolean, lacks: number): Likelihood => ({
    isWhole: isWhole && frames > 0,
    isSound: isSound && frames > 0,
    lacks,
    frames,
    isMasked: masks.size === 1 ? masks.has(true) : null,
    isMixed: masks.size === 2,
  });
  while (at < length) {
    if (at >= known.length) return found(false, 1);
    const header = headerAt(known, at);
    const first = known[at] as number;
    if (!isLikelyFirst(first)) isSound = false;
    if (!header) return { ...found(false, 1), isSound: isSound && (frames > 0 || known.length > 1) };
    frames++;
    masks.add(header.isMasked);
    isSound &&= header.isSound;
    at += header.size + header.payload;
    if (at > length) return found(false, at - length);
  }
  return found(true, 0);
}

function isLikelyFirst(first: number): boolean {
  const rsv = (first >> 4) & 7;
  const opcode = first & 15;
  if (!KNOWN_OPCODES.has(opcode)) return false;
  if (opcode >= 8) return rsv === 0 && first >= 0x80;
  return rsv === 0 || (rsv === 4 && opcode !== 0);
}

function headerAt(known: Uint8Array, at: number): LikelyHeader | null {
  const second = known[at + 1];
  if (second === undefined) return null;
  const isMasked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const size = 2 + extra + (isMasked ? 4 : 0);
  if (at + 2 + extra > known.length) return null;
  let payload = short;
  if (extra > 0) {
    payload = 0;
    for (let i = 0; i < extra; i++) payload = payload * 256 + (known[at + 2 + i] as number);
  }
  const isControl = ((known[at] as number) & 8) !== 0;
  return { size, payload, isMasked, isSound: payload < LONGEST_LIKELY && !(isControl && short > 125) };
}

/** FIN is set, and a message or a control frame begins: so most frames do, and hardly any other numbers. */
const USUAL_BEGINNINGS: ReadonlySet<number> = new Set([0x81, 0x82, 0x88, 0x89, 0x8a, 0xc1, 0xc2]);

export function beginsUsually([first = 0]: Uint8Array): boolean {
  return USUAL_BEGINNINGS.has(first);
}

/** So few octets of a frame that is cut prove little, and text that is no UTF-8 proves the contrary. */
const LEAST_CUT = 6;

export function isLikelyCut(octets: Uint8Array): boolean {
  const header = headerAt(octets, 0);
  // RSV1 needs an extension: with the rest of the frame missing it proves nothing.
  if (!header || octets.length < LEAST_CUT || (octets[0] ?? 0) >= 0xc0) return false;
  if (header.isMasked || octets[0] !== 0x81) return true;
  const payload = octets.subarray(header.size);
  return [0, 1, 2, 3].some((cut) => cut <= payload.length && isUtf8(payload.subarray(0, payload.length - cut)));
}

const OTHER_THINGS: readonly (readonly [start: readonly number[], name: string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG picture'],
  [[0xff, 0xd8, 0xff], 'a JPEG picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a GIF picture'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive'],
  [[0x1f, 0x8b], 'gzip data'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0x14, 0x03], 'a TLS record'],
  [[0x15, 0x03], 'a TLS record'],
  [[0x16, 0x03], 'a TLS record'],
  [[0x17, 0x03], 'a TLS record'],
  [[0x30, 0x82], 'a certificate'],
];

/** What the octets begin instead of a frame, as far as their first octets tell; null where they may be frames. */
export function otherThing(octets: Uint8Array): string | null {
  return OTHER_THINGS.find(([start]) => start.every((octet, i) => octets[i] === octet))?.[1] ?? null;
}

/** Octets that are readable text: a payload alone, without its header. */
export function isReadableText(octets: Uint8Array): boolean {
  const isControl = (octet: number) => (octet < 0x20 && (octet < 9 || octet > 13)) || octet === 0x7f;
  return octets.length > 2 && isUtf8(octets) && !octets.some(isControl);
}

/** A request begins with it: "GET". */
export const CAPITAL_G = 0x47;

/** The octets begin an HTTP head. */
export function beginsHttp(octets: Uint8Array): boolean {
  return /^(?:GET \S|HTTP\/1\.[01] \d)/.test(Buffer.from(octets.subarray(0, 16)).toString('latin1'));
}

/** How many octets the frames behind a head lack; infinite where the head itself goes on. */
export function lackOfHead(octets: Uint8Array, more = 0): number {
  const end = Buffer.from(octets).indexOf('\r\n\r\n');
  if (end < 0) return Number.POSITIVE_INFINITY;
  const rest = octets.subarray(end + 4);
  return rest.length + more === 0 ? 0 : likelihoodOf(rest, rest.length + more).lacks;
}

export type End = 'client' | 'server';

/**
 * Who sent each piece, where each begins with a head or with usual frames, or goes on where one before ended; null where
 * one does not, where both ends may go on, and where no piece is whole.
 */
export function endsOfPieces(pieces: readonly Uint8Array[]): readonly End[] | null {
  const lacks: Record<End, number> = { client: 0, server: 0 };
  const ends: End[] = [];
  let isAnyWhole = false;
  for (const octets of pieces) {
    const own = endOf(octets);
    const open = openEnd(lacks, own, octets);
    const end = open ?? own;
    if (end === null || (open === null && lacks[end] > 0) || Math.min(lacks.client, lacks.server) > 0) return null;
    ends.push(end);
    lacks[end] = open
      ? lackOfRest(octets, lacks[end])
      : beginsHttp(octets)
        ? lackOfHead(octets)
        : likelihoodOf(octets).lacks;
    isAnyWhole ||= open === null && lacks[end] === 0;
  }
  return isAnyWhole ? ends : null;
}

/** The end whose frame goes on in the piece; null where it begins one, as whole frames of the other end do. */
function openEnd(lacks: Readonly<Record<End, number>>, own: End | null, octets: Uint8Array): End | null {
  const open = lacks.client > 0 ? 'client' : lacks.server > 0 ? 'server' : null;
  if (open === null || beginsHttp(octets)) return null;
  return own !== null && own !== open && likelihoodOf(octets).isWhole ? null : open;
}

function lackOfRest(octets: Uint8Array, lacks: number): number {
  return octets.length <= lacks ? lacks - octets.length : likelihoodOf(octets.subarray(lacks)).lacks;
}

/** Who sent a head or usual frames; null where the octets are neither. */
function endOf(octets: Uint8Array): End | null {
  if (beginsHttp(octets)) return octets[0] === CAPITAL_G ? 'client' : 'server';
  const { isSound, isMasked } = likelihoodOf(octets);
  return !isSound || isMasked === null || !beginsUsually(octets) ? null : isMasked ? 'client' : 'server';
}

/** A head that begins an opening handshake, as far as it is there. */
export function beginsUpgrade(octets: Uint8Array): boolean {
  return (
    beginsHttp(octets) &&
    /\r\n(?:upgrade:[ \t]*websocket|sec-websocket-[a-z]+:)/i.test(Buffer.from(octets).toString('latin1'))
  );
}
