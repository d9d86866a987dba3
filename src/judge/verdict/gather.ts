// Gathers what the rows of one case show, as they come. Of a log that is no case report only what is charged is kept.

import type { FrameRow, LogHeader, Row } from '../../model/row.ts';
import { ROW, RX } from '../../model/row-batch.ts';
import type { Connection } from '../../protocol/connection.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import { SEVERITIES } from '../../rules/kit/rule.ts';
import type { AnnotatedRow, Annotation } from '../annotation.ts';
import { isCharged, isStimulus, noCounts } from '../annotation.ts';
import { type JudgedBatch, NOWHERE, type RowOrStretch, Stretch } from '../ordinary-row.ts';
import { type CaseEvent, readEvents } from './events.ts';
import { expectedEvents } from './expected.ts';
import type { CaseFacts } from './facts.ts';
import { readUnread } from './unread.ts';

export interface FactReader {
  take(rows: RowOrStretch): void;
  end(header: LogHeader, connection: Connection): CaseFacts;
}

// Memory must not grow with the log: behind so many frames a sentence names the frame's row and not that of its octets.
const OCTET_ROWS_KEPT = 4096;
const UNSENT_KEPT = 200;
/** Of each severity. */
const CHARGED_KEPT = 200;

export function gatherFacts(header: LogHeader): FactReader {
  const found = readAnnotations();
  const events = readEvents();
  const seen = readRows();
  const unread = readUnread();
  const take = (annotated: AnnotatedRow) => {
    found.take(annotated.annotations);
    seen.count(annotated.row);
    if (header.report === null) return;
    events.row(annotated.row);
    seen.take(annotated);
    unread.row(annotated.row);
  };
  /** Of a case the log's own rows count too, and are ordinary only where the octets are. */
  const takeOrdinary = (batch: JudgedBatch, at: number) => {
    const annotations = batch.annotationsAt(at);
    if (annotations) found.take(annotations);
    seen.countOrdinary(batch, at);
    if (header.report === null) return;
    events.ordinary(batch, at);
    seen.takeOrdinary(batch, at);
    unread.ordinary(batch, at);
  };
  return {
    take: (rows) => {
      if (!(rows instanceof Stretch)) {
        take(rows);
        return;
      }
      const { batch, from, to } = rows;
      for (let at = from; at < to; at++) {
        if (header.report === null || batch.octetsAt(at) > 0 || batch.partners[at] !== NOWHERE) takeOrdinary(batch, at);
        else take(batch.view(at));
      }
    },
    end: (own, connection) => {
      const { unlogged } = own;
      const { facts } = seen;
      const isUnlogged = unlogged !== null && unlogged.rx + unlogged.tx > 0 && !unread.losesOctets();
      const { received: head, sent: headSent } = headLengths(connection, own);
      const hasGap = facts.hasGap || isUnlogged;
      return {
        ...facts,
        header: own,
        lastReceived: seen.lastReceived(),
        events: events.events.filter(isBefore(failureRow(facts.closes, connection))),
        sent: events.sent,
        expected: expectedEvents(own) ?? new Map(),
        charged: sorted(found.charged),
        stimuli: found.stimuli,
        awaited: { ...facts.awaited, octets: facts.awaited.octets - head },
        received: facts.received - head + (unlogged?.rx ?? 0),
        headSent,
        hasGap,
        unread: unread.end(own.report, hasGap),
        connection,
      };
    },
  };
}

function readAnnotations() {
  const charged: Annotation[] = [];
  const counts = noCounts();
  const stimuli = new Map<number, Annotation>();
  return {
    charged,
    stimuli,
    take: (annotations: readonly Annotation[]): void => {
      for (const annotation of annotations) {
        if (isCharged(annotation) && ++counts[annotation.severity] <= CHARGED_KEPT) charged.push(annotation);
      }
      for (const annotation of annotations) {
        if (isStimulus(annotation) && annotation.severity === 'error' && !stimuli.has(annotation.row)) {
          stimuli.set(annotation.row, annotation);
        }
      }
    },
  };
}

type RowFacts = Pick<
  CaseFacts,
  | 'lastReceived'
  | 'awaited'
  | 'closes'
  | 'tcpDrop'
  | 'failingRow'
  | 'gaveUpRow'
  | 'isOpened'
  | 'hasGap'
  | 'txFrames'
  | 'lastRow'
  | 'received'
  | 'octetRows'
  | 'unsent'
>;

type Gathered = { -readonly [Key in keyof RowFacts]: RowFacts[Key] } & {
  readonly awaited: { octets: number; row: number };
  readonly closes: FrameRow[];
  readonly txFrames: { continuation: number; text: number };
  readonly octetRows: Map<number, number>;
  readonly unsent: FrameRow[];
};

function readRows() {
  const facts: Gathered = {
    lastReceived: null,
    awaited: { octets: 0, row: -1 },
    closes: [],
    tcpDrop: null,
    failingRow: null,
    gaveUpRow: null,
    isOpened: false,
    hasGap: false,
    txFrames: { continuation: 0, text: 0 },
    lastRow: -1,
    received: 0,
    octetRows: new Map(),
    unsent: [],
  };
  /** Where the row stands that was received last, if it is ordinary. */
  const last = { batch: null as JudgedBatch | null, at: 0 };
  /** The suite waits for nothing any more. */
  let isOver = false;
  const receive = (octets: number, row: number) => {
    facts.awaited.octets += octets;
    facts.awaited.row = row;
  };
  return {
    facts,
    count: (row: Row): void => {
      facts.lastRow = row.row;
      if (row.kind === 'octets' && row.direction === 'rx') facts.received += row.octets.length;
    },
    countOrdinary: (batch: JudgedBatch, at: number): void => {
      facts.lastRow = batch.rows.rows[at] as number;
      if (batch.rows.directions[at] === RX) facts.received += batch.octetsAt(at);
    },
    lastReceived: (): FrameRow | null => last.batch?.frameRowAt(last.at) ?? facts.lastReceived,
    take: ({ row, frame }: AnnotatedRow): void => {
      facts.hasGap ||= row.kind === 'log-off';
      if (row.kind === 'octets' && row.direction === 'rx' && !isOver) receive(row.octets.length, row.row);
      if (row.kind === 'tcp-drop') facts.tcpDrop = row;
      else if (row.kind !== 'octets' && row.kind !== 'damaged') facts.isOpened = true;
      if (row.kind === 'failing') facts.failingRow = row.row;
      if (row.kind === 'failing' || row.kind === 'closing') facts.gaveUpRow ??= row.row;
      if (row.kind === 'frame') {
        if (row.direction === 'rx' && !isOver) {
          facts.lastReceived = row;
          last.batch = null;
        }
        noteFrame(row, facts);
        noteOctets(row, frame, facts);
      }
      isOver ||= isLastAwaited(row);
    },
    takeOrdinary: (batch: JudgedBatch, at: number): void => {
      const { kinds, directions, rows, bits } = batch.rows;
      const isReceived = directions[at] === RX;
      if (kinds[at] === ROW.OCTETS) {
        if (isReceived && !isOver) receive(batch.octetsAt(at), rows[at] as number);
        return;
      }
      facts.isOpened = true;
      if (isReceived && !isOver) {
        last.batch = batch;
        last.at = at;
      }
      if (!isReceived && ((bits[at] as number) & 15) === OPCODE.TEXT) facts.txFrames.text++;
      const partner = batch.partners[at] as number;
      if (facts.octetRows.size < OCTET_ROWS_KEPT) facts.octetRows.set(rows[at] as number, rows[partner] as number);
    },
  };
}

/** The peer's Close, or the suite gave up. */
function isLastAwaited(row: Row): boolean {
  if (row.kind === 'frame') return row.direction === 'rx' && row.opcode === OPCODE.CLOSE;
  return row.kind === 'failing' || row.kind === 'closing';
}

/** Of what stands behind a cut the frame row is all there is to see. */
function noteOctets(frameRow: FrameRow, frame: Frame | null, { octetRows, unsent }: Gathered): void {
  const { row, opcode, direction } = frameRow;
  if (direction === 'tx' && frame === null && unsent.length < UNSENT_KEPT) unsent.push(frameRow);
  const octetRow = frame?.via === 'octets' ? frame.spans.at(-1)?.row : undefined;
  const isKept = octetRows.size < OCTET_ROWS_KEPT || opcode === OPCODE.CLOSE;
  if (octetRow !== undefined && isKept) octetRows.set(row, octetRow);
}

function noteFrame(row: FrameRow, { closes, txFrames }: Gathered): void {
  // A Close with a reserved bit is one that a case sends as a raw frame.
  if (row.opcode === OPCODE.CLOSE && !(row.direction === 'tx' && row.rsv !== 0)) closes.push(row);
  if (row.direction !== 'tx') return;
  if (row.opcode === OPCODE.CONTINUATION) txFrames.continuation++;
  if (row.opcode === OPCODE.TEXT) txFrames.text++;
}

/** Octets of the opening handshake. */
function headLengths({ request, response }: Connection, { writer }: LogHeader): { received: number; sent: number } {
  const lengthOf = (head: typeof request) => (head?.spans ?? []).reduce((sum, { length }) => sum + length, 0);
  const [received, sent] = writer === 'server' ? [request, response] : [response, request];
  return { received: lengthOf(received), sent: lengthOf(sent) };
}

/** The suite fails the connection with a Close after the peer's first fatal violation: that row, or infinity. */
function failureRow(closes: readonly FrameRow[], { rx }: Connection): number {
  const violation = rx.expectation?.row;
  if (violation === undefined) return Number.POSITIVE_INFINITY;
  return closes.find(({ direction, row }) => direction === 'tx' && row > violation)?.row ?? Number.POSITIVE_INFINITY;
}

/** What a failed connection still brings is thrown away; Pongs are recorded all the same. */
function isBefore(row: number) {
  return (event: CaseEvent) => event.kind !== 'message' || event.row < row;
}

function sorted(annotations: readonly Annotation[]): Annotation[] {
  const rank = (annotation: Annotation) => SEVERITIES.indexOf(annotation.severity);
  return [...annotations].sort((a, b) => rank(a) - rank(b) || a.row - b.row);
}
