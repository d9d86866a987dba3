// The log of a made-up conversation as either side may have written it, with the octets chopped into rows anywhere, and
// what is annotated in it.

import fc from 'fast-check';
import { wholeOctets } from '../model/octets.ts';
import { bareHeader, type Direction, type LogHeader, type Role, type Row } from '../model/row.ts';
import { chanceOf } from '../model/wire-frame.fixture.ts';
import type { Place } from '../protocol/frame/frame.ts';
import { annotate, type Summary } from './annotate.ts';
import type { AnnotatedRow, Annotation } from './annotation.ts';
import type { Conversation } from './conversation.fixture.ts';

export const HEADER: LogHeader = bareHeader('made up', 'rows');

export type Chopping = 'whole' | 'glued' | 'octets' | 'anywhere';

export const chopping: fc.Arbitrary<Chopping> = fc.constantFrom('whole', 'glued', 'octets', 'anywhere');

/** A place of the conversation in its log: octet `octet` of what was sent as number `sent`. */
type Locate = (sent: number, octet: number) => Place;

export interface WrittenLog {
  readonly header: LogHeader;
  readonly rows: readonly Row[];
  readonly locate: Locate;
}

const OCTET_ROWS_AT_MOST = 3000;

/** Puts octets of one direction into rows: `roomOf` says how many go into the next one. */
function rowWriter(roomOf: () => number) {
  const rows: Row[] = [];
  let open: { direction: Direction; parts: Uint8Array[]; length: number; room: number } | null = null;
  function flush(): void {
    if (open === null) return;
    const octets = wholeOctets(Buffer.concat(open.parts));
    rows.push({ kind: 'octets', row: rows.length, time: null, direction: open.direction, octets, sync: false });
    open = null;
  }
  /** Returns where each of the octets stands. */
  function write(direction: Direction, octets: Uint8Array): Place[] {
    if (open?.direction !== direction) flush();
    const places: Place[] = [];
    for (let at = 0; at < octets.length; ) {
      open ??= { direction, parts: [], length: 0, room: roomOf() };
      const size: number = Math.min(open.room - open.length, octets.length - at);
      for (let i = 0; i < size; i++) places.push({ row: rows.length, octet: open.length + i });
      open.parts.push(octets.subarray(at, at + size));
      open.length += size;
      at += size;
      if (open.length >= open.room) flush();
    }
    return places;
  }
  return { rows, flush, write };
}

/** The log as the writer sees it: the order of both directions is kept, their octets stand in rows of any size. */
export function logOf({ sent, droppedBy }: Conversation, writer: Role, how: Chopping, seed: number): WrittenLog {
  const chance = chanceOf(seed);
  const total = sent.reduce((sum, { octets }) => sum + octets.length, 0);
  const chops = how === 'octets' && total > OCTET_ROWS_AT_MOST ? 'anywhere' : how;
  const someRoom = () => 1 + chance(chance(2) === 0 ? 8 : 400);
  const { rows, flush, write } = rowWriter(() =>
    chops === 'octets' ? 1 : chops === 'anywhere' ? someRoom() : Infinity,
  );
  const places = sent.map(({ from, octets }) => {
    if (chops === 'whole') flush();
    return write(from === writer ? 'tx' : 'rx', octets);
  });
  flush();
  const by = droppedBy === writer ? 'writer' : 'peer';
  if (droppedBy) rows.push({ kind: 'tcp-drop', row: rows.length, time: null, by, reset: false });
  return { header: { ...HEADER, writer }, rows, locate: (number, octet) => places[number]?.[octet] ?? NOWHERE };
}

const NOWHERE: Place = { row: -1, octet: -1 };

export interface Annotated {
  readonly rows: readonly AnnotatedRow[];
  readonly annotations: readonly Annotation[];
  readonly summary: Summary;
}

export function annotateRows(header: LogHeader, rows: readonly Row[]): Annotated {
  const annotator = annotate(header, { window: Number.POSITIVE_INFINITY });
  const out: AnnotatedRow[] = rows.flatMap((row) => annotator.push(row));
  const { rows: last, summary } = annotator.end();
  const all = [...out, ...last];
  return {
    rows: all,
    annotations: [...all.flatMap(({ annotations }) => annotations), ...annotator.takeLate()],
    summary,
  };
}

/** A window of 9 bits is no fault, and only not worth while. */
const SLIGHT: ReadonlySet<string> = new Set(['pmd/window-too-small']);

/** Annotations above a note that are certain, in brief. */
export function accusations({ annotations }: Annotated): string[] {
  return annotations
    .filter(({ severity, certainty }) => severity !== 'note' && certainty === 'certain')
    .filter(({ rule }) => !SLIGHT.has(rule))
    .map(({ rule, by, row, octets: at, message: says }) => `${row} ${at?.join('-') ?? ''} ${by} ${rule}: ${says}`);
}
