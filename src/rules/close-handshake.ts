// The closing handshake, frame by frame: RFC 6455 §5.5.1.

import { type Connection, isWriter } from '../protocol/connection.ts';
import { CLOSE_CODE, mayBeOnTheWire } from '../protocol/frame/close-code.ts';
import { closeCodeOf, type Frame, startOf } from '../protocol/frame/frame.ts';
import { OPCODE, opcodeName } from '../protocol/frame/opcode.ts';
import { isDataOpcode } from './frame.ts';
import { FAILURE_CODES, isFailureClose, isValidClose } from './kit/close-frame.ts';
import { type Check, defineRule, EITHER, type FrameSubject, type Rule } from './kit/rule.ts';

const FIRST_OCTET: readonly [number, number] = [0, 1];

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
  const says = `${code ?? 'no code'} in answer to ${asked ?? 'no code'}: an endpoint typically echoes the code`;
  const octets = frame.length < 2 ? ([1, 2] as const) : ([frame.headerLength, frame.headerLength + 2] as const);
  return { says, octets, cause: startOf(first).row };
}

/**
 * A control frame after its sender's own Close: had the sender read the other's Close? The log's writer has what came
 * before; of the peer it is known where its Close sends back what the other side alone can have chosen, or its Pong
 * answers a Ping of after that Close. Closes that are both 1000 may have crossed.
 */
function hasReadClose({ frame, sender, receiver }: FrameSubject, connection: Connection): boolean | null {
  if (!sender.close || !receiver.close) return false;
  if (isWriter(connection, sender)) return true;
  // What the log leaves out may have been a Ping like it.
  const proof = frame.opcode === OPCODE.PONG && !receiver.gap ? sender.pong?.proves : null;
  if (proof && proof.frame.ordinal > receiver.close.ordinal) return true;
  if (!sender.closeIsReply) return false;
  return isEchoOf(sender.close, receiver.close) || null;
}

/** With a code or a reason of its own: nobody sends such a Close but in answer to it. */
function isEchoOf(reply: Frame, first: Frame): boolean {
  if (Buffer.compare(reply.payload, first.payload) !== 0 || reply.length !== first.length) return false;
  return first.length > 2 || (closeCodeOf(first) ?? 0) >= 3000;
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
    title: 'A data frame after the own Close',
    reaction: 'none',
    on: 'header',
    check: ({ frame, sender, followsControl }) =>
      sender.close !== null &&
      isDataOpcode(frame.opcode) &&
      !followsControl && {
        says: `a ${opcodeName(frame.opcode)} frame after its own Close in row ${startOf(sender.close).row}`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [{ log: 'rx 880203e8\nrx 810548656c6c6f', at: [1, 0, 1] }],
      holds: [{ log: 'rx 810548656c6c6f\nrx 880203e8' }],
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
    check: ({ frame, sender }) =>
      sender.close !== null &&
      frame.opcode === OPCODE.CLOSE && {
        says: `a second Close: the first is in row ${startOf(sender.close).row}`,
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
    title: 'A Ping or Pong after the own Close',
    reaction: 'none',
    on: 'frame',
    check: (subject, connection) => {
      const { frame, sender } = subject;
      if (!sender.close || !isControlAfterClose(subject) || hasReadClose(subject, connection)) return null;
      const says = `a ${opcodeName(frame.opcode)} after its own Close in row ${startOf(sender.close).row}`;
      return { says, octets: FIRST_OCTET };
    },
    examples: {
      violates: [{ log: 'rx 880203e8\nrx 8900', at: [1, 0, 1] }],
      holds: [{ log: 'rx 8900\nrx 880203e8' }],
    },
  }),
  defineRule({
    id: 'close/frame-after-handshake',
    severity: 'error',
    basis: 'implied',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'A control frame after both Closes',
    reaction: 'none',
    on: 'frame',
    check: (subject, connection) => {
      const isOver = isControlAfterClose(subject) && hasReadClose(subject, connection);
      if (isOver === false) return null;
      const says = `a ${opcodeName(subject.frame.opcode)} after the closing handshake was done`;
      const found = { says, octets: FIRST_OCTET };
      return isOver ? found : { ...found, missing: "whether the peer had read the writer's Close before its own" };
    },
    examples: {
      violates: [
        { log: 'tx 888237fa213d3412\nrx 880203e8\ntx 89809c51e07b', at: [2, 0, 1] },
        { log: 'tx 888437fa213d34124e56\nrx 880403e86f6b\nrx 8a00', at: [2, 0, 1], also: ['ping/pong-unsolicited'] },
        { log: 'tx 888237fa213d3412\nrx 880203e8\ntx 89819c51e07bfd\nrx 8a0161', at: [3, 0, 1] },
      ],
      holds: [{ log: 'tx 89809c51e07b\nrx 8a00\ntx 888237fa213d3412\nrx 880203e8' }],
    },
  }),
  defineRule({
    id: 'close/new-message-after-received-close',
    severity: 'note',
    basis: 'MUST (§6.1), provable only at that endpoint',
    by: EITHER,
    section: 'RFC 6455 §6.1',
    title: "A new data message after the other's Close came",
    reaction: 'none',
    on: 'header',
    check: ({ frame, sender, receiver }, connection) => {
      const isNew = frame.opcode === OPCODE.TEXT || frame.opcode === OPCODE.BINARY;
      if (!isNew || sender.begunAfterClose !== 1 || !receiver.close || sender.close) return null;
      const says = `a new message after the other side's Close in row ${startOf(receiver.close).row}`;
      const found = { says, octets: FIRST_OCTET, cause: startOf(receiver.close).row };
      // The log's writer had the Close in hand; the peer's message may have been on its way.
      return isWriter(connection, sender) ? { ...found, severity: 'error' } : found;
    },
    examples: {
      violates: [
        {
          log: 'tx 888237fa213d3412\nrx 810548656c6c6f\nrx 880203e8',
          at: [1, 0, 1],
          also: ['close/reply-delayed'],
        },
      ],
      holds: [{ log: 'rx 010548656c6c6f\ntx 888237fa213d3412\nrx 800548656c6c6f\nrx 880203e8' }],
    },
  }),
  defineRule({
    id: 'close/reply-delayed',
    severity: 'warning',
    basis: 'SHOULD',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'A Close is answered only after new messages',
    reaction: 'none',
    on: 'frame',
    check: ({ frame, sender, receiver }, connection) => {
      const count = sender.begunAfterClose;
      if (frame.opcode !== OPCODE.CLOSE || sender.close !== frame || !receiver.close || count === 0) return null;
      const says = `${count} new ${count === 1 ? 'message' : 'messages'} between the Close and its answer`;
      const found = { says, octets: FIRST_OCTET, cause: startOf(receiver.close).row };
      return isWriter(connection, sender) ? found : { ...found, severity: 'note' };
    },
    examples: {
      violates: [
        {
          log: 'tx 888237fa213d3412\nrx 810548656c6c6f\nrx 810548656c6c6f\nrx 880203e8',
          at: [3, 0, 1],
          also: ['close/new-message-after-received-close'],
        },
      ],
      holds: [{ log: 'rx 010548656c6c6f\ntx 888237fa213d3412\nrx 800548656c6c6f\nrx 880203e8' }],
    },
  }),
  defineRule({
    id: 'close/reply-code-differs',
    severity: 'note',
    basis: 'typical only',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'The answer to a Close has another code',
    reaction: 'none',
    on: 'frame',
    check: checkReplyCode,
    examples: {
      violates: [
        {
          log: 'tx 888237fa213d3c42\nrx 880203e8',
          at: [1, 2, 4],
          also: ['close/code-unregistered-3xxx'],
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
    check: ({ frame, sender, receiver }, connection) =>
      frame.opcode === OPCODE.CLOSE &&
      sender.close === frame &&
      receiver.close !== null &&
      !connection.rx.expectation &&
      !connection.tx.expectation &&
      mayHaveCrossed(frame, receiver.close) && {
        says: `${closeCodeOf(frame)} for ${closeCodeOf(receiver.close)} is no usual answer: the Closes may have crossed`,
        octets: [frame.headerLength, frame.headerLength + 2],
        cause: startOf(receiver.close).row,
      },
    examples: {
      violates: [{ log: 'tx 888237fa213d3413\nrx 880203f4', at: [1, 2, 4], also: ['close/code-post-rfc'] }],
      holds: [{ log: 'tx 888237fa213d3413\nrx 880203e9' }],
    },
  }),
];
