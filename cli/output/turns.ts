// The texts of things that go on at the same time, written one after the other in the order in which they began. What is
// not due yet is kept: a little of it in memory, the rest in a file without a name.

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Characters kept in memory, of all that wait together. */
const MOST_IN_MEMORY = 32 << 20;
const CHUNK = 1 << 20;

export interface Turn {
  write(text: string): void;
  end(): void;
}

export interface Turns {
  begin(): Turn;
  /** Text that is due; to be asked for until it is empty. */
  take(): string;
  close(): void;
}

interface Waiting {
  /** No string is made of all that waits, which may be longer than one can be. */
  texts: string[];
  /** Places in the file, before `texts`. */
  readonly kept: { at: number; length: number }[];
  isOver: boolean;
}

/** `most`: characters kept in memory. */
export function openTurns(most: number = MOST_IN_MEMORY): Turns {
  const queue: Waiting[] = [];
  let inMemory = 0;
  let file: ReturnType<typeof openSpool> | null = null;

  function spool(): void {
    if (inMemory <= most) return;
    file ??= openSpool();
    // The first is about to be written.
    for (const waiting of queue.slice(1)) {
      for (const text of waiting.texts.splice(0)) {
        waiting.kept.push(file.append(text));
        inMemory -= text.length;
      }
    }
  }

  return {
    begin: () => {
      const waiting: Waiting = { texts: [], kept: [], isOver: false };
      queue.push(waiting);
      return {
        write: (text) => {
          const { texts } = waiting;
          const open = texts.at(-1);
          if (open !== undefined && open.length + text.length <= CHUNK) texts[texts.length - 1] = open + text;
          else if (text !== '') texts.push(text);
          inMemory += text.length;
          if (waiting !== queue[0]) spool();
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
          const text = file.read(kept.at, size);
          kept.at += size;
          kept.length -= size;
          if (kept.length === 0) first.kept.shift();
          return text;
        }
        const text = first.texts.shift() ?? '';
        inMemory -= text.length;
        if (first.isOver && text === '') queue.shift();
        else return text;
      }
      return '';
    },
    close: () => file?.close(),
  };
}

/** A file that is gone with the program. Its octets are read at any place, so that its text is kept as UTF-16. */
function openSpool() {
  const folder = mkdtempSync(join(tmpdir(), 'wirelog-'));
  const fd = openSync(join(folder, 'waiting'), 'w+');
  try {
    // Where the system allows it, nothing is left behind whatever happens.
    rmSync(folder, { recursive: true, force: true });
  } catch {}
  let end = 0;
  return {
    append: (text: string) => {
      const octets = Buffer.from(text, 'utf16le');
      for (let done = 0; done < octets.length; ) done += writeSync(fd, octets, done, octets.length - done, end + done);
      const place = { at: end, length: octets.length };
      end += octets.length;
      return place;
    },
    read: (at: number, length: number) => {
      const octets = Buffer.allocUnsafe(length);
      for (let done = 0; done < length; ) {
        const count = readSync(fd, octets, done, length - done, at + done);
        if (count === 0) break;
        done += count;
      }
      return octets.toString('utf16le');
    },
    close: () => {
      closeSync(fd);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
