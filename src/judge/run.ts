// Everything that the annotation of one log knows while it runs, and how the rules are asked.

import type { Direction, FrameRow, LogHeader, OctetsRow, Role, Row } from '../model/row.ts';
import { type Connection, lacksBeginning } from '../protocol/connection.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import type { Witnessing } from '../protocol/frame/frame-decoder.ts';
import type { Confirmation, Following } from '../protocol/place.ts';
import { ConnectionState } from '../protocol/state.ts';
import { stepFault } from '../protocol/steps/ending.ts';
import { Stream } from '../protocol/stream.ts';
import type { FrameSubject, Moment, Subjects } from '../rules/kit/rule.ts';
import type { RuleRunner } from '../rules/kit/rule-runner.ts';
import type { AnnotatedRow, Annotation } from './annotation.ts';
import { addAnnotation, type HeldOctets, holdsNothing, isTooMuch } from './bounds.ts';
import { type FindingContext, Ledger } from './ledger.ts';
import { RowWindow } from './row-window.ts';
import { type Witnesses, witnesses } from './witness.ts';

/** So many rows are held back, where nobody says otherwise. */
export const WINDOW = 4096;

const MAX_MESSAGE = 64 << 20;

const EVERY = () => true;

export type RowChange = (annotated: AnnotatedRow) => void;

export interface RunOptions {
  /** How many rows are held back at the most; 4096 where it is not given. */
  readonly window?: number;
  /** For a reader that keeps the rows: what is found out of one that has left. Without it only annotations are kept. */
  readonly changed?: (row: number, change: RowChange) => void;
  /** Which rules, by their ids, are shown and counted; all are judged, for one may depend on another. */
  readonly shows?: (rule: string) => boolean;
  /** The first octets of each direction begin a frame or a head, whatever they look like: whoever gives them says so. */
  readonly beginsWhole?: boolean;
  /** Octets of one frame or message that are kept at the most; 64 MiB where it is not given. */
  readonly maxMessage?: number;
  /** Nobody looks at the rows, and none comes out: only the counts are asked for. */
  readonly withoutRows?: boolean;
  /** Each row is made an object and each rule is asked about it, ordinary or not: what comes out is the same. */
  readonly asksAlways?: boolean;
}

/** What the log's other rows tell of the octets that are read now. */
export interface Around {
  readonly witnessing: Witnessing;
  readonly confirmation: Confirmation;
  readonly following: Following;
}

/** Everything that one log's annotation knows. */
export interface Run {
  readonly header: LogHeader;
  readonly connection: Connection;
  readonly rules: RuleRunner;
  readonly ledger: Ledger;
  readonly streams: Readonly<Record<Direction, Stream>>;
  readonly witnesses: Readonly<Record<Direction, Witnesses>>;
  /** Rows that wait to be processed. */
  readonly queue: Row[];
  /** Nobody looks at the rows: no more is kept of them than their octets. */
  readonly isUnseen: boolean;
  /** Reads what is left of a row where it stands; null where each frame is to be seen. */
  takeRest: ((stream: Stream, row: OctetsRow) => void) | null;
  /** Rows that have not left, processed or not. */
  readonly held: RowWindow;
  /** What they take. */
  readonly weight: HeldOctets;
  readonly late: Annotation[];
  readonly changed: RunOptions['changed'];
  readonly pairs: Map<Frame, FrameRow>;
  readonly subjects: Record<Direction, FrameSubject | null>;
  readonly window: number;
  /** Octet rows of the direction have been announced. */
  readonly announced: Record<Direction, boolean>;
  readonly skipped: Record<Direction, boolean>;
  readonly around: Record<Direction, Around | null>;
  /** The first waiting row has been given to its stream. */
  fed: boolean;
  /** Octets have come. */
  hasOctets: boolean;
  ended: boolean;
  /** Nothing more comes for now. */
  hasPaused: boolean;
  rows: number;
  lastRow: number;
}

export function openRun(
  header: LogHeader,
  rules: RuleRunner,
  {
    window = WINDOW,
    shows = EVERY,
    maxMessage = MAX_MESSAGE,
    beginsWhole = false,
    withoutRows = false,
    changed,
  }: RunOptions,
): Run {
  const connection: Connection = new ConnectionState(header, maxMessage);
  const isLate = () => !beginsWhole && lacksBeginning(connection);
  const streamFor = (direction: Direction) => streamOf(connection, direction, maxMessage, isLate);
  const run: Run = {
    header,
    connection,
    rules,
    ledger: new Ledger(connection, shows, (annotation) => place(run, annotation)),
    streams: { rx: streamFor('rx'), tx: streamFor('tx') },
    witnesses: { rx: witnesses('rx', header.onlyOctets), tx: witnesses('tx', header.onlyOctets) },
    isUnseen: withoutRows,
    takeRest: null,
    queue: [],
    held: new RowWindow(),
    weight: holdsNothing(),
    late: [],
    changed,
    pairs: new Map(),
    subjects: { rx: null, tx: null },
    window,
    announced: { rx: false, tx: false },
    skipped: { rx: false, tx: false },
    around: { rx: null, tx: null },
    fed: false,
    hasOctets: false,
    ended: false,
    hasPaused: false,
    rows: 0,
    lastRow: -1,
  };
  return run;
}

function streamOf(connection: Connection, direction: Direction, keep: number, isLate: () => boolean): Stream {
  const { header } = connection;
  const sendsRequest: Role | null = header.writer;
  const isClient = direction === 'tx' ? sendsRequest === 'client' : sendsRequest === 'server';
  const kind = sendsRequest === null ? null : isClient ? 'request' : 'response';
  const texts = [header.request, header.response].filter((text) => text !== null);
  const due = kind === null ? texts : texts.filter((text) => (text === header.request) === (kind === 'request'));
  const printed = header.report?.['headsAsPrinted'];
  const textsExact = printed !== true && printed !== direction;
  const isDeflated = () => connection.deflate !== null;
  return new Stream(direction, {
    texts: due,
    textsExact,
    kind,
    fromStart: header.extensions === null,
    keep,
    isDeflated,
    isLate,
    octetsExact: header.headsAsText !== true,
  });
}

function place(run: Run, annotation: Annotation): void {
  if (run.isUnseen) return;
  const { row } = annotation;
  if (run.changed || run.held.find(row)) changeRow(run, row, (annotated) => addAnnotation(annotated, annotation));
  else run.late.push(annotation);
}

/** Also a row that has left, where somebody keeps it. */
export function changeRow(run: Run, row: number, change: RowChange): void {
  if (run.isUnseen) return;
  const annotated = run.held.find(row);
  if (annotated) change(annotated);
  else run.changed?.(row, change);
}

/** No row waits for more than the window can hold. */
export function mayStillCome(run: Run): boolean {
  return !run.ended && run.queue.length < WINDOW && !(run.queue.length > 1 && isTooMuch(run.weight));
}

export function ask<M extends Moment>(run: Run, moment: M, subject: Subjects[M], about: FindingContext): void {
  for (const finding of run.rules(moment, subject, run.connection)) {
    const noted = run.ledger.note(finding, about);
    const opened = noted && stepFault(run.connection, noted.fault);
    if (opened) run.ledger.open(opened, noted.annotation);
  }
}
