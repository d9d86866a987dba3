// Ordinary messages as the hints need them: nearly all are echoes, and nobody ever looks at them again. They are made what
// other messages are when somebody does.

import type { OctetsRow } from '../../model/row.ts';
import type { Frame } from '../../protocol/frame/frame.ts';
import type { JudgedBatch, OrdinaryOctets } from '../ordinary-row.ts';

/** An ordinary frame, as its place in a batch. */
export class OrdinaryFrame {
  readonly batch: JudgedBatch;
  readonly at: number;

  constructor(batch: JudgedBatch, at: number) {
    this.batch = batch;
    this.at = at;
  }

  /** As it stands on the wire. */
  get octets(): number {
    return this.batch.rows.known[this.at] as number;
  }

  get row(): OctetsRow {
    return this.#view.row as OctetsRow;
  }

  get decoded(): Frame {
    return this.#view.decoded;
  }

  get #view(): OrdinaryOctets {
    return this.batch.view(this.at) as OrdinaryOctets;
  }
}
