// What a log holds, counted: frames, sizes, messages, closes, answers, pauses, findings; for both directions.

import type { AnnotatedRow, DecodedFrame } from '../../../src/judge/annotation.ts';
import type { Direction, Row } from '../../../src/model/row.ts';
import { closeCodeOf } from '../../../src/protocol/frame/frame.ts';
import type { Message } from '../../../src/protocol/frame/message.ts';
import { OPCODE } from '../../../src/protocol/frame/opcode.ts';
import { type Mark, markOf } from '../log/marks.ts';
import { type Latency, openLatencies } from './latencies.ts';

/** What goes one way. */
export interface DirectionStatistics {
  octets: number;
  reads: number;
  /** By opcode: how many, and octets of payload. */
  readonly frames: Map<number, { count: number; octets: number }>;
  /** Frames by the size of their payload, as in `SIZES`. */
  readonly sizes: number[];
  longest: number;
  messages: number;
  fragmented: number;
  /** Octets of compressed messages, before and after. */
  readonly deflate: { messages: number; octets: number; inflated: number };
  /** By code; null where there is none. */
  readonly closes: Map<number | null, number>;
}

interface Pause {
  /** Before that row. */
  readonly row: number;
  readonly seconds: number;
}

interface RuleCount {
  readonly mark: Mark;
  readonly rule: string;
  count: number;
  /** Row of the first. */
  readonly first: number;
}

export interface Statistics {
  rows: number;
  readonly flows: Readonly<Record<Direction, DirectionStatistics>>;
  readonly latencies: readonly Latency[];
  /** The longest first. */
  readonly pauses: { count: number; longest: readonly Pause[] };
  /** Octets that the log leaves out. */
  hidden: number;
  readonly findings: Map<string, RuleCount>;
  /** Times of the first and the last row that have one. */
  times: readonly [first: number, last: number] | null;
}

/** Payloads up to so many octets, as the length is written (RFC 6455 §5.2). */
export const SIZES = [0, 125, 65_535, Number.POSITIVE_INFINITY] as const;

/** Seconds, as for the gaps that one jumps to. */
const PAUSE = 0.1;
const PAUSES_KEPT = 3;

export interface Counting {
  readonly statistics: Statistics;
  row(annotated: AnnotatedRow): void;
}

export function openStatistics(): Counting {
  const latencies = openLatencies();
  const statistics: Statistics = {
    rows: 0,
    flows: { rx: noFlow(), tx: noFlow() },
    latencies: latencies.all,
    pauses: { count: 0, longest: [] },
    hidden: 0,
    findings: new Map(),
    times: null,
  };
  return {
    statistics,
    row: (annotated) => {
      const { row, frames } = annotated;
      statistics.rows++;
      latencies.row(annotated);
      noteTime(statistics, row);
      noteFindings(statistics, annotated);
      if (row.kind !== 'octets') return;
      const flow = statistics.flows[row.direction];
      flow.reads++;
      flow.octets += row.octets.length;
      statistics.hidden += row.octets.length - row.octets.known.length;
      for (const decoded of frames) noteFrame(flow, decoded);
    },
  };
}

function noFlow(): DirectionStatistics {
  return {
    octets: 0,
    reads: 0,
    frames: new Map(),
    sizes: SIZES.map(() => 0),
    longest: 0,
    messages: 0,
    fragmented: 0,
    deflate: { messages: 0, octets: 0, inflated: 0 },
    closes: new Map(),
  };
}

function noteFrame(flow: DirectionStatistics, { frame, message }: DecodedFrame): void {
  const { opcode, length } = frame;
  const tally = flow.frames.get(opcode) ?? { count: 0, octets: 0 };
  tally.count++;
  tally.octets += length;
  flow.frames.set(opcode, tally);
  const size = SIZES.findIndex((most) => length <= most);
  flow.sizes[size] = (flow.sizes[size] ?? 0) + 1;
  flow.longest = Math.max(flow.longest, length);
  if (opcode === OPCODE.CLOSE) {
    const code = closeCodeOf(frame);
    flow.closes.set(code, (flow.closes.get(code) ?? 0) + 1);
  }
  if (message) noteMessage(flow, message);
}

function noteMessage(flow: DirectionStatistics, { frames, compressed, length, inflation }: Message): void {
  flow.messages++;
  if (frames.length > 1) flow.fragmented++;
  if (!compressed) return;
  flow.deflate.messages++;
  flow.deflate.octets += length;
  flow.deflate.inflated += inflation?.length ?? 0;
}

function noteTime(statistics: Statistics, { time, row }: Row): void {
  if (time === null) return;
  const { times, pauses } = statistics;
  const seconds = time - (times?.[1] ?? time);
  statistics.times = [times?.[0] ?? time, time];
  if (seconds <= PAUSE) return;
  pauses.count++;
  pauses.longest = [...pauses.longest, { row, seconds }].sort((a, b) => b.seconds - a.seconds).slice(0, PAUSES_KEPT);
}

function noteFindings({ findings }: Statistics, { annotations, row }: AnnotatedRow): void {
  for (const annotation of annotations) {
    const mark = markOf(annotation);
    const key = `${mark.rank} ${annotation.rule}`;
    const finding = findings.get(key);
    if (finding) finding.count++;
    else findings.set(key, { mark, rule: annotation.rule, count: 1, first: row.row });
  }
}
