// A connection that is failed though nothing was wrong with what came (RFC 6455 §7.3). It takes a whole view of that:
// where a part is hidden, nobody can tell.

import { CLOSE_CODE, classOfCloseCode } from '../protocol/close-code.ts';
import type { Connection, Endpoint } from '../protocol/connection.ts';
import { closeCodeOf, type Frame } from '../protocol/frame.ts';
import { isControl, isReservedOpcode, OPCODE } from '../protocol/opcode.ts';
import { missingMeaning } from './frame.ts';
import { type Check, defineRule, EITHER, type FrameSubject, type Rule } from './rule.ts';

const CODES_OF_A_FAULT: ReadonlySet<number> = new Set([CLOSE_CODE.PROTOCOL_ERROR, CLOSE_CODE.INVALID_PAYLOAD]);

/** Right input came before: all of it is known, and nothing in it is doubtful. */
function unknownInput(sender: Endpoint, connection: Connection): string | null {
  if (sender.gap) return 'the octets that the log leaves out';
  if (sender.hidden) return 'payload octets that the log cuts off';
  if (sender.partialHeader.length > 0) return 'the rest of a frame that was on its way';
  // Inflating may show the fault long before the message ends.
  if (sender.message?.compressed) return 'the rest of a compressed message';
  return missingMeaning(connection);
}

/** The first octet of a frame that is still on its way is enough to fail on (RFC 6455 §5.2). */
function mayProvoke({ partialHeader, message }: Endpoint, { deflate }: Connection): boolean {
  const [first] = partialHeader;
  if (first === undefined) return false;
  const opcode = first & 15;
  const rsv = (first >> 4) & (deflate ? 3 : 7);
  if (rsv !== 0 || isReservedOpcode(opcode)) return true;
  if (isControl(opcode)) return (first & 0x80) === 0;
  return (opcode === OPCODE.CONTINUATION) === (message === null);
}

function checkUnprovoked({ frame, sender, receiver }: FrameSubject, connection: Connection): Check {
  if (frame.opcode !== OPCODE.CLOSE || sender.close !== frame || receiver.isAtFault) return null;
  const code = closeCodeOf(frame);
  const isFailure = code !== null && (CODES_OF_A_FAULT.has(code) || (code === 1003 && !receiver.binary));
  if (!isFailure || receiver.frames === 0 || receiver.handshakeFault) return null;
  // A reply typically echoes the code that it answers.
  if (receiver.close && (closeCodeOf(receiver.close) === code || isDoubtfulClose(receiver.close))) return null;
  const found = {
    says: `Close ${code}, and nothing that came before was wrong`,
    octets: [frame.headerLength, frame.headerLength + 2] as const,
  };
  if (mayProvoke(receiver, connection)) return null;
  const missing = unknownInput(receiver, connection);
  if (missing !== null) return { ...found, missing };
  if (!receiver.fragments) return found;
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

export const UNPROVOKED_RULES: readonly Rule[] = [
  defineRule({
    id: 'reaction/unprovoked-failure',
    severity: 'warning',
    basis: 'SHOULD NOT close arbitrarily',
    by: EITHER,
    section: 'RFC 6455 §7.3',
    title: 'The connection is failed, and nothing was wrong',
    reaction: 'none',
    on: 'frame',
    check: checkUnprovoked,
    examples: {
      violates: [
        { log: 'tx 018437fa213df940c080\nrx 880203ef', at: [1, 2, 4], also: ['text/split-sequence'] },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 880203ea', at: [1, 2, 4] },
      ],
      holds: [
        { log: 'tx 818437fa213df940c080\nrx 880203ef', also: ['text/incomplete-utf8'] },
        { log: 'tx 818537fa213d7f9f4d5158\nrx 880203f0' },
        {
          log: '# writer: server\n# extensions: permessage-deflate\ntx c10bf248cdc9c907000000ffff\nrx 888237fa213d3410',
          also: ['deflate/tail-not-removed'],
        },
      ],
    },
  }),
];
