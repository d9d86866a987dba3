// Do the messages come back as they were sent? No rule asks for an echo, so a case says that it expects one.

import type { JudgedLog } from '../judge/judged-log.ts';
import type { Direction } from '../model/row.ts';
import { closeCodeOf } from '../protocol/frame/frame.ts';
import { contentOf, type Message } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';

/** What is wrong with the echo, in a sentence; null where nothing is. Fragments and compression are no difference. */
export function echoFault(judged: Pick<JudgedLog, 'annotated'>): string | null {
  const sent = messagesOf(judged, 'tx');
  const back = messagesOf(judged, 'rx');
  for (const [at, message] of sent.entries()) {
    const other = back[at];
    const name = `message ${at + 1} of ${sent.length}`;
    if (other === undefined) return `${name} does not come back`;
    if (other.opcode !== message.opcode)
      return `${name} comes back as ${other.opcode === OPCODE.TEXT ? 'text' : 'binary'}`;
    const [one, two] = [contentOf(message), contentOf(other)];
    if (one !== null && two !== null && Buffer.compare(one, two) !== 0) return `${name} comes back with other content`;
  }
  const more = back.length - sent.length;
  return more > 0 ? `${more} more ${more === 1 ? 'message comes' : 'messages come'} than were sent` : null;
}

/** The peer may refuse what is too big for it (RFC 6455 §7.4.1). */
export function isTooBig({ annotated }: Pick<JudgedLog, 'annotated'>): boolean {
  const frames = annotated.flatMap((row) => row.frames.map(({ frame }) => frame));
  return frames.some(
    (frame) => frame.direction === 'rx' && frame.opcode === OPCODE.CLOSE && closeCodeOf(frame) === 1009,
  );
}

function messagesOf({ annotated }: Pick<JudgedLog, 'annotated'>, direction: Direction): Message[] {
  return annotated.flatMap((row) =>
    row.frames.flatMap(({ frame, message }) => (message !== null && frame.direction === direction ? [message] : [])),
  );
}
