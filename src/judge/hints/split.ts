// The text of one direction, followed over the fragments of its messages: which of them end inside a UTF-8 sequence.

import { pushUtf8, startUtf8, type Utf8State } from '../../model/utf8.ts';
import type { Message } from '../../protocol/frame/message.ts';
import { OPCODE } from '../../protocol/frame/opcode.ts';
import type { FrameSummary } from './wire.ts';

export interface TextSplit {
  /** Row of the message's first fragment that ends inside a sequence. */
  readonly row: number;
  readonly lead: number;
  /** Where in the message the sequence begins. */
  readonly at: number;
}

export interface SplitReader {
  /** A data frame, and the message that it ends. */
  frame(frame: FrameSummary, message: Message | null): void;
  /** A message in one frame, which is right. */
  passText(): void;
  /** In the latest message of fragments; null where any text so far was not right. */
  split(): TextSplit | null;
}

export function readSplits(): SplitReader {
  let text: Utf8State | null = null;
  let split: TextSplit | null = null;
  let isRight = true;

  function follow(frame: FrameSummary, state: Utf8State): void {
    if (frame.payload.length < frame.length) text = null;
    else if (pushUtf8(state, frame.payload) >= 0 || (frame.fin && state.due > 0)) {
      isRight = false;
      text = null;
    } else if (!frame.fin && state.due > 0 && frame.length > 0) {
      split ??= { row: frame.row, lead: state.lead, at: state.leadAt };
    }
  }

  return {
    split: () => (isRight ? split : null),
    passText: () => {
      text = null;
    },
    frame: (frame, message) => {
      if (message?.brokenAt) isRight = false;
      if (frame.opcode !== OPCODE.CONTINUATION) {
        // A text in one frame is judged already.
        text = frame.opcode === OPCODE.TEXT && !frame.fin && frame.rsv === 0 ? startUtf8() : null;
        if (!frame.fin) split = null;
      }
      if (text) follow(frame, text);
    },
  };
}
