// What stands where a frame should begin, when it is no frame: told apart by its first octets. Where the first frame is
// due nearly anything may stand instead. Later a frame of a faulty sender can look like much, so that only what is whole
// and sound as something else counts.

import { isUtf8 } from 'node:buffer';
import { latin1Of, type Octets } from '../model/octets.ts';
import { isControl, isReservedOpcode } from './frame/opcode.ts';
import { isPacket } from './packet.ts';

export interface Alien {
  /** "an HTTP response" */
  readonly kind: string;
  readonly after: AfterAlien;
  /** How many octets it has. */
  readonly length: number;
  /** It belongs to another layer than the stream of octets: the log, or the end it was taken at, is not that stream's. */
  readonly isOfOtherLayer: boolean;
}

/** What follows it: frames at once, frames where they are found again, or nothing that is one. */
type AfterAlien = 'frames' | 'found-again' | 'nothing';

/** Where the octets stand. */
export interface FrameContext {
  /** The direction's first frame should begin there, and nothing but that tells that one is due. */
  readonly isFirst: boolean;
  /** The opening handshake was that of RFC 6455. */
  readonly isAgreed: boolean;
  /** The other endpoint sent a message with just these octets as its payload. */
  readonly isSent: () => boolean;
}

/** What is in sight of a row, from the place on where the frame should begin. */
class RowSight implements FrameContext {
  readonly octets: Uint8Array;
  /** How many octets the row has from there on; more than are known where the log cuts them. */
  readonly length: number;
  readonly isFirst: boolean;
  readonly isAgreed: boolean;
  readonly isSent: () => boolean;
  #text: string | null = null;

  constructor({ known, length }: Octets, { isFirst, isAgreed, isSent }: FrameContext) {
    this.octets = known;
    this.length = length;
    this.isFirst = isFirst;
    this.isAgreed = isAgreed;
    this.isSent = isSent;
  }

  /** The first octets, one character each. */
  get text(): string {
    this.#text ??= latin1Of(this.octets.subarray(0, 256));
    return this.#text;
  }

  /** The first octet is a character. */
  get mayBeText(): boolean {
    const first = this.octets[0] ?? 0;
    return first >= 0x20 && first < 0x80;
  }
}

type Matches = (view: RowSight) => boolean;

interface Kind {
  readonly kind: string;
  /** Where the direction's first frame should begin; where any should. */
  readonly first: Matches;
  readonly later?: Matches;
  /** How many octets it has; without it all that the row has. */
  readonly octets?: number;
  /** Without it nothing. */
  readonly after?: AfterAlien;
  readonly isOfOtherLayer?: true;
}

const NEVER: Matches = () => false;

const CHUNK_END = '0\r\n\r\n';

const KINDS: readonly Kind[] = [
  {
    kind: 'an HTTP response',
    first: ({ text }) => /^HTTP\/\d/.test(text),
    later: (view) => view.mayBeText && /^HTTP\/\d\.\d \d{3}[ \r\n]/.test(view.text),
  },
  {
    kind: 'an HTTP request',
    first: ({ text }) => /^(?:GET|POST|HEAD|PUT|OPTIONS|CONNECT) \S/.test(text) || isRequest(text),
    later: (view) => view.mayBeText && isRequest(view.text),
  },
  {
    kind: 'HTTP/2',
    first: ({ octets, text }) => text.startsWith('SM\r\n\r\n') || isSettings(octets),
    isOfOtherLayer: true,
  },
  {
    kind: 'a TLS record',
    first: ({ octets }) => beginsTls(octets),
    later: ({ octets, length }) => isTlsRecord(octets, length),
    isOfOtherLayer: true,
  },
  {
    kind: 'a hixie frame',
    // After a handshake of RFC 6455 nobody sends frames of an old draft.
    first: ({ octets, isAgreed }) => !isAgreed && isHixieText(octets),
  },
  {
    kind: 'a whole packet with its headers',
    first: ({ octets, length }) => isPacket(octets, length),
    isOfOtherLayer: true,
  },
  {
    kind: 'the end of a chunked body',
    first: NEVER,
    later: (view) =>
      view.mayBeText && view.text.startsWith(CHUNK_END) && !cannotBegin(view.octets.subarray(CHUNK_END.length)),
    octets: CHUNK_END.length,
    after: 'frames',
  },
  { kind: 'an SSH banner', first: ({ text }) => /^SSH-\d/.test(text) },
  {
    kind: 'the greeting of a mail or file server',
    first: ({ text }) => /^(?:220[ -]|\+OK |\* OK )[ -~]*\r\n/.test(text),
  },
  {
    kind: 'a payload without a header',
    first: NEVER,
    later: ({ octets, length, isSent }) => length === octets.length && cannotBegin(octets) && isSent(),
    after: 'frames',
  },
  {
    kind: 'text without a frame',
    first: ({ octets, text }) => cannotBegin(octets) && isBareText(text),
    after: 'found-again',
  },
];

const ENOUGH_TEXT = 16;

function isRequest(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{2,32} \S+ HTTP\/\d\.\d\r?\n/.test(text);
}

/** Types 20 to 23, and the version, which begins with 3 in all of them (RFC 8446 §5.1). */
function beginsTls(octets: Uint8Array): boolean {
  const type = octets[0] ?? 0;
  const major = octets[1];
  const minor = octets[2] ?? 0xff;
  return type >= 0x14 && type <= 0x17 && major === 3 && minor <= 4;
}

const TLS_HEADER = 5;
const LONGEST_RECORD = 0x4100;

/** One record that ends where the row does, or with which another one begins. */
function isTlsRecord(octets: Uint8Array, length: number): boolean {
  if (!beginsTls(octets)) return false;
  const [, , , high = 0xff, low = 0] = octets;
  const end = TLS_HEADER + high * 256 + low;
  if (octets.length < TLS_HEADER || end === TLS_HEADER || end > LONGEST_RECORD) return false;
  return end === length || (end < length && beginsTls(octets.subarray(end)));
}

/** UTF-8 between 00 and ff. Behind the 00 of a continuation stands a length, which no text begins with. */
function isHixieText(octets: Uint8Array): boolean {
  if (octets[0] !== 0 || octets.length < 2 || octets.indexOf(0xff) !== octets.length - 1) return false;
  const text = octets.subarray(1, -1);
  return isUtf8(text) && (text.length === 0 || (text[0] as number) >= 0x20 || isBlank(text[0] as number));
}

function isBlank(octet: number): boolean {
  return octet === 0x09 || octet === 0x0a || octet === 0x0d;
}

/** The frame with which an HTTP/2 server begins (RFC 9113 §3.4): stream 0, and settings of six octets each. */
function isSettings(octets: Uint8Array): boolean {
  return octets[3] === 4 && (octets[2] ?? 0) % 6 === 0 && [0, 1, 4, 5, 6, 7, 8].every((at) => octets[at] === 0);
}

/** No frame begins so, whatever is agreed of RSV1. */
export function cannotBegin(octets: Uint8Array): boolean {
  const first = octets[0] ?? 0;
  const opcode = first & 15;
  return isReservedOpcode(opcode) || (first & 0x30) !== 0 || (isControl(opcode) && first < 0x80);
}

function isBareText(text: string): boolean {
  if (!/^[\t\r\n -~]*$/.test(text)) return false;
  return text.length >= ENOUGH_TEXT || (text.length >= ENOUGH_TEXT / 2 && /^(?:\{\s*"|\[\s*(?:[[{"]|-?\d))/.test(text));
}

/** What it is, or null for what may well be a frame. */
export function alienAt(octetsThere: Octets, surroundings: FrameContext): Alien | null {
  const { isFirst } = surroundings;
  const { known, length } = octetsThere;
  if (!isFirst && !cannotBegin(known)) return null;
  const view = new RowSight(octetsThere, surroundings);
  const found = KINDS.find(({ first, later }) => (isFirst && first(view)) || later?.(view));
  if (!found) return null;
  const { kind, after = 'nothing', isOfOtherLayer = false, octets = length } = found;
  return { kind, after, isOfOtherLayer, length: octets };
}
