// What a capture file holds, whichever of its formats it has: packets, and secrets for those that are encrypted.

export interface PacketSink {
  /**
   * Of a packet of `length` octets `count` were captured: they stand in `octets` from `at` on, until it returns. `seconds`
   * and `nanos` say when, since 1970; NaN where the file does not.
   */
  packet(
    link: number,
    seconds: number,
    nanos: number,
    octets: Uint8Array,
    at: number,
    count: number,
    length: number,
  ): void;
  /** Lines of a TLS key log. */
  secrets(text: string): void;
}

export interface PacketFile {
  /** The chunk is read, or copied, before it returns. */
  push(chunk: Uint8Array): void;
  /** The input is over. Returns what is wrong with its end; null where nothing is. */
  end(): string | null;
}

/** No link carries a packet so long; a length beyond it is damage. */
export const LONGEST_PACKET = 64 << 20;
