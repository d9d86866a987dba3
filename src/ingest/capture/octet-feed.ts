// Octets that come in chunks and are taken in pieces of a known size. A piece that lies in one chunk is not copied.

export interface OctetFeed {
  /** How many octets wait to be taken. */
  readonly length: number;
  /** Position of the next octet in the input. */
  readonly offset: number;
  push(chunk: Uint8Array): void;
  /** The next `size` octets, which stay; null where not so many wait. */
  peek(size: number): Uint8Array | null;
  /** Takes so many octets; null where not so many wait. */
  take(size: number): Uint8Array | null;
}

export function openFeed(): OctetFeed {
  let waiting: Uint8Array = new Uint8Array(0);
  let at = 0;
  let offset = 0;
  // Chunks behind `waiting`: joined only when a piece needs more than is there, so that a piece of many chunks is
  // copied once.
  let behind: Uint8Array[] = [];
  let behindLength = 0;

  function join(): void {
    waiting = Buffer.concat([waiting.subarray(at), ...behind]);
    at = 0;
    behind = [];
    behindLength = 0;
  }

  function peek(size: number): Uint8Array | null {
    if (waiting.length - at < size) {
      if (waiting.length - at + behindLength < size) return null;
      join();
    }
    return waiting.subarray(at, at + size);
  }

  return {
    get length() {
      return waiting.length - at + behindLength;
    },
    get offset() {
      return offset;
    },
    push: (chunk) => {
      if (at === waiting.length && behind.length === 0) {
        waiting = chunk;
        at = 0;
      } else {
        behind.push(chunk);
        behindLength += chunk.length;
      }
    },
    peek,
    take: (size) => {
      const piece = peek(size);
      if (piece) {
        at += size;
        offset += size;
      }
      return piece;
    },
  };
}
