// Where TCP ends before something is whole, and what still comes then.

import type { Connection, Endpoint } from '../protocol/connection.ts';
import { exactLength, type Frame } from '../protocol/frame/frame.ts';
import { dropper, unlessFailing } from './kit/ending.ts';
import { logOf, request, response } from './kit/handshake-examples.ts';
import { isPlainHttp } from './kit/handshake-rule.ts';
import { hasPassed } from './kit/reaction-time.ts';
import { defineRule, EITHER, FIRST_OCTET, type Found, type Rule, sideName } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const TEXT_FRAME = '818537fa213d7f9f4d5158';

/** Its header has no length that can be used, or was enough for the receiver to send Close: the rest was not to come. */
function isFailedByHeader(frame: Frame, { expectation }: Endpoint): boolean {
  if (expectation?.frame !== frame) return false;
  if (expectation.rule === 'frame/length-msb-set') return true;
  return expectation.class.endsWith('fail-1002') && expectation.outcome?.kind === 'close';
}

/**
 * The writer ended TCP because its timer had run out, and by the rows' times octets of the sender did not come until then;
 * null where the rows have none.
 */
function gaveUpOn({ latestRows }: Endpoint, { tcpEnd, gaveUpAt }: Connection): boolean | null {
  if (tcpEnd?.by !== 'writer' || gaveUpAt === null) return false;
  const last = latestRows.last;
  return last?.time == null || tcpEnd.time === null ? null : hasPassed(last, tcpEnd);
}

export const PHASE_END_RULES: readonly Rule[] = [
  defineRule({
    id: 'phase/handshake-incomplete',
    severity: 'note',
    basis: 'n/a',
    by: EITHER,
    section: 'RFC 6455 §4.1',
    title: 'TCP ends before the opening handshake is complete',
    reaction: 'none',
    on: 'end',
    check: (_, connection) => {
      const { tcpEnd, request, response, rx, tx, state, extensions } = connection;
      if (!tcpEnd || extensions !== null || response?.complete || state === 'open') return null;
      if (rx.frames + tx.frames > 0 || rx.gap || tx.gap) return null;
      if (request && isPlainHttp(request)) return null;
      const client = rx.role === 'client' ? rx : tx;
      // A server waits for all of the request before it answers.
      if (client.unfinishedContent) {
        return { says: 'TCP ended before all content of the request had come', on: tcpEnd.row, by: client.role };
      }
      const missing = request === null ? 'the request' : 'the response';
      const endpoint = tcpEnd.by === 'writer' ? tx : rx;
      return { says: `TCP ended before ${missing} was complete`, on: tcpEnd.row, by: endpoint.role };
    },
    examples: {
      violates: [{ log: 'tx "GET / HT"\nTCP DROPPED BY ME' }, { log: `${logOf(request())}\nTCP DROPPED BY PEER` }],
      holds: [{ log: logOf(response()) }],
    },
  }),
  defineRule({
    id: 'phase/truncated-frame',
    severity: 'warning',
    basis: 'implied: a note where its sender fails the connection, or has closed',
    by: EITHER,
    section: 'RFC 6455 §7.1.1',
    title: 'TCP ends inside a frame',
    reaction: 'none',
    needs: 'beginning',
    on: 'unfinished',
    check: ({ frame, sender }, connection) => {
      const { tcpEnd } = connection;
      if (!tcpEnd || isFailedByHeader(frame, sender)) return null;
      const says = `${frame.received} of ${exactLength(frame)} payload octets of this frame came before TCP ended`;
      const found: Found = { says, octets: FIRST_OCTET };
      // Who ends TCP while the other one still sends says nothing about the sender, unless it gave up waiting.
      const isItsOwn = dropper(connection) === sender || gaveUpOn(sender, connection);
      if (isItsOwn === false) return null;
      if (sender.close !== null) return { ...found, severity: 'note' };
      if (isItsOwn === null) return { ...found, missing: 'whether it was still sending when the writer gave up' };
      return unlessFailing(connection, sender, found);
    },
    examples: {
      violates: [
        { log: 'rx 81054865\nTCP DROPPED BY PEER', at: [0, 0, 1], also: ['close/abnormal-drop'] },
        // Its rest did not come while the writer waited.
        { log: 'rx 81054865 @0\nFAILING CONNECTION @5\nTCP DROPPED BY ME @5.1', at: [0, 0, 1] },
      ],
      holds: [
        // It was still sending: the writer's timer had been set long before.
        { log: 'rx 827e010061 @0.9\nrx 6161 @0.999\nFAILING CONNECTION @1\nTCP DROPPED BY ME @1.001' },
        { log: 'rx 81054865\nTCP DROPPED BY ME', also: ['close/abnormal-drop'] },
        { log: 'rx 810548656c6c6f\nTCP DROPPED BY PEER', also: ['close/abnormal-drop'] },
        {
          log: 'rx 827f8000000000000001\ntx 888237fa213d3410\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['frame/length-msb-set'],
        },
        { log: 'rx 83054865\ntx 888237fa213d3410\nTCP DROPPED BY PEER', also: ['frame/opcode-reserved-data'] },
      ],
    },
  }),
  defineRule({
    id: 'phase/message-unfinished',
    severity: 'warning',
    basis: 'implied: a note where its sender fails the connection',
    by: EITHER,
    section: 'RFC 6455 §5.4',
    title: 'TCP ends inside a fragmented message',
    reaction: 'none',
    needs: 'beginning',
    on: 'end',
    check: (_, connection) => {
      const endpoint = dropper(connection);
      const { message } = endpoint ?? {};
      const last = message?.frames.at(-1);
      if (!endpoint || !message || message.headless || endpoint.close || !last?.finished) return null;
      const says = 'it ended TCP before it had finished this message';
      const found: Found = { says, on: last, octets: FIRST_OCTET, by: endpoint.role };
      return unlessFailing(connection, endpoint, found);
    },
    examples: {
      violates: [{ log: 'rx 010548656c6c6f\nTCP DROPPED BY PEER', at: [0, 0, 1], also: ['close/abnormal-drop'] }],
      holds: [
        {
          log: 'rx 010548656c6c6f\nrx 8000\nTCP DROPPED BY PEER',
          also: ['close/abnormal-drop', 'fragment/empty-fragment'],
        },
      ],
    },
  }),
  defineRule({
    id: 'phase/octets-after-peer-closed',
    severity: 'note',
    basis: 'in flight',
    by: EITHER,
    section: 'RFC 6455 §7.1.1',
    title: 'Octets for an endpoint that had ended TCP: they may be lost',
    reaction: 'none',
    on: 'row',
    when: SIGN.TCP_ENDED,
    check: ({ row }, { tcpEnd, rx, tx }) =>
      row.kind === 'octets' &&
      tcpEnd !== null &&
      (tcpEnd.by === 'peer') === (row.direction === 'tx') && {
        says: `${sideName(row.direction === 'tx' ? rx : tx)} had ended TCP in row ${tcpEnd.row}`,
        by: (row.direction === 'tx' ? tx : rx).role,
      },
    examples: {
      violates: [{ log: `TCP DROPPED BY PEER\ntx ${TEXT_FRAME}`, also: ['close/abnormal-drop'] }],
      holds: [{ log: `tx ${TEXT_FRAME}\nTCP DROPPED BY PEER`, also: ['close/abnormal-drop'] }],
    },
  }),
];
