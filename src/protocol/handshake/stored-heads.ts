// The heads of one direction that the log keeps as text beside its rows, which are cut.

import { latin1Of, octetsOfLatin1, octetsOfText } from '../../model/octets.ts';

interface StoredHead {
  /** The head through its blank line. */
  readonly octets: Uint8Array;
  /** Its text as stored. */
  readonly text: Uint8Array;
  /** The text has lost its blank line, if that is all that it has lost. */
  readonly isTrimmed: boolean;
}

export interface StoredHeads {
  /** The one that these octets begin. */
  begunBy(known: Uint8Array): StoredHead | undefined;
  /** It has come. */
  drop(head: StoredHead | undefined): void;
}

export function storedHeads(texts: readonly string[]): StoredHeads {
  let heads: StoredHead[] | null = null;
  return {
    begunBy: (known) => {
      heads ??= texts.map(headOf);
      return heads.find(({ text }) => {
        const shared = Math.min(text.length, known.length);
        return shared > 0 && Buffer.compare(text.subarray(0, shared), known.subarray(0, shared)) === 0;
      });
    },
    drop: (head) => {
      heads = heads?.filter((one) => one !== head) ?? null;
    },
  };
}

function headOf(stored: string): StoredHead {
  const text = octetsOfText(stored);
  const latin1 = latin1Of(text);
  if (/\n\r?\n$/.test(latin1)) return { octets: text, text, isTrimmed: false };
  const lineEnd = latin1.includes('\n') && !latin1.includes('\r') ? '\n' : '\r\n';
  return { octets: octetsOfLatin1(`${latin1.trimEnd()}${lineEnd}${lineEnd}`), text, isTrimmed: true };
}
