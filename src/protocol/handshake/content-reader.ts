// Steps over the content of a head as it comes.

import type { Backlog } from '../backlog.ts';
import { type Chunk, type ContentFraming, chunkAt } from './content.ts';

export interface ContentReader {
  /** Null at its end, else what it lacks: more, or a way to tell where it ends. */
  read(): 'more' | { readonly why: string } | null;
  /** How many octets have not come: null where chunks do not tell, endless where the end of TCP is theirs. */
  missing(): number | null;
}

const ENDLESS = { why: 'content of which the end is not known' };
const INEXACT = { why: 'length of a row is not known' };

export function readerOf(content: ContentFraming, waiting: Backlog): ContentReader {
  let due = content === 'chunked' ? 0 : content === 'endless' ? Number.POSITIVE_INFINITY : content;
  let chunk: Chunk | null | undefined = null;

  /** The next chunk is due; false where none begins here. */
  function beginChunk(): boolean {
    chunk = chunkAt(waiting.sight.known);
    due = chunk?.length ?? 0;
    return due > 0;
  }

  /** All that is due has come. */
  function pass(): boolean {
    const come = Math.min(due, waiting.sight.length);
    due -= come;
    waiting.take(come);
    return due === 0;
  }

  function lackOfChunk(): 'more' | typeof ENDLESS {
    return chunk === undefined && waiting.mayComeWhole ? 'more' : ENDLESS;
  }

  return {
    missing: () => (content === 'chunked' ? null : due),
    read: () => {
      do {
        if (content === 'chunked' && due === 0 && !beginChunk()) return lackOfChunk();
        if (!pass()) return waiting.first?.octets.exact === false ? INEXACT : 'more';
      } while (chunk?.isLast === false);
      return null;
    },
  };
}
