// One connection as a log: what happens in it as rows, with their times. Where many rows come in a chunk of the input they
// are handed over as columns, and no row becomes an object.

import { wholeOctets } from '../../model/octets.ts';
import { bareHeader, type ConnectionEnds, type Direction, type LogHeader, type Row } from '../../model/row.ts';
import { RowBatch, RX, TX } from '../../model/row-batch.ts';
import { type LogWriter, passBatch } from '../reader.ts';
import type { ConversationEvent } from './conversation-event.ts';
import type { DirectWriter, Side, Timestamp } from './tcp-consumer.ts';

/** What a log's header tells about its connection. */
export interface ConversationFacts {
  readonly client: Side;
  /** Nothing but mask bits tells which side is the client. */
  readonly isClientGuessed: boolean;
  /** The client itself wrote the input: what it had received stands before what it sends. */
  readonly isByClient?: boolean;
  readonly facts: Omit<ConnectionEnds, 'number'>;
}

interface LogContext {
  readonly source: string;
  readonly format: string;
  readonly number: number;
  readonly about: ConversationFacts;
  readonly openLog: (header: LogHeader) => LogWriter;
  /** Logs that are to be told when the input pauses. */
  readonly active: Set<ConnectionLog>;
}

/** Rows of a log in one chunk of the input, from which on columns cost less than objects. */
const MANY = 32;

export class ConnectionLog implements DirectWriter {
  private readonly log: LogWriter;
  private readonly client: Side;
  private readonly start: Timestamp;
  private readonly active: Set<ConnectionLog>;
  private row = 0;
  private isEnded = false;
  /** Rows since the input paused last. */
  private latest = 0;
  /** The last chunk of the input had many rows of it. */
  private isBusy = false;
  private batch: RowBatch | null = null;

  constructor({ source, format, number, about, openLog, active }: LogContext, events: readonly ConversationEvent[]) {
    const { client, isClientGuessed, isByClient = false, facts } = about;
    this.client = client;
    this.active = active;
    this.start = events[0]?.when ?? { seconds: Number.NaN, nanos: 0 };
    this.log = openLog({
      ...bareHeader(source, format),
      writer: isClientGuessed ? null : 'client',
      started: startedText(this.start),
      connection: { number, ...facts },
      onlyOctets: true,
      ...(isByClient ? {} : { isTap: true }),
    });
    for (const event of events) this.event(event);
  }

  event(event: ConversationEvent): void {
    if (event.kind === 'octets') {
      const { known, length, exact } = event.octets;
      if (exact && known.length === length) this.write(event.side, known, 0, length, event.when);
      else {
        const octets = { known: Buffer.from(known), length, exact };
        this.give({
          ...this.next(event.when),
          kind: 'octets',
          direction: this.directionOf(event.side),
          octets,
          sync: false,
        });
      }
    } else if (event.kind === 'lost') {
      const loses = this.directionOf(event.side);
      this.give({ ...this.next(event.when), kind: 'damaged', text: '', why: event.why, loses });
    } else if (!this.isEnded) {
      // The first end counts: what the other side does then is its answer.
      this.isEnded = true;
      const by = event.side === this.client ? 'writer' : 'peer';
      this.give({ ...this.next(event.when), kind: 'tcp-drop', by, reset: event.kind === 'reset' });
    }
  }

  write(side: Side, octets: Uint8Array, at: number, count: number, when: Timestamp): void {
    if (this.latest++ === 0) this.active.add(this);
    if (!this.isBusy) {
      const own = wholeOctets(Buffer.from(octets.subarray(at, at + count)));
      this.give({ ...this.next(when), kind: 'octets', direction: this.directionOf(side), octets: own, sync: false });
      return;
    }
    const batch = this.roomFor(count);
    const time = secondsBetween(this.start, when);
    batch.addOctets(side === this.client ? TX : RX, this.row++, time, count);
    batch.arena.set(octets.subarray(at, at + count), batch.used - count);
  }

  /** Nothing more comes for now. */
  flush(): void {
    this.handOver();
    this.isBusy = this.latest >= MANY;
    this.latest = 0;
  }

  end(): void {
    this.handOver();
    this.log.end();
  }

  private next(when: Timestamp): { row: number; time: number | null } {
    const time = secondsBetween(this.start, when);
    return { row: this.row++, time: Number.isNaN(time) ? null : time };
  }

  private give(row: Row): void {
    if (this.batch) this.roomFor(0).addRow(row);
    else this.log.row(row);
  }

  private roomFor(count: number): RowBatch {
    if (this.batch && !this.batch.hasRoom(count)) this.handOver();
    this.batch ??= new RowBatch();
    return this.batch;
  }

  private handOver(): void {
    const { batch } = this;
    this.batch = null;
    if (batch) passBatch(batch, this.log);
  }

  private directionOf(side: Side): Direction {
    return side === this.client ? 'tx' : 'rx';
  }
}

/**
 * NaN where the capture has no times, or its clock was set back to before the start: such a time says nothing, and no
 * notation of a row can hold it. Rounded to nanoseconds, as the sum of two fractions may be none of them.
 */
function secondsBetween(from: Timestamp, to: Timestamp): number {
  const seconds = Math.round((to.seconds - from.seconds) * 1e9 + (to.nanos - from.nanos)) / 1e9;
  return seconds >= 0 ? seconds : Number.NaN;
}

const FIRST_DATE = 2 * 24 * 60 * 60;

/** In UTC, with as many digits of the fraction as there are. */
export function startedText({ seconds, nanos }: Timestamp): string | null {
  const date = new Date(seconds * 1000);
  // A time of the day alone has no date.
  if (Number.isNaN(date.getTime()) || seconds < FIRST_DATE) return null;
  const fraction = String(nanos)
    .padStart(9, '0')
    .replace(/(?:000){1,2}$/, '');
  return `${date.toISOString().slice(0, 19)}.${fraction}Z`;
}
