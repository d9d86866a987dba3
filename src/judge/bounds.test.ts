import { describe, expect, it } from 'vitest';
import { cutOctets, wholeOctets } from '../model/octets.ts';
import type { Row } from '../model/row.ts';
import { type Message, openMessage } from '../protocol/frame/message.ts';
import type { AnnotatedRow, Annotation, DecodedFrame } from './annotation.ts';
import {
  addAnnotation,
  addFrame,
  dropRows,
  holdsNothing,
  isTooMuch,
  keepInflated,
  noteOrdinary,
  noteRow,
} from './bounds.ts';
import { batchOf } from './ordinary.fixture.ts';
import { JudgedBatch, Stretch } from './ordinary-row.ts';

const MEGABYTE = 1 << 20;
/** What a frame takes beside its payload. */
const FRAME = 512;

function octetsRow(known: number, length = known): Row {
  const octets = known === length ? wholeOctets(new Uint8Array(known)) : cutOctets(new Uint8Array(known), length);
  return { kind: 'octets', row: 0, time: null, direction: 'rx', octets, sync: false };
}

function annotated(row: Row): AnnotatedRow {
  return { row, frames: [], heads: [], annotations: [], agrees: null, frame: null };
}

function inflated(length: number): Message {
  const message = openMessage(1, true, false);
  message.inflation = {
    octets: new Uint8Array(length),
    length,
    end: 'empty-block',
    fault: null,
    final: null,
  } as unknown as Message['inflation'];
  return message;
}

function decoded(message: Message | null): DecodedFrame {
  return { frame: {}, message } as unknown as DecodedFrame;
}

describe('what is held of a log', () => {
  it('is too much above 8 MiB of rows and what they inflate to', () => {
    const held = holdsNothing();
    noteRow(held, annotated(octetsRow(5 * MEGABYTE)));
    keepInflated(held, inflated(3 * MEGABYTE));
    expect([held.octets, isTooMuch(held)]).toEqual([8 * MEGABYTE, false]);
    noteRow(held, annotated(octetsRow(1)));
    expect(isTooMuch(held)).toBe(true);
  });

  it('counts the octets that are there, of rows of octets', () => {
    const held = holdsNothing();
    noteRow(held, annotated(octetsRow(10, 1000)));
    noteRow(held, annotated({ kind: 'failing', row: 1, time: null }));
    expect(held).toEqual({ octets: 10, inflated: 0 });
  });

  it('is nothing again when all rows have left', () => {
    for (const areKept of [false, true]) {
      const held = holdsNothing();
      const row = annotated(octetsRow(100));
      noteRow(held, row);
      const message = inflated(1000);
      addFrame(held, row, decoded(message));
      addFrame(held, row, decoded(null));
      keepInflated(held, message);
      expect(held).toEqual({ octets: 100 + 2 * FRAME + 1000, inflated: 1000 });
      dropRows(held, row, areKept);
      // Who keeps the rows keeps what is inflated of them.
      expect(held).toEqual({ octets: 0, inflated: areKept ? 1000 : 0 });
    }
  });

  it('is as much for rows in columns', () => {
    const held = holdsNothing();
    const rows: Row[] = [octetsRow(100), octetsRow(30), { kind: 'failing', row: 1, time: null }];
    const batch = new JudgedBatch(batchOf(rows));
    for (const at of [0, 1, 2]) noteOrdinary(held, batch.octetsAt(at));
    expect(held.octets).toBe(130 + 2 * FRAME);
    dropRows(held, new Stretch(batch, 1, 3), false);
    expect(held.octets).toBe(100 + FRAME);
  });

  it('lists 50,000 frames and annotations of a row, and counts the others', () => {
    const held = holdsNothing();
    const row = annotated(octetsRow(1));
    for (let i = 0; i < 50_002; i++) {
      addFrame(held, row, decoded(null));
      addAnnotation(row, {} as Annotation);
    }
    expect([row.frames.length, row.unlisted, held.octets]).toEqual([50_000, 2, 50_000 * FRAME]);
    expect([row.annotations.length, row.unlistedAnnotations]).toEqual([50_000, 2]);
  });

  it('keeps no more of an inflated message than its beginning, where there are more than 64 MiB of them', () => {
    const held = holdsNothing();
    keepInflated(held, inflated(64 * MEGABYTE - 1));
    const [whole, cut] = [inflated(1), inflated(100_000)];
    keepInflated(held, whole);
    expect([whole.inflation?.octets.length, held.inflated]).toEqual([1, 64 * MEGABYTE]);
    keepInflated(held, cut);
    expect([cut.inflation?.octets.length, held.inflated]).toEqual([65_536, 64 * MEGABYTE + 65_536]);
    keepInflated(held, openMessage(1, false, true));
    expect(held.inflated).toBe(64 * MEGABYTE + 65_536);
  });
});
