// What the hints look at, gathered as the rows come and bounded: for each endpoint under test what it sent that is no
// echo of anything, and what cannot be a frame, with what the other endpoint had sent before. In a log without trouble
// nearly nothing is kept, and no check has anything to look at.

import { NO_OCTETS } from '../../model/octets.ts';
import { type DamagedRow, type Direction, type LogHeader, otherDirection, type Role } from '../../model/row.ts';
import { DIRECTIONS, ROW } from '../../model/row-batch.ts';
import type { Connection, Endpoint } from '../../protocol/connection.ts';
import { statusOf } from '../../protocol/handshake/handshake.ts';
import type { AnnotatedRow } from '../annotation.ts';
import { type JudgedBatch, type RowOrStretch, Stretch } from '../ordinary-row.ts';
import { OrdinaryFrame } from './ordinary.ts';
import type { LikelyEcho, Sending } from './sendings.ts';
import {
  allCandidates,
  type HintSide,
  type LengthCount,
  newSide,
  noteFrame,
  type Suspect,
  takeLoss,
  takeOrdinary,
} from './side.ts';
import type { TextSplit } from './split.ts';
import { readStreamStart, type StartReader, type StreamStart } from './start.ts';
import { type FrameSummary, KEPT, kept } from './wire.ts';

export interface HintFacts {
  /** "the server" */
  readonly who: string;
  /** It is there to echo: a case report says so, or it has echoed before. */
  readonly echoesAll: boolean;
  readonly echoes: readonly LikelyEcho[];
  readonly suspects: readonly Suspect[];
  /** What the other endpoint sent. */
  readonly sendings: readonly Sending[];
  /** Its first octets after the handshake. */
  readonly start: StreamStart;
  /** The first octets of it that stood where a frame or a response was due, and were none. */
  readonly foreign: StreamStart | null;
  /** Frames that may hold something else than a frame. */
  readonly broken: readonly FrameSummary[];
  readonly unfinished: FrameSummary | null;
  /** The last row of its octets. */
  readonly lastRead: { readonly row: number; readonly octets: Uint8Array; readonly isWhole: boolean };
  /** Its frames that give their length in more octets than needed: how many, of how many, and the first. */
  readonly lengths: Readonly<LengthCount>;
  readonly close: FrameSummary | null;
  readonly otherClose: FrameSummary | null;
  /** The fragment, sent before the Close, that ended inside a sequence; null where what was sent was not right. */
  readonly splitBeforeClose: TextSplit | null;
  readonly endpoint: Endpoint;
  readonly connection: Connection;
}

export interface FactsReader {
  take(rows: RowOrStretch): void;
  /** One for each endpoint under test. */
  end(connection: Connection): readonly HintFacts[];
}

export function readFacts(header: LogHeader): FactsReader {
  const { writer, underTest, unlogged } = header;
  const peer = writer === null ? null : writer === 'client' ? 'server' : 'client';
  const sideOf = (direction: Direction, role: Role | null) => {
    const isExamined = underTest === 'both' || role === null || role === underTest;
    return newSide(direction, isExamined, (unlogged?.[direction] ?? 0) > 0);
  };
  const sides = { rx: sideOf('rx', peer), tx: sideOf('tx', writer) };
  const starts = { rx: readStreamStart('rx'), tx: readStreamStart('tx') };
  const examined = ([sides.rx, sides.tx] as const)
    .filter(({ isExamined }) => isExamined)
    .map(({ direction }) => starts[direction]);
  const takeOrdinaryAt = (batch: JudgedBatch, at: number) => {
    if (batch.rows.kinds[at] === ROW.FRAME) return;
    // Of a small one the hints keep all octets.
    if ((batch.rows.known[at] as number) > KEPT || !isSeen(examined)) {
      take(batch.view(at));
      return;
    }
    const direction = DIRECTIONS[batch.rows.directions[at] as number] as Direction;
    const frame = new OrdinaryFrame(batch, at);
    sides[direction].lastRead = frame;
    takeOrdinary(sides[direction], sides[otherDirection(direction)], frame);
  };
  const lose = (direction: Direction, { loses }: DamagedRow) => {
    if (loses === direction || loses === 'both') takeLoss(sides[direction]);
  };
  const take = (annotated: AnnotatedRow) => {
    const { row, frames } = annotated;
    for (const start of examined) start.row(annotated);
    if (row.kind === 'octets') {
      const side = sides[row.direction];
      side.lastRead = row;
      side.near.read(row);
    }
    if (row.kind === 'damaged') {
      lose('rx', row);
      lose('tx', row);
    }
    for (const decoded of frames) {
      const { direction } = decoded.frame;
      noteFrame(sides[direction], sides[otherDirection(direction)], decoded);
    }
  };
  return {
    take: (rows) => {
      if (!(rows instanceof Stretch)) take(rows);
      else for (let at = rows.from; at < rows.to; at++) takeOrdinaryAt(rows.batch, at);
    },
    end: (connection) =>
      [sides.rx, sides.tx]
        .filter(({ direction, isExamined }) => isExamined && isUnderTest(connection[direction], underTest))
        .map((side) => factsOf(side, sides[otherDirection(side.direction)], starts[side.direction], connection)),
  };
}

/** The first octets of all have come. */
function isSeen(starts: readonly StartReader[]): boolean {
  return starts.every((start) => start.isOver());
}

function isUnderTest({ role }: Endpoint, underTest: LogHeader['underTest']): boolean {
  return underTest === 'both' || role === underTest;
}

function suspectOf({ kind, frames: [frame], candidates }: LikelyEcho): Suspect[] {
  return frame && kind !== 'close' ? [{ frame, candidates }] : [];
}

function factsOf(side: HintSide, other: HintSide, start: StartReader, connection: Connection): HintFacts {
  const endpoint = connection[side.direction];
  const lastRead = side.lastRead instanceof OrdinaryFrame ? side.lastRead.row : side.lastRead;
  const known = lastRead?.octets.known ?? NO_OCTETS;
  for (const { near } of [side, other]) near.end();
  return {
    who: endpoint.role === null ? 'the endpoint' : `the ${endpoint.role}`,
    echoesAll: connection.header.report !== null || other.messages.all.some(({ isAnswered }) => isAnswered),
    echoes: side.echoes,
    sendings: allCandidates(other),
    suspects: [...side.suspects, ...side.echoes.flatMap(suspectOf)],
    start: mayBeginFrames(connection, side.direction) ? start.start() : NO_START,
    foreign: endpoint.foreign && { row: endpoint.foreign.row, octets: kept(endpoint.foreign.octets) },
    broken: side.broken,
    unfinished: side.unfinished,
    lastRead: {
      row: lastRead?.row ?? -1,
      octets: known,
      isWhole: lastRead?.octets.exact === true && known.length === lastRead.octets.length,
    },
    lengths: side.lengths,
    close: side.close,
    otherClose: other.close,
    splitBeforeClose: isRightSoFar(side, connection) ? side.splitBeforeClose : null,
    endpoint,
    connection,
  };
}

const NO_START: StreamStart = { row: -1, octets: NO_OCTETS };

/** The handshake is done, or the log begins after it, and nothing is missing behind it. */
function mayBeginFrames({ response, request, extensions, header }: Connection, direction: Direction): boolean {
  if ((header.unlogged?.[direction] ?? 0) > 0) return false;
  return response ? statusOf(response) === 101 : request === null || extensions !== null;
}

/** All that the other endpoint had sent before the Close is known, and none of it was a reason to fail. */
function isRightSoFar({ close, direction }: HintSide, connection: Connection): boolean {
  const { expectation, hidden, gap, pending } = connection[otherDirection(direction)];
  if (!close || hidden || gap || pending.header.length > 0) return false;
  return expectation === null || expectation.row > close.row;
}
