// One direction of a connection while it is looked through for the handshake: heads are put together, content is stepped
// over.

import { behind, type OctetsEvent } from './conversation-event.ts';
import { type BodyLength, type ChunkSkipper, type HeadCollector, openChunks, openHead } from './http-skip.ts';

export class HttpHalf {
  /** What its next octets are: a head; content of a message; what nobody can read until a head begins. */
  mode: 'head' | 'content' | 'lost' = 'head';
  readonly head: HeadCollector = openHead();
  /** The octets of the head that is not complete. */
  held: OctetsEvent[] = [];
  /** Octets have come. */
  hasBegun = false;
  private left = 0;
  private chunks: ChunkSkipper | null = null;

  /** So much content comes next. */
  expect(content: BodyLength): void {
    this.chunks = content === 'chunked' ? openChunks() : null;
    this.left = typeof content === 'number' ? content : 0;
    this.mode = content === 'rest' ? 'lost' : content === 0 ? 'head' : 'content';
  }

  /** Returns what is behind the content; null where nothing is. */
  skipContent(event: OctetsEvent): OctetsEvent | null {
    const { known, length, exact } = event.octets;
    const used = this.chunks ? this.chunks.skip(known, length) : Math.min(this.left, length);
    if (used < 0 || (used === length && !exact)) {
      this.lose();
      return null;
    }
    this.left -= used;
    if (this.chunks ? this.chunks.done() : this.left === 0) this.mode = 'head';
    return behind(event, used);
  }

  /** What its octets are is not known until a head begins. */
  lose(): void {
    this.mode = 'lost';
    this.head.clear();
    this.held = [];
  }

  /** Takes the octets of the head that is not complete. */
  takeHeld(): OctetsEvent[] {
    const { held } = this;
    this.held = [];
    return held;
  }
}
