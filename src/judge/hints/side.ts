// What one endpoint sent, as the hints need it: kept only as far as something in it is odd.

import type { Direction, OctetsRow } from '../../model/row.ts';
import type { Answered } from '../../protocol/frame/frame.ts';
import type { Message } from '../../protocol/frame/message.ts';
import { isControl, isReservedOpcode, OPCODE } from '../../protocol/frame/opcode.ts';
import type { DecodedFrame } from '../annotation.ts';
import { type Neighbours, neighbours } from './near.ts';
import type { OrdinaryFrame } from './ordinary.ts';
import {
  isSame,
  LatestSendings,
  type LikelyEcho,
  madeOf,
  markAnswered,
  OrdinarySending,
  type Sending,
  type SendingLike,
  sendingOfControl,
  sendingOfMessage,
} from './sendings.ts';
import { readSplits, type SplitReader, type TextSplit } from './split.ts';
import { agree, ENOUGH, type FrameSummary } from './wire.ts';

const MOST_CANDIDATES = 16;
/** After so many messages that are no echo the peer is none that echoes. */
const MOST_ODD = 256;
const MOST_BROKEN = 16;
const MOST_FRAMES = 64;

/** A frame that cannot be right, was never finished, or is no echo. */
export interface Suspect {
  readonly frame: FrameSummary;
  readonly candidates: readonly Sending[];
}

export interface LengthCount {
  frames: number;
  /** Frames that have the 126 or the 127 form and would not need it. */
  wide: number;
  /** Frames that have that form because of their length. */
  needed: number;
  first: FrameSummary | null;
}

export interface HintSide {
  readonly direction: Direction;
  readonly isExamined: boolean;
  readonly near: Neighbours;
  readonly splits: SplitReader;
  readonly messages: LatestSendings;
  readonly pings: LatestSendings;
  /** What is still to be answered is not all kept, or not all logged. */
  hasForgotten: boolean;
  /** Frames of the data message that is open. */
  open: FrameSummary[];
  /** Octets are lost, and no message has begun since: what goes on is not seen whole. */
  isTorn: boolean;
  readonly echoes: LikelyEcho[];
  readonly suspects: Suspect[];
  readonly broken: FrameSummary[];
  unfinished: FrameSummary | null;
  close: FrameSummary | null;
  /** In what the other endpoint had sent by then. */
  splitBeforeClose: TextSplit | null;
  lastRead: OctetsRow | OrdinaryFrame | null;
  readonly lengths: LengthCount;
}

export function newSide(direction: Direction, isExamined: boolean, hasForgotten: boolean): HintSide {
  return {
    direction,
    isExamined,
    near: neighbours(),
    splits: readSplits(),
    messages: new LatestSendings(),
    pings: new LatestSendings(),
    hasForgotten,
    open: [],
    isTorn: false,
    echoes: [],
    suspects: [],
    broken: [],
    unfinished: null,
    close: null,
    splitBeforeClose: null,
    lastRead: null,
    lengths: { frames: 0, wide: 0, needed: 0, first: null },
  };
}

/** A row of its octets cannot be read. */
export function takeLoss(own: HintSide): void {
  own.open = [];
  own.isTorn = true;
  own.hasForgotten = true;
}

export function noteFrame(own: HintSide, other: HintSide, { frame: decoded, message }: DecodedFrame): void {
  const frame = own.near.add(decoded);
  if (own.isExamined) noteForm(own, frame);
  if (!frame.finished) {
    own.unfinished = frame;
    if (own.isExamined) own.suspects.push({ frame, candidates: allCandidates(other) });
    return;
  }
  if (own.isExamined && isBroken(frame) && own.broken.length < MOST_BROKEN) {
    own.broken.push(frame);
    own.suspects.push({ frame, candidates: allCandidates(other) });
    own.near.askForMore(frame);
  }
  if (isControl(frame.opcode)) takeControl(own, other, frame, decoded.answers);
  else takeData(own, other, frame, { message, answers: decoded.answers });
}

/** A row that is one ordinary frame, and small. */
export function takeOrdinary(own: HintSide, other: HintSide, frame: OrdinaryFrame): void {
  const { batch, at } = frame;
  const sending = new OrdinarySending(frame, own.near.addOrdinary(frame));
  if (own.isExamined) {
    own.lengths.frames++;
    // Such a frame has the shortest form.
    if (batch.lengthBitsAt(at) !== 7) own.lengths.needed++;
  }
  if (own.open.length > 0) own.open = [];
  own.isTorn = false;
  own.splits.passText();
  sending.isAnswered = markAnswered(other.messages, sending, batch.answers[at] as number);
  if (!sending.isAnswered && (batch.lengthAt(at) > 0 || !other.messages.isEmpty)) noteEcho(own, other, sending);
  remember(own, own.messages, sending, other);
}

/** The opcode of what is no frame says nothing. */
export function allCandidates(other: HintSide): Sending[] {
  return [...candidatesFor(other, 'message'), ...candidatesFor(other, 'ping')];
}

/** By its header it is no frame that anyone sends on purpose. RSV1 is left out: it may be agreed on. */
function isBroken({ opcode, rsv, fin, length }: FrameSummary): boolean {
  return isReservedOpcode(opcode) || (rsv & 3) !== 0 || (isControl(opcode) && (!fin || rsv !== 0 || length > 125));
}

function noteForm({ lengths }: HintSide, frame: FrameSummary): void {
  lengths.frames++;
  if (frame.lengthBits === 7) return;
  if (frame.length > (frame.lengthBits === 16 ? 125 : 0xffff)) {
    lengths.needed++;
    return;
  }
  lengths.wide++;
  lengths.first ??= frame;
}

function takeControl(own: HintSide, other: HintSide, frame: FrameSummary, answers: Answered | null): void {
  const { opcode } = frame;
  if (opcode === OPCODE.PING) remember(own, own.pings, sendingOfControl('ping', frame), other);
  else if (opcode === OPCODE.PONG) {
    const sending = sendingOfControl('ping', frame);
    if (!markAnswered(other.pings, sending, ordinalOf(answers))) noteEcho(own, other, sending);
  } else if (opcode === OPCODE.CLOSE && own.close === null) {
    own.close = frame;
    own.splitBeforeClose = other.splits.split();
    const { close } = other;
    // Most are answered with the same code.
    if (close && frame.length >= ENOUGH && !agree(frame.payload, close.payload)) {
      noteEcho(own, other, sendingOfControl('close', frame));
    }
  }
}

interface FrameFacts {
  /** The message that the frame ends. */
  readonly message: Message | null;
  readonly answers: Answered | null;
}

function takeData(own: HintSide, other: HintSide, frame: FrameSummary, { message, answers }: FrameFacts): void {
  if (frame.opcode !== OPCODE.CONTINUATION) {
    own.open = [];
    own.isTorn = false;
  }
  if (own.open.length < MOST_FRAMES) own.open.push(frame);
  own.splits.frame(frame, message);
  if (!message || own.isTorn) return;
  const sending = sendingOfMessage(message, own.open);
  own.open = [];
  // Some of these frames belong to another message, of which something is missing.
  if (sending.raw.length > sending.rawLength) return;
  sending.isAnswered = markAnswered(other.messages, sending, ordinalOf(answers));
  if (!sending.isAnswered && (sending.length > 0 || !other.messages.isEmpty)) noteEcho(own, other, sending);
  remember(own, own.messages, sending, other);
}

/** -1 for none. */
function ordinalOf(answers: Answered | null): number {
  return answers?.ordinal ?? -1;
}

function remember(own: HintSide, sendings: LatestSendings, latest: SendingLike, other: HintSide): void {
  if (sendings.add(latest)?.isAnswered === false) own.hasForgotten = true;
  // The peer may have acted on it before its last octet was there.
  if (other.echoes.length === 0 || (other.echoes.at(-1) as LikelyEcho).row < latest.startRow) return;
  const sending = madeOf(latest);
  for (let i = other.echoes.length - 1; i >= 0; i--) {
    const echo = other.echoes[i] as LikelyEcho;
    if (echo.row < sending.startRow) break;
    if (echo.kind !== sending.kind) continue;
    if (isSame(sending, echo)) {
      sending.isAnswered = true;
      latest.isAnswered = true;
      other.echoes.splice(i, 1);
    } else if (echo.candidates.length < MOST_CANDIDATES) echo.candidates.push(sending);
  }
}

function noteEcho(own: HintSide, other: HintSide, latest: SendingLike): void {
  if (!own.isExamined || own.echoes.length >= MOST_ODD) return;
  const sending = madeOf(latest);
  const candidates = candidatesFor(other, sending.kind);
  own.echoes.push({ ...sending, candidates, isSure: !other.hasForgotten });
  const [first] = sending.frames;
  if (first) own.near.askForMore(first);
}

/** Those that are still to be answered, the oldest first; then the others, the latest first. */
function candidatesFor(other: HintSide, kind: Sending['kind']): Sending[] {
  if (kind === 'close') return other.close ? [sendingOfControl('close', other.close)] : [];
  const { all: sendings } = kind === 'ping' ? other.pings : other.messages;
  const due = sendings.filter(({ isAnswered }) => !isAnswered).slice(0, MOST_CANDIDATES);
  const done = sendings.filter(({ isAnswered }) => isAnswered).reverse();
  return [...due, ...done].slice(0, MOST_CANDIDATES).map(madeOf);
}
