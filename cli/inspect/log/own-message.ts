// The message of one frame, made again from the frame, and from what inflating it gave.

import { pushUtf8 } from '../../../src/model/utf8.ts';
import type { InflateResult } from '../../../src/protocol/deflate/inflate.ts';
import type { Frame } from '../../../src/protocol/frame/frame.ts';
import { type Message, openMessage } from '../../../src/protocol/frame/message.ts';
import { isControl, OPCODE } from '../../../src/protocol/frame/opcode.ts';

/** The frame tells all else that is known of the message that it ends, or that it ends none. */
export function isOwnMessage(frame: Frame, message: Message | null): boolean {
  if (!isMessage(frame) || message === null) return message === null && !isMessage(frame);
  const { frames, compressed, inflation, headless, brokenAt, utf8 } = message;
  const isText = frame.opcode === OPCODE.TEXT;
  if (compressed !== (inflation !== null)) return false;
  return frames.length === 1 && !headless && brokenAt === null && (utf8 !== null) === isText;
}

function isMessage({ fin, opcode }: Frame): boolean {
  return fin && opcode !== OPCODE.CONTINUATION && !isControl(opcode);
}

export function ownMessage(frame: Frame, inflation: InflateResult | null): Message | null {
  if (!isMessage(frame)) return null;
  const { opcode, payload, length } = frame;
  const message = openMessage(opcode, inflation !== null, opcode === OPCODE.TEXT);
  message.frames.push(frame);
  message.length = length;
  message.hidden = payload.length < length;
  if (message.utf8) pushUtf8(message.utf8, inflation?.octets ?? payload);
  message.finished = true;
  message.inflation = inflation;
  return message;
}
