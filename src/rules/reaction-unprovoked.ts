// A connection that is failed though nothing was wrong with what came (RFC 6455 §7.3). It takes a whole view of that:
// where a part is hidden, nobody can tell.

import { pushUtf8, startUtf8 } from '../model/utf8.ts';
import { type Connection, type Endpoint, mayTakeOver, windowOf } from '../protocol/connection.ts';
import { historyOf, inflateSoFar } from '../protocol/deflate/inflate.ts';
import { isKeyMissing } from '../protocol/frame/clear-payload.ts';
import { CLOSE_CODE, classOfCloseCode, mayBeOnTheWire } from '../protocol/frame/close-code.ts';
import { closeCodeOf, type Frame } from '../protocol/frame/frame.ts';
import { isControl, isReservedOpcode, OPCODE } from '../protocol/frame/opcode.ts';
import { missingMeaning } from './frame.ts';
import { type Check, defineRule, EITHER, type FrameSubject, NEVER_MASKED, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const LONGEST_CONTROL = 125;
const CODES_OF_A_FAULT: ReadonlySet<number> = new Set([CLOSE_CODE.PROTOCOL_ERROR, CLOSE_CODE.INVALID_PAYLOAD]);

const CUT = 'payload octets that the log cuts off';

/** Right input came before: all of it is known, and nothing in it is doubtful. */
function unknownInput(sender: Endpoint, connection: Connection): string | null {
  return doubtfulInput(sender, connection) ?? (sender.hidden ? CUT : null);
}

/** Why what came may have been a reason to fail the connection, though no fault of it is in sight. */
export function doubtfulInput(sender: Endpoint, connection: Connection): string | null {
  if (sender.gap) return 'the octets that the log leaves out';
  if (sender.beforeAnswer && connection.response) return 'how frames were taken that came before the 101';
  if (sender.withoutOctets) return 'the octets of the frames: a program may not log what it refuses';
  // What is wrong with a text of the suite stands where its report shows it.
  const isOfSuite = connection.header.case !== null && sender.direction === 'tx';
  if (sender.hiddenText && !isOfSuite) return CUT;
  if (sender.clearOnWire || (sender.pending.frame && isKeyMissing(sender.pending.frame))) return NEVER_MASKED;
  if (sender.pending.header.length > 0) return 'the rest of a frame that was on its way';
  if (hasDoubtfulMessage(sender, connection)) return 'the rest of a compressed message';
  return missingMeaning(connection);
}

/**
 * Its compressed message that is open may hold a fault. Who inflates as it reads may find one long before the end, so nobody
 * can say that failing then was unprovoked, unless what has come is right as far as it goes.
 */
function hasDoubtfulMessage(sender: Endpoint, connection: Connection): boolean {
  const { message } = sender;
  if (!message?.compressed) return false;
  if (message.hidden) return true;
  const payloads = message.frames.map(({ payload }) => payload);
  const { octets, fault, end, unknown, beforeStart, farthest } = inflateSoFar(
    historyOf(sender.history),
    payloads,
    connection.maxMessage,
  );
  if (fault || unknown || end === 'limit') return true;
  if (beforeStart && !mayTakeOver(sender, connection)) return true;
  if (farthest && farthest.distance > 2 ** windowOf(sender, connection)) return true;
  return message.utf8 !== null && pushUtf8(startUtf8(), octets) >= 0;
}

/** What has come of a frame that is still on its way is enough to fail on (RFC 6455 §5.2). */
export function mayProvoke({ pending, message, role }: Endpoint, { deflate }: Connection): boolean {
  if (pending.frame?.opcode === OPCODE.CLOSE && isBadSoFar(pending.frame)) return true;
  const [first, second] = pending.header;
  if (first === undefined) return false;
  const opcode = first & 15;
  const rsv = (first >> 4) & (deflate ? 3 : 7);
  if (rsv !== 0 || isReservedOpcode(opcode)) return true;
  if (second !== undefined && role !== null && second >= 0x80 !== (role === 'client')) return true;
  if (isControl(opcode)) return (first & 0x80) === 0 || (second !== undefined && (second & 0x7f) > LONGEST_CONTROL);
  return (opcode === OPCODE.CONTINUATION) === (message === null);
}

/** The payload of a Close that has not all come. */
function isBadSoFar(close: Frame): boolean {
  const code = closeCodeOf(close);
  if (close.length === 1 || (code !== null && !mayBeOnTheWire(code))) return true;
  return pushUtf8(startUtf8(), close.payload.subarray(2)) >= 0;
}

function checkUnprovoked({ frame, sender, receiver }: FrameSubject, connection: Connection): Check {
  if (frame.opcode !== OPCODE.CLOSE || sender.close !== frame || receiver.isAtFault) return null;
  const code = closeCodeOf(frame);
  const isFailure =
    code !== null && (CODES_OF_A_FAULT.has(code) || (code === CLOSE_CODE.UNSUPPORTED_DATA && !receiver.data));
  if (!isFailure || receiver.frames === 0 || receiver.foreign) return null;
  // A reply typically echoes the code that it answers.
  if (receiver.close && (closeCodeOf(receiver.close) === code || isDoubtfulClose(receiver.close))) return null;
  const found = {
    says: `it failed the connection with ${code}, and what it had received has no fault`,
    octets: [frame.headerLength, frame.headerLength + 2] as const,
  };
  if (mayProvoke(receiver, connection)) return null;
  const missing = unknownInput(receiver, connection);
  if (missing !== null) return { ...found, missing };
  // It had accepted them, where it answered them.
  if (receiver.fragment <= sender.reading.likely) return found;
  return {
    ...found,
    severity: 'error',
    says: `${found.says}: fragments and control frames between them have to be accepted`,
  };
}

/** Codes that an endpoint may refuse because the printed RFC does not know them, or calls undefined. */
function isDoubtfulClose(close: Frame): boolean {
  const code = closeCodeOf(close);
  return code !== null && classOfCloseCode(code) !== 'defined' && classOfCloseCode(code) !== 'private';
}

/** A message before the frame in question: whoever sent nothing provoked nothing. */
const RIGHT = 'tx 8180a1b2c3d4';

export const UNPROVOKED_RULES: readonly Rule[] = [
  defineRule({
    id: 'reaction/unprovoked-failure',
    severity: 'warning',
    basis: 'SHOULD NOT close arbitrarily: an error after fragments, which have to be accepted',
    by: EITHER,
    section: 'RFC 6455 §7.3',
    title: 'The connection is failed, and what came before has no fault',
    reaction: 'none',
    needs: 'beginning',
    on: 'frame',
    when: SIGN.CLOSE,
    check: checkUnprovoked,
    examples: {
      violates: [
        { log: 'tx 018437fa213df940c080\nrx 880203ef', at: [1, 2, 4], also: ['text/split-sequence'] },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 880203ea', at: [1, 2, 4] },
        // The compressed message is right as far as it goes.
        {
          log: '# writer: client\n# extensions: permessage-deflate\ntx 418337fa213dc5b2ec\nrx 880203ea',
          at: [1, 2, 4],
        },
      ],
      holds: [
        // A type of data that an endpoint cannot accept may be text too.
        { log: 'tx 818537fa213d7f9f4d5158\nrx 880203eb' },
        { log: 'tx 818437fa213df940c080\nrx 880203ef', also: ['text/incomplete-utf8'] },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 880203f0' },
        // Who does not know the code of a Close may refuse it.
        { log: 'tx 888237fa213d340e\nrx 880203ea', also: ['close/code-post-rfc', 'close/code-role-unusual'] },
        // The fault is in sight before the frame is whole.
        { log: 'tx 888137fa213d\nrx 880203ea' },
        { log: 'tx 888537fa213d3417\nrx 880203ea' },
        { log: `${RIGHT}\ntx 89fe\nrx 880203ea` },
        { log: `${RIGHT}\ntx 09\nrx 880203ea` },
        { log: `${RIGHT}\ntx c1\nrx 880203ea` },
        { log: `${RIGHT}\ntx a1\nrx 880203ea` },
        { log: `${RIGHT}\ntx 83\nrx 880203ea` },
        { log: `${RIGHT}\ntx 00\nrx 880203ea` },
        { log: '# writer: server\n# extensions: none\ntx 8100\ntx 8185\nrx 888237fa213d3410' },
        {
          log: '# writer: server\n# extensions: permessage-deflate\ntx c10bf248cdc9c907000000ffff\nrx 888237fa213d3410',
          also: ['deflate/tail-not-removed'],
        },
      ],
    },
  }),
];
