// The closing handshake, frame by frame: RFC 6455 §5.5.1.

import { counted } from '../model/counted.ts';
import { CLOSE_CODE, mayBeOnTheWire } from '../protocol/frame/close-code.ts';
import { closeCodeOf, type Frame, startOf } from '../protocol/frame/frame.ts';
import { frameName, OPCODE } from '../protocol/frame/opcode.ts';
import { hasRead } from '../protocol/reading.ts';
import { isDataOpcode } from './frame.ts';
import { FAILURE_CODES, isFailureClose, isValidClose } from './kit/close-frame.ts';
import { type Check, defineRule, EITHER, FIRST_OCTET, type FrameSubject, type Rule, sideName } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

/** Each side's Close may have been on its way when the other's came: an answer typically echoes the code, or is 1000. */
function mayHaveCrossed(reply: Frame, first: Frame): boolean {
  const code = closeCodeOf(reply);
  const other = closeCodeOf(first);
  if (code === null || other === null || code === other || code === CLOSE_CODE.NORMAL) return false;
  return !FAILURE_CODES.has(code) && !FAILURE_CODES.has(other) && mayBeOnTheWire(code) && mayBeOnTheWire(other);
}

function checkReplyCode({ frame, sender, receiver }: FrameSubject): Check {
  const first = receiver.close;
  if (frame.opcode !== OPCODE.CLOSE || sender.close !== frame || !first || receiver.expectation) return null;
  const code = closeCodeOf(frame);
  const asked = closeCodeOf(first);
  if (code === asked || !isValidClose(first) || mayHaveCrossed(frame, first)) return null;
  if (isFailureClose(frame) || isFailureClose(first)) return null;
  const says = `it answered ${asked === null ? 'a Close without a code' : `close code ${asked}`} with ${code ?? 'no code'}: an endpoint typically echoes the code`;
  const octets = frame.length < 2 ? ([1, 2] as const) : ([frame.headerLength, frame.headerLength + 2] as const);
  return { says, octets, cause: startOf(first).row };
}

/**
 * A Ping or Pong after both Closes: was its sender allowed to send it? It was not, where it had read the other's Close; but
 * for a Pong whose Ping came before that. The writer's frame may have crossed with the Close at the tap, and of the peer
 * nothing is known where both Closes are the usual ones.
 */
function standingAfterCloses({
  frame,
  sender,
  receiver,
  pong,
}: FrameSubject): 'over' | 'crossed' | 'not known' | 'allowed' {
  const { close } = receiver;
  if (!sender.close || !close) return 'allowed';
  const isRead = hasRead(sender.reading, close);
  if (frame.opcode === OPCODE.PONG) {
    const ping = pong?.proves?.frame;
    return isRead && ping && ping.ordinal > close.ordinal ? 'over' : 'allowed';
  }
  if (isRead) return 'over';
  if (sender.direction === 'tx') return 'crossed';
  return sender.closeIsReply ? 'not known' : 'allowed';
}

/** A Ping or Pong behind the own Close; what is wrong with its first octet is another rule's. */
function isControlAfterClose({ frame, sender }: FrameSubject): boolean {
  const isPingPong = frame.opcode === OPCODE.PING || frame.opcode === OPCODE.PONG;
  return sender.close !== null && isPingPong && frame.fin && frame.rsv === 0;
}

export const CLOSE_HANDSHAKE_RULES: readonly Rule[] = [
  defineRule({
    id: 'close/data-after-close',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: "A data frame after its sender's Close",
    reaction: 'none',
    on: 'header',
    when: SIGN.CLOSING,
    check: ({ frame, sender, followsControl }) =>
      sender.close !== null &&
      isDataOpcode(frame.opcode) &&
      !followsControl && {
        says: `it sent ${frameName(frame.opcode)} after its own Close in row ${startOf(sender.close).row}`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [
        { log: 'rx 880203e8\nrx 810548656c6c6f', at: [1, 0, 1] },
        { log: 'rx 880203e8\nrx 8001ff', at: [1, 0, 1] },
        { log: 'rx 010161\nrx 880203e8\nrx 810162', at: [2, 0, 1], also: ['fragment/unfinished-at-close'] },
      ],
      holds: [
        { log: 'rx 810548656c6c6f\nrx 880203e8' },
        // It belongs to the Close, which is a fragment.
        { log: 'rx 080203e8\nrx 8000', also: ['control/fragmented'] },
        // The other endpoint's Close forbids nothing that is on its way.
        { log: 'rx 010161\ntx 888237fa213d3412\nrx 800162\nrx 880203e8' },
      ],
    },
  }),
  defineRule({
    id: 'close/second-close',
    severity: 'note',
    basis: '§7.1.5 expects none',
    by: EITHER,
    section: 'RFC 6455 §7.1.5',
    title: 'A second Close',
    reaction: 'none',
    on: 'header',
    when: SIGN.CLOSING,
    check: ({ frame, sender }) =>
      sender.close !== null &&
      frame.opcode === OPCODE.CLOSE && {
        says: `it sent a second Close: the first is in row ${startOf(sender.close).row}`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [{ log: 'rx 880203e8\nrx 8800', at: [1, 0, 1], also: ['close/no-status'] }],
      holds: [{ log: 'rx 880203e8' }],
    },
  }),
  defineRule({
    id: 'close/control-after-close',
    severity: 'note',
    basis: 'legal until both are sent',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: "A Ping or Pong after its sender's Close",
    reaction: 'none',
    on: 'frame',
    when: SIGN.CLOSING,
    check: (subject) => {
      const { frame, sender } = subject;
      if (!sender.close || !isControlAfterClose(subject)) return null;
      const standing = standingAfterCloses(subject);
      if (standing === 'over' || standing === 'crossed') return null;
      const says = `it sent ${frameName(frame.opcode)} after its own Close in row ${startOf(sender.close).row}`;
      return { says, octets: FIRST_OCTET };
    },
    examples: {
      violates: [
        { log: 'rx 880203e8\nrx 8900', at: [1, 0, 1] },
        // The Ping came before the Close: its Pong is due.
        {
          log: '# writer: server\n# extensions: none\ntx 880203e8\nrx 89819c51e07bec\nrx 888237fa213d3412\ntx 8a0170',
          at: [3, 0, 1],
        },
      ],
      holds: [
        { log: 'rx 8900\nrx 880203e8' },
        // What is wrong with its first octet is said.
        { log: 'rx 880203e8\nrx a900', also: ['frame/rsv-set'] },
        { log: 'rx 880203e8\nrx 0900', also: ['control/fragmented'] },
      ],
    },
  }),
  defineRule({
    id: 'close/frame-after-handshake',
    severity: 'error',
    basis: 'implied: a note where it may have crossed with the Close',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'A Ping, or the Pong for one, after both Closes',
    reaction: 'none',
    on: 'frame',
    when: SIGN.CLOSING,
    check: (subject) => {
      const standing = isControlAfterClose(subject) ? standingAfterCloses(subject) : 'allowed';
      if (standing === 'allowed') return null;
      const says = `it sent ${frameName(subject.frame.opcode)} after the closing handshake`;
      const found = { says, octets: FIRST_OCTET };
      if (standing === 'over') return found;
      if (standing === 'crossed')
        return {
          ...found,
          severity: 'note',
          says: `${says}, unless the frame crossed with ${sideName(subject.receiver)}'s Close`,
        };
      return { ...found, missing: "whether the peer had read the writer's Close before it sent its own" };
    },
    examples: {
      violates: [
        { log: 'tx 888237fa213d3412\nrx 880203e8\ntx 89809c51e07b', at: [2, 0, 1] },
        { log: 'tx 888437fa213d34124e56\nrx 880403e86f6b\nrx 8900', at: [2, 0, 1] },
        { log: 'tx 888237fa213d3412\nrx 880203e8\ntx 89819c51e07bfd\nrx 8a0161', at: [3, 0, 1] },
      ],
      holds: [
        { log: 'tx 89809c51e07b\nrx 8a00\ntx 888237fa213d3412\nrx 880203e8' },
        // A Pong that answers nothing.
        {
          log: 'rx 880203e8\ntx 888237fa213d3412\ntx 8a809c51e07b',
          also: ['close/control-after-close', 'ping/pong-unsolicited'],
        },
        // It closed first, and may not have read the answer.
        { log: 'rx 880203e8\ntx 888237fa213d3412\nrx 8900', also: ['close/control-after-close'] },
        // The Ping came before the other's Close.
        {
          log: 'rx 890170\ntx 888437fa213d34124e56\nrx 880403e86f6b\ntx 8a819c51e07bec',
          also: ['close/control-after-close'],
        },
        {
          log: 'tx 89819c51e07bec\ntx 888437fa213d34124e56\nrx 880403e86f6b\nrx 8a0170',
          also: ['close/control-after-close'],
        },
      ],
    },
  }),
  defineRule({
    id: 'close/new-message-after-received-close',
    severity: 'note',
    basis: 'MUST (§6.1): an error where the Close had certainly been read',
    by: EITHER,
    section: 'RFC 6455 §6.1',
    title: "A new data message after the other side's Close came",
    reaction: 'none',
    on: 'header',
    when: SIGN.CLOSING,
    check: ({ frame, sender, receiver }) => {
      const isNew = frame.opcode === OPCODE.TEXT || frame.opcode === OPCODE.BINARY;
      if (!isNew || !receiver.close || sender.close) return null;
      const { begunAfterClose, begunAfterReading } = sender;
      const says = `it began a new message after ${sideName(receiver)}'s Close in row ${startOf(receiver.close).row}`;
      const found = { says, octets: FIRST_OCTET, cause: startOf(receiver.close).row };
      if (begunAfterReading > 0) return begunAfterReading === 1 && { ...found, severity: 'error' };
      // It may have been on its way.
      return begunAfterClose === 1 && found;
    },
    examples: {
      violates: [
        {
          log: 'tx 888237fa213d3412\nrx 810548656c6c6f\nrx 880203e8',
          at: [1, 0, 1],
          also: ['close/reply-delayed'],
        },
        // The Pong shows that the Close was read, which came before its Ping.
        {
          log: 'tx 888237fa213d3412\ntx 89819c51e07bfd\nrx 8a0161\nrx 810548656c6c6f\nrx 880203e8',
          at: [3, 0, 1],
          also: ['close/reply-delayed', 'close/control-after-close'],
        },
      ],
      holds: [
        { log: 'rx 010548656c6c6f\ntx 888237fa213d3412\nrx 800548656c6c6f\nrx 880203e8' },
        // In one read with the text, which it answers first.
        { log: 'rx 810161880203e8\ntx 81819c51e07bfd88825d0b8ea25ee3' },
        { log: 'tx 81819c51e07bfd888237fa213d3412\nrx 810161\nrx 880203e8' },
      ],
    },
  }),
  defineRule({
    id: 'close/reply-delayed',
    severity: 'note',
    basis: 'SHOULD: a warning where the Close had certainly been read',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'A Close is answered only after new messages',
    reaction: 'none',
    on: 'frame',
    when: SIGN.CLOSE,
    check: ({ frame, sender, receiver }) => {
      const count = sender.begunAfterClose;
      if (frame.opcode !== OPCODE.CLOSE || sender.close !== frame || !receiver.close || count === 0) return null;
      const says = `it began ${counted(count, 'new message')} before it answered the Close of row ${startOf(receiver.close).row}`;
      const found = { says, octets: FIRST_OCTET, cause: startOf(receiver.close).row };
      return sender.begunAfterReading > 0 ? { ...found, severity: 'warning' } : found;
    },
    examples: {
      violates: [
        {
          log: 'tx 888237fa213d3412\nrx 810548656c6c6f\nrx 810548656c6c6f\nrx 880203e8',
          at: [3, 0, 1],
          also: ['close/new-message-after-received-close'],
        },
        {
          log: 'tx 888237fa213d3412\nrx 810548656c6c6f\nrx 880203e8',
          at: [2, 0, 1],
          also: ['close/new-message-after-received-close'],
        },
      ],
      holds: [
        { log: 'rx 010548656c6c6f\ntx 888237fa213d3412\nrx 800548656c6c6f\nrx 880203e8' },
        { log: 'rx 810161880203e8\ntx 81819c51e07bfd\ntx 88825d0b8ea25ee3' },
      ],
    },
  }),
  defineRule({
    id: 'close/reply-code-differs',
    severity: 'note',
    basis: 'typical only',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'The answer to a Close has another close code',
    reaction: 'none',
    on: 'frame',
    when: SIGN.CLOSE,
    check: checkReplyCode,
    examples: {
      violates: [
        {
          log: 'tx 888237fa213d3c42\nrx 880203e8',
          at: [1, 2, 4],
          also: ['close/code-unregistered-3xxx'],
        },
        {
          log: 'tx 888237fa213d3c42\nrx 8800',
          at: [1, 1, 2],
          also: ['close/code-unregistered-3xxx', 'close/no-status'],
        },
      ],
      holds: [{ log: 'tx 888237fa213d3c42\nrx 88020bb8' }],
    },
  }),
  defineRule({
    id: 'close/simultaneous',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §7.1.5',
    title: 'The Closes may have crossed: neither need be an answer',
    reaction: 'none',
    on: 'frame',
    when: SIGN.CLOSE,
    check: ({ frame, sender, receiver }, connection) =>
      frame.opcode === OPCODE.CLOSE &&
      sender.close === frame &&
      receiver.close !== null &&
      !connection.rx.expectation &&
      !connection.tx.expectation &&
      mayHaveCrossed(frame, receiver.close) && {
        says: `${closeCodeOf(frame)} is no usual answer to ${closeCodeOf(receiver.close)}: the Closes may have crossed`,
        octets: [frame.headerLength, frame.headerLength + 2],
        cause: startOf(receiver.close).row,
      },
    examples: {
      violates: [{ log: 'tx 888237fa213d3413\nrx 880203f4', at: [1, 2, 4], also: ['close/code-post-rfc'] }],
      holds: [{ log: 'tx 888237fa213d3413\nrx 880203e9' }],
    },
  }),
];
