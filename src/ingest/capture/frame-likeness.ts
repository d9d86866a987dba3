// Do octets look like WebSocket frames, read from the first one on? Asked where a capture begins after the handshake and
// nothing else tells what a connection speaks.

import { type ConversationEvent, type OctetsEvent, withOwnOctets } from './conversation-event.ts';
import { beginsRequest } from './http-skip.ts';
import type { Side } from './tcp-consumer.ts';

export interface FrameLikeness {
  readonly masked: boolean;
  /** The frames end where the octets end. */
  readonly isExact: boolean;
  /** Octets of the last frame that are still to come. */
  readonly lacking: number;
}

const OPCODES: ReadonlySet<number> = new Set([0, 1, 2, 8, 9, 10]);

/** `length`: how many octets there were, of which `octets` are known. Null where they are no frames. */
export function likenessToFrames(octets: Uint8Array, length: number): FrameLikeness | null {
  let masked: boolean | null = null;
  let at = 0;
  while (at < length) {
    const frame = frameAt(octets, at);
    if (!frame || (masked !== null && frame.masked !== masked)) return null;
    masked = frame.masked;
    at += frame.size;
  }
  return masked === null ? null : { masked, isExact: at === length, lacking: at - length };
}

function frameAt(octets: Uint8Array, at: number): { masked: boolean; size: number } | null {
  const [first, second] = [octets[at], octets[at + 1]];
  if (first === undefined || second === undefined) return null;
  const opcode = first & 15;
  const isControl = opcode >= 8;
  // Of the reserved bits permessage-deflate uses one, and on the first frame of a message only.
  if (!OPCODES.has(opcode) || (first & 0x30) !== 0 || ((first & 0x40) !== 0 && (isControl || opcode === 0)))
    return null;
  const short = second & 127;
  if (isControl && (short > 125 || (first & 0x80) === 0)) return null;
  const masked = (second & 0x80) !== 0;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (at + 2 + extended > octets.length) return null;
  const length = extended === 0 ? short : lengthAt(octets, at + 2, extended);
  if (length > 2 ** 40 || (short === 126 && length < 126) || (short === 127 && length < 65536)) return null;
  return { masked, size: 2 + extended + (masked ? 4 : 0) + length };
}

function lengthAt(octets: Uint8Array, at: number, count: number): number {
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + (octets[at + i] as number);
  return length;
}

export const BEGINS_INSIDE = 'the capture begins in the middle of the connection, inside a frame';

/** Octets that are looked at for signs before it is given up. */
const MOST_OCTETS = 1 << 16;

/** Events of a connection that speaks no HTTP, and may be frames. */
export class LikelyFrames {
  events: ConversationEvent[] = [];
  private octets = 0;
  private readonly signs = new FrameSigns();

  /** Returns false where they are none. */
  see(event: OctetsEvent): boolean {
    const { known, length } = event.octets;
    const sign = this.signs.see(event.side, known, length);
    this.octets += known.length;
    if (sign === 'no' || this.octets > MOST_OCTETS || beginsRequest(known)) return false;
    this.events.push(withOwnOctets(event));
    if (sign === 'restart') {
      this.events = this.events.filter(({ side }) => side !== event.side);
      this.events.push({ kind: 'lost', side: event.side, why: BEGINS_INSIDE, when: event.when });
    }
    return true;
  }

  /** See `FrameSigns`. */
  client(isAll: boolean): Side | null {
    return this.signs.client(isAll);
  }
}

/** Reads and writes that hold exactly whole frames: so many of them are no chance. */
const SIGNS_NEEDED = 2;
const DOUBTS_BORNE = 8;

/** Gathers signs that what two sides send are frames, of which the client's are masked and the server's are not. */
class FrameSigns {
  private readonly exact: [number, number] = [0, 0];
  private readonly lacking: [number, number] = [0, 0];
  private readonly masked: [boolean | null, boolean | null] = [null, null];
  private doubts = 0;

  /**
   * Octets of one read or write of that side. `restart`: what came of that side so far was the rest of a frame that began
   * earlier. `no`: these are no frames.
   */
  see(side: 0 | 1, octets: Uint8Array, length: number): 'ok' | 'restart' | 'no' {
    const lacking = this.lacking[side];
    if (lacking >= length) {
      this.lacking[side] = lacking - length;
      return 'ok';
    }
    const like = likenessToFrames(octets.subarray(lacking), length - lacking);
    const known = this.masked[side];
    const isOdd = like !== null && this.masked[side === 0 ? 1 : 0] === like.masked;
    if (!like || isOdd || (known ?? like.masked) !== like.masked) {
      this.doubts++;
      return known === null && this.doubts <= DOUBTS_BORNE ? 'restart' : 'no';
    }
    this.masked[side] = like.masked;
    this.lacking[side] = like.lacking;
    if (like.isExact && lacking === 0) this.exact[side]++;
    return 'ok';
  }

  /** The client's side; null while it is not sure. `isAll`: nothing more will come. */
  client(isAll: boolean): 0 | 1 | null {
    const [a, b] = this.exact;
    const client = this.masked[0] ? 0 : this.masked[1] ? 1 : null;
    if (client === null || this.exact[client] < 1) return null;
    return isAll || a + b >= SIGNS_NEEDED ? client : null;
  }
}
