// The Close with which an endpoint fails the connection after a violation of the other one: its code, its time, and that
// there is one (RFC 6455 §7.1.7, §7.4.1).

import { counted } from '../model/counted.ts';
import { acceptedCodes, codesFor, type Expectation } from '../protocol/expectation.ts';
import { closeCodeOf, type Frame, isCodeHidden, isSameWhole } from '../protocol/frame/frame.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { codeOctets } from './kit/close-frame.ts';
import { mayHaveCrossed } from './kit/reaction-time.ts';
import { defineRule, EITHER, type Rule } from './kit/rule.ts';

/** The invalid code comes back, or the whole of an invalid payload. */
export function isEcho({ rule, frame, outcome }: Expectation): boolean {
  if (frame?.opcode !== OPCODE.CLOSE || !outcome?.close || !rule.startsWith('close/')) return false;
  const { close } = outcome;
  if (rule.startsWith('close/code-')) return closeCodeOf(frame) !== null && closeCodeOf(close) === closeCodeOf(frame);
  return isSameWhole(close, frame);
}

/** The Close answers a text that broke before it was whole, and nothing that came since. */
function isAboutText({ sooner, ...fault }: Expectation, close: Frame): boolean {
  if (fault.class !== 'fail-1007' || fault.frame?.fin !== false) return false;
  const code = closeCodeOf(close);
  return sooner === null || code === null || !codesFor(sooner).includes(code);
}

// Codes for reasons that no log shows: limits, policy, trouble of the endpoint's own.
const OTHER_REASONS: ReadonlySet<number> = new Set([1008, 1009, 1011]);

export const REACTION_CLOSE_RULES: readonly Rule[] = [
  defineRule({
    id: 'reaction/echoed-invalid-close',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 6455 §7.4.1',
    title: 'An invalid Close is answered by echoing it',
    reaction: 'none',
    on: 'reaction',
    check: ({ expectation, outcome: { close } }) =>
      close !== null &&
      isEcho(expectation) && {
        says: `it echoed the Close of row ${expectation.row}, which breaks ${expectation.rule}`,
        on: close,
        octets: [close.headerLength, close.headerLength + close.length],
        cause: expectation.row,
      },
    examples: {
      violates: [{ log: 'tx 888237fa213d3417\nrx 880203ed', also: ['close/code-never-on-wire'] }],
      holds: [
        { log: 'tx 888237fa213d3417\nrx 880203ea', also: ['close/code-never-on-wire'] },
        { log: 'tx 888137fa213d34\nrx 880203ea', also: ['close/payload-one-octet'] },
        // What was wrong is not the payload, and the code that came back is also the one that is due.
        { log: 'tx a88237fa213d3410\nrx 880203ea', also: ['frame/rsv-set'] },
        // Another reason of the same length.
        { log: 'tx 888337fa213d3410de\nrx 880303ea78', also: ['close/reason-invalid-utf8'] },
      ],
    },
  }),
  defineRule({
    id: 'reaction/wrong-close-code',
    severity: 'warning',
    basis: 'SHOULD: a note where the Close may have crossed with the violation, or has a reason that no log shows',
    by: EITHER,
    section: 'RFC 6455 §7.4.1',
    title: 'The connection is failed with the wrong close code',
    reaction: 'none',
    needs: 'beginning',
    on: 'reaction',
    check: ({ expectation, outcome: { close }, violator, receiver }, connection) => {
      if (!close || isEcho(expectation)) return null;
      const code = closeCodeOf(close);
      const accepted = acceptedCodes(expectation);
      if (code !== null && accepted.includes(code)) return null;
      const says = `it closed with ${code ?? 'no code'} after row ${expectation.row}, which breaks ${expectation.rule}: ${accepted.join(' or ')} is due`;
      const octets = code === null ? ([1, 2] as const) : codeOctets(close);
      const found = { says, on: close, octets, cause: expectation.row };
      if (isCodeHidden(close)) return { ...found, missing: 'the close code, which the log cuts off' };
      if (mayHaveCrossed(connection, violator, receiver))
        return { ...found, severity: 'note', says: `${says}, unless the two crossed` };
      return code !== null && OTHER_REASONS.has(code) ? { ...found, severity: 'note' } : found;
    },
    examples: {
      violates: [
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [1, 2, 4],
          also: ['frame/opcode-reserved-data'],
        },
        // 1003 is for data of a type that nobody knows.
        {
          log: 'tx 888137fa213d34\nrx 880203eb\nTCP DROPPED BY PEER',
          at: [1, 2, 4],
          also: ['close/payload-one-octet'],
        },
        // There was time to read it.
        {
          log: 'tx 838537fa213d7f9f4d5158\nDELAY TIMEOUT on TAG A\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [2, 2, 4],
          also: ['frame/opcode-reserved-data'],
        },
        {
          log: 'DELAY TIMEOUT on TAG A\ntx 838537fa213d7f9f4d5158\nrx 880203e8\nDELAY TIMEOUT on TAG B\nTCP DROPPED BY PEER',
          at: [2, 2, 4],
          also: ['frame/opcode-reserved-data'],
        },
      ],
      holds: [
        // Nobody has to fail the connection over that.
        {
          log: 'tx 81fe000537fa213d7f9f4d5158\nrx 880203e8\ntx 88829c51e07b9fb9\nTCP DROPPED BY PEER',
          also: ['frame/length-not-minimal'],
        },
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data'],
        },
        { log: 'tx 878137fa213d56\nrx 880203eb\nTCP DROPPED BY PEER', also: ['frame/opcode-reserved-data'] },
        // It answers the Close that came at once behind it.
        { log: 'tx 838137fa213d56 @1\ntx 88829c51e07b9fb9 @1.1\nrx 880203e9 @5', also: ['frame/opcode-reserved-data'] },
        // The text could wait, the reserved opcode could not.
        {
          log: 'tx 018137fa213dc8\ntx 83819c51e07bfd\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['text/invalid-utf8', 'frame/opcode-reserved-data'],
        },
      ],
    },
  }),
  defineRule({
    id: 'reaction/close-omitted',
    severity: 'note',
    basis: 'SHOULD, with MAY omit',
    by: EITHER,
    section: 'RFC 6455 §7.1.7',
    title: 'TCP is ended without a Close that says why',
    reaction: 'none',
    needs: 'beginning',
    on: 'reaction',
    check: ({ expectation, outcome, receiver }) =>
      outcome.kind === 'tcp-drop' &&
      outcome.isSeen &&
      !receiver.close &&
      expectation.class !== 'may-fail-1002' &&
      !expectation.rule.startsWith('frame/mask-') && {
        says: `it ended TCP after row ${expectation.row}, which breaks ${expectation.rule}, and sent no Close`,
        on: outcome.row,
        cause: expectation.row,
      },
    examples: {
      violates: [{ log: 'tx 838537fa213d7f9f4d5158\nTCP DROPPED BY PEER', also: ['frame/opcode-reserved-data'] }],
      holds: [
        // It need not be the reason.
        { log: 'tx 81fe000537fa213d7f9f4d5158\nTCP DROPPED BY PEER', also: ['frame/length-not-minimal'] },
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 8802zz\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data', 'log/gap'],
        },
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data'],
        },
        { log: 'tx 810548656c6c6f\nTCP DROPPED BY PEER', also: ['frame/mask-missing'] },
        // It had sent a Close before.
        { log: 'rx 880203e8\ntx 838137fa213d56\nTCP DROPPED BY PEER', also: ['frame/opcode-reserved-data'] },
      ],
    },
  }),
  defineRule({
    id: 'reaction/late',
    severity: 'note',
    basis: 'no deadline in the RFC',
    by: EITHER,
    section: 'RFC 6455 §8.1',
    title: 'The connection is failed only after more of an invalid text came',
    reaction: 'none',
    on: 'reaction',
    check: ({ expectation, outcome: { close, framesBetween }, violator }) =>
      close !== null &&
      violator.close === null &&
      isAboutText(expectation, close) &&
      framesBetween > 0 && {
        says: `it sent this Close ${counted(framesBetween, 'frame')} after row ${expectation.row}, where the text stops being UTF-8`,
        on: close,
        octets: codeOctets(close),
        cause: expectation.row,
      },
    examples: {
      violates: [
        {
          log: 'tx 018337fa213dda5aa1\ntx 00859c51e07bd4348c17f3\ntx 80855d0b8ea2156ee2ce32\nrx 880203ef',
          at: [3, 2, 4],
          also: ['text/invalid-utf8'],
        },
        // The Close has half a code, or none.
        {
          log: 'tx 018337fa213dda5aa1\ntx 00859c51e07bd4348c17f3\nrx 880103',
          at: [2, 2, 3],
          also: ['text/invalid-utf8', 'close/payload-one-octet', 'reaction/wrong-close-code'],
        },
        {
          log: 'tx 018337fa213dda5aa1\ntx 00859c51e07bd4348c17f3\nrx 8800',
          at: [2, 1, 2],
          also: ['text/invalid-utf8', 'close/no-status', 'reaction/wrong-close-code'],
        },
      ],
      holds: [
        { log: 'tx 018337fa213dda5aa1\nrx 880203ef', also: ['text/invalid-utf8'] },
        // What came after it is not more of the text, or the fault is none of a text.
        { log: 'tx 818137fa213dc8\ntx 81819c51e07bfd\nrx 880203ef', also: ['text/invalid-utf8'] },
        { log: 'tx 418137fa213d56\ntx 80819c51e07bfd\nrx 880203ea', also: ['frame/rsv-set'] },
        {
          log: 'tx 018137fa213dc8\ntx 88829c51e07b9fb9\nrx 880203ef',
          also: ['text/invalid-utf8', 'fragment/unfinished-at-close'],
        },
      ],
    },
  }),
];
