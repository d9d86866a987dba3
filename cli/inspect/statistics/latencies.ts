// How long answers take: a Pong after its Ping, an echo after its message, for both directions. Which frame answers which
// the frames say; only of payloads that are cut, of which they cannot, the length and the first octets tell.

import type { AnnotatedRow, DecodedFrame } from '../../../src/judge/annotation.ts';
import { hexOf } from '../../../src/model/octets.ts';
import { type Direction, otherDirection } from '../../../src/model/row.ts';
import { type Frame, payloadOf } from '../../../src/protocol/frame/frame.ts';
import type { Message } from '../../../src/protocol/frame/message.ts';
import { isControl, OPCODE } from '../../../src/protocol/frame/opcode.ts';

export interface Latency {
  readonly what: 'Pong' | 'echo';
  /** Of the answer. */
  readonly direction: Direction;
  answered: number;
  /** In seconds, where the log has times: the first ones. */
  readonly samples: number[];
  slowest: { readonly row: number; readonly seconds: number } | null;
  /** Row in which the first question stands. */
  asked: number | null;
  /** What still waits for its answer. */
  waiting(): number;
}

export interface Latencies {
  readonly all: readonly Latency[];
  row(annotated: AnnotatedRow): void;
}

interface WaitingMessage {
  readonly ordinal: number;
  /** Ordinal of the frame that it answers; null where none is known. */
  readonly answers: number | null;
  /** Null of a payload that is whole. */
  readonly cut: string | null;
  readonly time: number | null;
}

/** Octets by which an answer is recognised whose payload is cut. */
const COMPARED = 32;
/** Enough for a median that is drawn ten times a second while more come. */
const MOST_SAMPLES = 20_000;
/** The latest questions, among which the one is looked for that is answered. */
const MOST_WAITING = 256;

export function openLatencies(): Latencies {
  const pings = { rx: answersIn('rx', 'Pong'), tx: answersIn('tx', 'Pong') };
  const echoes = { rx: answersIn('rx', 'echo'), tx: answersIn('tx', 'echo') };
  return {
    all: [pings.rx, pings.tx, echoes.rx, echoes.tx].map(({ latency }) => latency),
    row: ({ row, frames }) => {
      if (row.kind !== 'octets') return;
      const { direction, time, row: number } = row;
      const other = otherDirection(direction);
      for (const decoded of frames) {
        const { opcode } = decoded.frame;
        const said = saidBy(decoded, time);
        if (opcode === OPCODE.PING) pings[other].ask(said, number);
        if (opcode === OPCODE.PONG) pings[direction].answer(said, number);
        if (isControl(opcode) || decoded.message?.finished !== true) continue;
        echoes[direction].answer(said, number);
        echoes[other].ask(said, number);
      }
    },
  };
}

/** What was asked; of echoes those of one side: an echo is not answered, though it may look as if it were. */
export function toldLatencies(all: readonly Latency[]): readonly Latency[] {
  const asked = all.filter((latency) => latency.asked !== null);
  const echoes = asked
    .filter(({ what }) => what === 'echo')
    .sort((a, b) => b.answered - a.answered || (a.asked ?? 0) - (b.asked ?? 0));
  return asked.filter((latency) => latency.what === 'Pong' || latency === echoes[0]);
}

/** What waits for an answer in that direction. */
function answersIn(direction: Direction, what: Latency['what']) {
  let waiting: WaitingMessage[] = [];
  let unanswered = 0;
  const latency: Latency = {
    what,
    direction,
    answered: 0,
    samples: [],
    slowest: null,
    asked: null,
    waiting: () => unanswered,
  };
  return {
    latency,
    ask: (asked: WaitingMessage, row: number) => {
      latency.asked ??= row;
      unanswered++;
      waiting.push(asked);
      if (waiting.length > MOST_WAITING) waiting.shift();
    },
    /** What was asked before waits no longer: a later Ping's Pong answers it too, and echoes come in order. */
    answer: ({ answers, cut, time }: WaitingMessage, row: number) => {
      const at = waiting.findIndex((one) =>
        answers === null ? cut !== null && one.cut === cut : one.ordinal === answers,
      );
      const asked = waiting[at];
      if (!asked) return;
      waiting = waiting.slice(at + 1);
      unanswered -= at + 1;
      latency.answered++;
      if (time !== null && asked.time !== null) note(latency, row, time - asked.time);
    },
  };
}

function note(latency: Latency, row: number, seconds: number): void {
  if (latency.samples.length < MOST_SAMPLES) latency.samples.push(seconds);
  if (!latency.slowest || seconds > latency.slowest.seconds) latency.slowest = { row, seconds };
}

function saidBy({ frame, message }: DecodedFrame, time: number | null): WaitingMessage {
  const parts = message?.frames ?? [frame];
  const isCut = parts.some(({ payload, length }) => payload.length < length);
  const { ordinal, answers } = frame;
  return { ordinal, answers: answers?.ordinal ?? null, cut: isCut ? startOfPayload(frame, message) : null, time };
}

function startOfPayload(frame: Frame, message: Message | null): string {
  const opcode = message?.opcode ?? frame.opcode;
  const length = message?.length ?? frame.length;
  const first = message?.frames[0] ?? frame;
  return `${opcode === OPCODE.PONG ? OPCODE.PING : opcode} ${length} ${hexOf(payloadOf(first).subarray(0, COMPARED))}`;
}
