// The texts of things that go on at the same time, written one after the other in the order in which they began. What is
// not due yet is kept: a little of it in memory, the rest in a file without a name.

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_OCTETS } from '../../src/model/octets.ts';
import { OctetWriter } from '../../src/render/octet-writer.ts';

/** Octets kept in memory, of all that wait together. */
const MOST_IN_MEMORY = 32 << 20;
const CHUNK = 1 << 20;
/** A buffer of up to so many octets is used again. */
const REUSED = 4 << 20;

export interface Turn {
  /** Text may be put here; `settle` says that it was. */
  readonly octets: OctetWriter;
  settle(): void;
  write(text: string): void;
  end(): void;
}

export interface Turns {
  begin(): Turn;
  /** Octets that are due; to be asked for until there are none. They stand until the next are asked for. */
  take(): Uint8Array;
  close(): void;
}

interface WaitingText {
  readonly octets: OctetWriter;
  /** What stands before `octets`, in buffers that are full: one for all would have to be copied again and again. */
  full: Buffer[];
  /** How much of it counts in memory. */
  counted: number;
  /** Places in the file, before `octets`. */
  readonly kept: { at: number; length: number }[];
  isOver: boolean;
}

/** `most`: octets kept in memory. */
export function openTurns(most: number = MOST_IN_MEMORY): Turns {
  const queue: WaitingText[] = [];
  let inMemory = 0;
  let file: ReturnType<typeof openSpool> | null = null;
  let taken: Buffer | null = null;

  function count(waiting: WaitingText): void {
    const { full, octets, counted } = waiting;
    waiting.counted = full.reduce((sum, { length }) => sum + length, octets.used);
    inMemory += waiting.counted - counted;
  }

  function spool(): void {
    if (inMemory <= most) return;
    file ??= openSpool();
    // The first is about to be written.
    for (const waiting of queue.slice(1)) {
      const { octets, kept } = waiting;
      for (const written of [...waiting.full, octets.written]) {
        if (written.length > 0) kept.push(file.append(written));
      }
      waiting.full = [];
      octets.used = 0;
      count(waiting);
    }
  }

  function takeFrom(waiting: WaitingText): Uint8Array {
    const full = waiting.full.shift();
    if (full) {
      count(waiting);
      return full;
    }
    const { written, octets } = waiting.octets;
    const isReusable = taken !== null && taken.length <= REUSED;
    waiting.octets.restart(isReusable ? (taken as Buffer) : Buffer.allocUnsafeSlow(Math.min(octets.length, CHUNK)));
    taken = octets;
    count(waiting);
    return written;
  }

  return {
    begin: () => {
      const waiting: WaitingText = { octets: new OctetWriter(), full: [], counted: 0, kept: [], isOver: false };
      queue.push(waiting);
      const settle = () => {
        if (waiting.octets.used > CHUNK) {
          waiting.full.push(waiting.octets.written);
          waiting.octets.restart(Buffer.allocUnsafeSlow(CHUNK + (CHUNK >> 2)));
        }
        count(waiting);
        if (waiting !== queue[0]) spool();
      };
      return {
        octets: waiting.octets,
        settle,
        write: (text) => {
          waiting.octets.text(text);
          settle();
        },
        end: () => {
          waiting.isOver = true;
        },
      };
    },
    take: () => {
      for (let first = queue[0]; first; first = queue[0]) {
        const [kept] = first.kept;
        if (kept && file) {
          const size = Math.min(CHUNK, kept.length);
          const octets = file.read(kept.at, size);
          kept.at += size;
          kept.length -= size;
          if (kept.length === 0) first.kept.shift();
          return octets;
        }
        if (first.full.length > 0 || first.octets.used > 0) return takeFrom(first);
        if (!first.isOver) return NO_OCTETS;
        queue.shift();
      }
      return NO_OCTETS;
    },
    close: () => file?.close(),
  };
}

/** A file that is gone with the program. */
function openSpool() {
  const folder = mkdtempSync(join(tmpdir(), 'wirelog-'));
  const fd = openSync(join(folder, 'waiting'), 'w+');
  try {
    // Where the system allows it, nothing is left behind whatever happens.
    rmSync(folder, { recursive: true, force: true });
  } catch {}
  let end = 0;
  return {
    append: (octets: Uint8Array) => {
      for (let done = 0; done < octets.length; ) done += writeSync(fd, octets, done, octets.length - done, end + done);
      const place = { at: end, length: octets.length };
      end += octets.length;
      return place;
    },
    read: (at: number, length: number): Uint8Array => {
      const octets = Buffer.allocUnsafe(length);
      for (let done = 0; done < length; ) {
        const count = readSync(fd, octets, done, length - done, at + done);
        if (count === 0) break;
        done += count;
      }
      return octets;
    },
    close: () => {
      closeSync(fd);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
