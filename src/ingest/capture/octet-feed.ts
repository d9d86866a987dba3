// Octets that come in chunks and are taken in pieces of a known size. A piece that lies in one chunk is not copied: it is
// read where it is, in `octets` from `at` on.

export class OctetFeed {
  /** Where the next octets are; so many as `has` was asked for stand there in one piece. */
  octets: Uint8Array = new Uint8Array(0);
  at = 0;
  /** Position in the input of the octet at `at`. */
  offset = 0;
  /** Chunks behind `octets`. */
  private behind: Uint8Array[] = [];
  private behindLength = 0;
  /** The latest chunk, which is not ours. */
  private latest: Uint8Array | null = null;

  /** How many octets wait to be taken. */
  get length(): number {
    return this.octets.length - this.at + this.behindLength;
  }

  /** The chunk is used until `keep` is called, and copied then as far as it has not been taken. */
  push(chunk: Uint8Array): void {
    this.latest = chunk;
    if (this.at === this.octets.length && this.behind.length === 0) {
      this.octets = chunk;
      this.at = 0;
    } else {
      this.behind.push(chunk);
      this.behindLength += chunk.length;
    }
  }

  /** Are there so many? They stand at `at` then. */
  has(size: number): boolean {
    if (this.octets.length - this.at >= size) return true;
    if (this.length < size) return false;
    this.join(size);
    return true;
  }

  skip(size: number): void {
    this.at += size;
    this.offset += size;
    if (this.at === this.octets.length) this.takeNext();
  }

  /** What is left of the latest chunk is copied: whoever gave it may write into it again. */
  keep(): void {
    const { latest } = this;
    this.latest = null;
    if (!latest) return;
    const last = this.behind.length - 1;
    if (last >= 0) {
      if (this.behind[last]?.buffer === latest.buffer) this.behind[last] = Buffer.from(this.behind[last]);
    } else if (this.octets.buffer === latest.buffer) {
      this.octets = Buffer.from(this.octets.subarray(this.at));
      this.at = 0;
    }
  }

  /** Puts so many octets of several chunks into one piece, and no more: what is behind them stays where it is. */
  private join(size: number): void {
    const piece = Buffer.allocUnsafe(size);
    piece.set(this.octets.subarray(this.at));
    let filled = this.octets.length - this.at;
    let used = 0;
    while (filled < size) {
      const next = this.behind[used] as Uint8Array;
      const count = Math.min(next.length, size - filled);
      piece.set(next.subarray(0, count), filled);
      filled += count;
      this.behindLength -= count;
      if (count === next.length) used++;
      else this.behind[used] = next.subarray(count);
    }
    this.behind.splice(0, used);
    this.octets = piece;
    this.at = 0;
  }

  private takeNext(): void {
    const next = this.behind.shift();
    if (!next) return;
    this.octets = next;
    this.at = 0;
    this.behindLength -= next.length;
  }
}
