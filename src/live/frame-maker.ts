// Frames for a role: masked where the client sends them, each with a key of its own (RFC 6455 §5.2, §5.3).

import type { Role } from '../model/row.ts';
import { unmask } from '../protocol/frame/masking.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';

export interface FrameFields {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly fin?: boolean;
  /** Three bits: RSV1 = 4, RSV2 = 2, RSV3 = 1. */
  readonly rsv?: number;
}

const KEY_STEP = 0x9e37_79b1;

export class FrameMaker {
  readonly role: Role;
  #key = 0x5a21_f09c;

  constructor(role: Role) {
    this.role = role;
  }

  frame({ opcode, payload, fin = true, rsv = 0 }: FrameFields): Uint8Array {
    const mask = this.role === 'client' ? 0x80 : 0;
    const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
    const start = Buffer.concat([Uint8Array.of(first), lengthOctets(payload.length, mask)]);
    if (mask === 0) return Buffer.concat([start, payload]);
    const key = this.#nextKey();
    return Buffer.concat([start, key, unmask(payload, key)]);
  }

  text(text: string): Uint8Array {
    return this.frame({ opcode: OPCODE.TEXT, payload: Buffer.from(text) });
  }

  /** A compressed text in so many fragments; RSV1 is on the first of them (RFC 7692 §6.1). */
  compressed(content: Uint8Array, deflate: (octets: Uint8Array) => Uint8Array, parts: number): Uint8Array[] {
    const octets = deflate(content);
    const size = Math.ceil(octets.length / parts);
    return Array.from({ length: parts }, (_, at) =>
      this.frame({
        opcode: at === 0 ? OPCODE.TEXT : OPCODE.CONTINUATION,
        rsv: at === 0 ? 4 : 0,
        fin: at === parts - 1,
        payload: octets.subarray(at * size, (at + 1) * size),
      }),
    );
  }

  /** No key comes twice, and each run has the same ones. */
  #nextKey(): Uint8Array {
    this.#key = (this.#key + KEY_STEP) >>> 0;
    const key = Buffer.alloc(4);
    key.writeUInt32BE(this.#key);
    return key;
  }
}

/** The shortest form of the length, with the mask bit. */
function lengthOctets(length: number, mask: number): Uint8Array {
  if (length < 126) return Uint8Array.of(mask | length);
  const octets = Buffer.alloc(length < 65_536 ? 3 : 9);
  octets[0] = mask | (length < 65_536 ? 126 : 127);
  if (length < 65_536) octets.writeUInt16BE(length, 1);
  else octets.writeBigUInt64BE(BigInt(length), 1);
  return octets;
}
