// When can a rule fire at all? Each rule that is asked about every row, frame or message names the signs of which one has to
// be there; a sign is cheap to see, from the bits of a header and from what the endpoints are doing. Most frames show none:
// no rule is asked about them. A sign may be there though the rule keeps quiet, but never the other way round.

import { type Connection, type Endpoint, mayTakeOver, windowOf } from '../../protocol/connection.ts';
import type { ReadAhead } from '../../protocol/deflate/inflate.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import { isWithoutOctets } from '../../protocol/frame/frame.ts';
import type { KeyHistory } from '../../protocol/frame/key-history.ts';
import type { Message } from '../../protocol/frame/message.ts';
import { isControl, isReservedOpcode, OPCODE } from '../../protocol/frame/opcode.ts';
import type { Moment, SignedMoment, Subjects } from './rule.ts';

/** Bits of a number. */
export const SIGN = {
  /** A reserved bit that no agreed extension has, or RSV1 on another frame than the first of a message. */
  RSV: 1 << 0,
  RESERVED_OPCODE: 1 << 1,
  /** A control frame without FIN, or with too long a payload. */
  BAD_CONTROL: 1 << 2,
  /** The length is not in its shortest form, or nothing tells its form. */
  LONG_FORM: 1 << 3,
  HUGE: 1 << 4,
  /** The mask bit is not as the sender's role wants it, or not known. */
  MASK: 1 << 5,
  /** A masking key that was used before, is zero, or follows from others. */
  KEY: 1 << 6,
  /** A continuation without a message, or a new message inside one. */
  FRAGMENT: 1 << 7,
  /** A fragment that is empty, or one too many. */
  ODD_FRAGMENT: 1 << 8,
  /** The sender's first frame. */
  FIRST: 1 << 9,
  CLOSE: 1 << 10,
  PONG: 1 << 11,
  /** One of the endpoints has sent a Close. */
  CLOSING: 1 << 12,
  /** A fragment of a text ends inside a sequence. */
  SPLIT: 1 << 13,
  /** A text that is broken or not whole, or of which that cannot be told. */
  BROKEN_TEXT: 1 << 14,
  /** A text with octets that may be those of an odd character. */
  ODD_TEXT: 1 << 15,
  /** A message that was inflated. */
  INFLATED: 1 << 16,
  /** The log does not show all octets of the row. */
  CUT: 1 << 17,
  TCP_ENDED: 1 << 18,
  /** The log's own row says otherwise than the octets. */
  DIFFERENT: 1 << 19,
} as const;

const LONGEST_CONTROL = 125;
const HUGE_LENGTH = 16 << 20;
const MANY_FRAGMENTS = 1000;

/** A frame's header, as far as its octets tell, and what its sender was inside of. */
export interface HeaderFacts {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly masked: boolean;
  readonly length: number;
  readonly lengthBits: 7 | 16 | 64;
}

/** What a header shows without its masking key. `isInside`: the sender has a message open. */
export function signsOfHeader(
  header: HeaderFacts,
  isInside: boolean,
  { role, close }: Endpoint,
  receiver: Endpoint,
  { deflate }: Connection,
): number {
  const { opcode, rsv, masked, length, lengthBits } = header;
  let signs = isControl(opcode) ? signsOfControl(header) : signsOfData(header, isInside);
  if (rsv !== 0 && !mayBeCompressed(header, deflate !== null)) signs |= SIGN.RSV;
  if (isReservedOpcode(opcode)) signs |= SIGN.RESERVED_OPCODE;
  if (lengthBits !== 7 && length <= (lengthBits === 16 ? 125 : 0xffff)) signs |= SIGN.LONG_FORM;
  if (length > HUGE_LENGTH) signs |= SIGN.HUGE;
  if (role === null || masked !== (role === 'client')) signs |= SIGN.MASK;
  if (close !== null || receiver.close !== null) signs |= SIGN.CLOSING;
  return signs;
}

function signsOfControl({ opcode, fin, length }: HeaderFacts): number {
  let signs = 0;
  if (!fin || length > LONGEST_CONTROL) signs |= SIGN.BAD_CONTROL;
  if (opcode === OPCODE.CLOSE) signs |= SIGN.CLOSE;
  if (opcode === OPCODE.PONG) signs |= SIGN.PONG;
  return signs;
}

function signsOfData({ opcode, fin, length }: HeaderFacts, isInside: boolean): number {
  const isContinuation = opcode === OPCODE.CONTINUATION;
  const isOdd = length === 0 && (!fin || isContinuation);
  return (isInside === isContinuation ? 0 : SIGN.FRAGMENT) | (isOdd ? SIGN.ODD_FRAGMENT : 0);
}

function mayBeCompressed({ opcode, rsv }: HeaderFacts, isDeflateAgreed: boolean): boolean {
  return isDeflateAgreed && rsv === 4 && !isControl(opcode) && opcode !== OPCODE.CONTINUATION;
}

/** What a masking key shows that comes next. */
export function signOfNextKey(keys: KeyHistory, key: number): number {
  return keys.wouldBeOdd(key) ? SIGN.KEY : 0;
}

/** What the octets of a text are like that is known to be UTF-8: NUL, U+FEFF and noncharacters have one of these. */
export function signOfText(octets: Uint8Array): number {
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] as number;
    if (octet === 0 || octet >= 0xef) return SIGN.ODD_TEXT;
  }
  return 0;
}

function signsOfFrame(frame: Frame, message: Message | null): number {
  let signs = 0;
  if (frame.opcode === OPCODE.CLOSE) signs |= SIGN.CLOSE;
  if (frame.opcode === OPCODE.PONG) signs |= SIGN.PONG;
  if (!frame.fin && message?.utf8 && message.utf8.due > 0) signs |= SIGN.SPLIT;
  return signs;
}

function signsOfText({ utf8, brokenAt, hidden, inflation }: Message): number {
  const isWhole = utf8 !== null && utf8.due === 0 && !hidden && !brokenAt && inflation?.end !== 'limit';
  return isWhole ? 0 : SIGN.BROKEN_TEXT;
}

function signsOfMessage({ utf8, inflation, frames }: Message): number {
  let signs = inflation ? SIGN.INFLATED : 0;
  if (!utf8) return signs;
  if (inflation) return signs | signOfText(inflation.octets);
  for (const { payload } of frames) signs |= signOfText(payload);
  return signs;
}

const NOTABLE_SIZE = 1 << 20;

/** Of a message of `length` octets that came in one frame: no rule has anything to say about its stream or its size. */
export function isUsualInflation(
  { run, end }: ReadAhead,
  length: number,
  sender: Endpoint,
  connection: Connection,
): boolean {
  const { fault, unknown, finalAt, finalPadding, beforeStart, farthest } = run;
  if (end !== 'flushed' || fault || unknown || finalAt !== null || finalPadding !== null) return false;
  if ((beforeStart && !mayTakeOver(sender, connection)) || farthest > 2 ** windowOf(sender, connection)) return false;
  const size = run.end - run.start;
  return size >= length && size <= NOTABLE_SIZE;
}

type Signs = { readonly [M in SignedMoment]: (subject: Subjects[M], connection: Connection) => number };

/** What shows at each of the moments that rules with signs are asked at. */
const SIGNS: Signs = {
  header: ({ frame, sender, receiver, inside, message }, connection) => {
    let signs = signsOfHeader(frame, inside !== null, sender, receiver, connection);
    if (frame.ordinal === 0 || sender.frames === 1) signs |= SIGN.FIRST;
    if (frame.maskUnknown) signs |= SIGN.MASK;
    if (isWithoutOctets(frame)) signs |= SIGN.LONG_FORM;
    if (frame.maskingKey && sender.keys.isOdd) signs |= SIGN.KEY;
    if (message && message.frames.length === MANY_FRAGMENTS + 1) signs |= SIGN.ODD_FRAGMENT;
    return signs;
  },
  frame: ({ frame, message, sender, receiver }) =>
    signsOfFrame(frame, message) | (sender.close || receiver.close ? SIGN.CLOSING : 0),
  text: ({ message, broke }) => (broke ? SIGN.BROKEN_TEXT : signsOfText(message)),
  message: ({ message }) => (message ? signsOfMessage(message) : 0),
  row: ({ row }, { tcpEnd }) =>
    (row.kind === 'octets' && row.octets.known.length < row.octets.length ? SIGN.CUT : 0) |
    (row.kind === 'octets' && !row.octets.exact ? SIGN.CUT : 0) |
    (tcpEnd ? SIGN.TCP_ENDED : 0),
  'frame-row': ({ differences }) => (differences.length > 0 ? SIGN.DIFFERENT : 0),
};

export const SIGNED_MOMENTS = Object.keys(SIGNS) as readonly SignedMoment[];

/** Returns all signs that show. */
export type Look = (subject: never, connection: Connection) => number;

/** Null for a moment at which nobody looks for signs. */
export function lookAt(moment: Moment): Look | null {
  const looks: Partial<Record<Moment, Look>> = SIGNS;
  return looks[moment] ?? null;
}
