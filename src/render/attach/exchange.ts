// The exchange as a few events between two parties: what the diagrams draw. Of a long log only what stands around the
// deciding rows, the handshake and the end; the gaps say how much they leave out. The event that decides is marked, and
// the one that it answers.

import type { Attachment } from '../../attach/attachment.ts';
import type { AnnotatedRow, Annotation } from '../../judge/annotation.ts';
import type { JudgedLog } from '../../judge/judged-log.ts';
import { counted } from '../../model/counted.ts';
import { octetsInWords } from '../../model/octets.ts';
import type { Direction } from '../../model/row.ts';
import { headerInWords, headInWords, payloadInWords, rowInWords } from '../describe.ts';

interface Party {
  readonly name: string;
}

export interface ExchangeMark {
  readonly kind: 'violation' | 'stimulus' | 'note';
  readonly says: string;
  readonly annotation: Annotation;
}

export interface ExchangeEvent {
  /** Null where rows are left out. */
  readonly row: number | null;
  /** Which party sends, 0 or 1; null for what is no message. */
  readonly from: 0 | 1 | null;
  readonly says: string;
  readonly marks: readonly ExchangeMark[];
  /** What it is to the verdict; null for all other events. */
  readonly part: VerdictPart | null;
}

/** `decides`: the verdict stands on it; `cause`: the event that decides answers it. */
export type VerdictPart = 'decides' | 'cause';

export interface Exchange {
  /** The client first, where the roles are known. */
  readonly parties: readonly [Party, Party];
  readonly events: readonly ExchangeEvent[];
}

const LABEL = 60;
/** Words of a rule stand whole; what they quote of a log may be long. */
const MESSAGE = 400;

export function exchangeOf(
  { judged, deciding, finding }: Pick<Attachment, 'judged' | 'deciding' | 'finding'>,
  most = 28,
): Exchange {
  const { header } = judged.summary;
  const writer = header.writer;
  const first: Direction = writer === 'client' ? 'tx' : 'rx';
  const parties: [Party, Party] =
    writer === null
      ? [{ name: 'peer' }, { name: 'writer of the log' }]
      : [partyOf('client', header.underTest), partyOf('server', header.underTest)];
  const events = judged.annotated.flatMap((row) => eventsOf(row, judged, first));
  return { parties, events: shorten(withParts(events, judged, finding), deciding, most) };
}

/** Of a row with many frames the one that the finding is about. */
function withParts(
  events: readonly ExchangeEvent[],
  { verdict }: JudgedLog,
  finding: Annotation | null,
): ExchangeEvent[] {
  const decisive = verdict.decidedBy ?? (finding?.intent === 'violation' ? finding.row : null);
  const places: [number, VerdictPart][] = [
    [placeIn(events, decisive, (mark) => mark.annotation === finding), 'decides'],
    [placeIn(events, finding?.cause ?? null, ({ kind }) => kind === 'stimulus'), 'cause'],
  ];
  const parts = new Map(places.reverse());
  return events.map((event, i) => (parts.has(i) ? { ...event, part: parts.get(i) as VerdictPart } : event));
}

function placeIn(events: readonly ExchangeEvent[], row: number | null, isIt: (mark: ExchangeMark) => boolean): number {
  const marked = events.findIndex((event) => event.row === row && event.marks.some(isIt));
  return marked >= 0 ? marked : events.findIndex((event) => event.row === row && row !== null);
}

function partyOf(role: 'client' | 'server', underTest: JudgedLog['header']['underTest']): Party {
  return { name: underTest === role ? `${role}, under test` : role };
}

function eventsOf(annotated: AnnotatedRow, { summary: { header } }: JudgedLog, first: Direction): ExchangeEvent[] {
  const { row, heads, frames, annotations } = annotated;
  const marks = annotations.map(markOf).filter((mark) => mark !== null);
  if (row.kind === 'frame')
    return marks.length === 0 ? [] : [{ row: row.row, from: null, says: 'frame row', marks, part: null }];
  if (row.kind !== 'octets') {
    return [
      { row: row.row, from: null, says: clipped(rowInWords(annotated, header, header.writer)), marks, part: null },
    ];
  }
  const from = row.direction === first ? 0 : 1;
  const labels = [
    ...heads.map((head) => headInWords(head)),
    ...frames.map(({ frame }) => `${headerInWords(frame)} ${payloadInWords(frame)}`.trim()),
  ];
  if (labels.length === 0)
    return marks.length === 0
      ? []
      : [{ row: row.row, from, says: octetsInWords(row.octets.length), marks, part: null }];
  // What is wrong with a row of many frames is said once, below the frame that it is about.
  const marksOf = (i: number) => marks.filter(({ annotation }) => placeOf(annotation, annotated) === i);
  return labels.map((label, i) => ({ row: row.row, from, says: clipped(label), marks: marksOf(i), part: null }));
}

/** Which of the row's heads and frames the annotation is about. */
function placeOf({ frame }: Annotation, { heads, frames }: AnnotatedRow): number {
  const at = frames.findIndex((one) => one.frame.direction === frame?.direction && one.frame.ordinal === frame.ordinal);
  return at < 0 ? Math.max(heads.length + frames.length - 1, 0) * (frame ? 1 : 0) : heads.length + at;
}

function markOf(annotation: Annotation): ExchangeMark | null {
  const { rule, intent, severity, certainty, afterFailure, message } = annotation;
  if (certainty !== 'certain' || afterFailure || severity === 'note' || intent === null) return null;
  const kind = intent === 'stimulus' ? 'stimulus' : severity === 'error' ? 'violation' : 'note';
  return { kind, says: `${rule}: ${clipped(message, MESSAGE)}`, annotation };
}

function clipped(text: string, most = LABEL): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Which events are worth their place: those of deciding rows, then marked ones, the first, the last, the nearest. */
function shorten(events: readonly ExchangeEvent[], deciding: ReadonlySet<number>, most: number): ExchangeEvent[] {
  if (events.length <= most) return [...events];
  const decisive = events.flatMap((event, i) => (deciding.has(event.row ?? -1) ? [i] : []));
  const worth = (i: number): number => {
    const event = events[i] as ExchangeEvent;
    const nearest = Math.min(...decisive.slice(0, 20).map((one) => Math.abs(one - i)), events.length);
    const isEnd = i < 2 || i >= events.length - 2;
    return nearest - (event.marks.length > 0 ? 4 : 0) - (isEnd ? events.length : 0);
  };
  const kept = new Set(
    events
      .map((_, i) => i)
      .sort((a, b) => worth(a) - worth(b))
      .slice(0, most),
  );
  const out: ExchangeEvent[] = [];
  let gone = 0;
  events.forEach((event, i) => {
    if (!kept.has(i)) {
      gone++;
      return;
    }
    if (gone > 0) out.push(gapOf(gone));
    gone = 0;
    out.push(event);
  });
  return gone > 0 ? [...out, gapOf(gone)] : out;
}

function gapOf(count: number): ExchangeEvent {
  return {
    row: null,
    from: null,
    says: `… ${counted(count, 'more event')} …`,
    marks: [],
    part: null,
  };
}
