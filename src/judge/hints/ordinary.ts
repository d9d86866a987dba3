// Ordinary messages as the hints need them: nearly all are echoes, and nobody ever looks at them again. They are made what
// other messages are when somebody does.

import type { OrdinaryOctets } from '../ordinary-row.ts';
import { KEPT, type Near, smallFrame, type WireFrame, wireFrame } from './wire.ts';

/** One of which the hints keep all octets. */
export function isSmall({ octets }: OrdinaryOctets): boolean {
  return octets <= KEPT;
}

export class OrdinaryWire {
  readonly row: OrdinaryOctets;
  readonly near: Near;
  #made: WireFrame | null = null;

  constructor(row: OrdinaryOctets, near: Near) {
    this.row = row;
    this.near = near;
  }

  get made(): WireFrame {
    this.#made ??= wireFrame(smallFrame(this.row.decoded), this.near);
    return this.#made;
  }
}
