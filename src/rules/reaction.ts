// What an endpoint does after a violation of the other one (RFC 6455 §7.1.7). Each fatal violation opens
// one expectation; the rules here are asked when it is settled. Frames that were on their way before the violation
// arrived prove nothing: going on counts only where a Pong or an echo can belong to nothing else.

import type { Endpoint } from '../protocol/connection.ts';
import { acceptedCodes, codesFor, dueFrom, type Expectation } from '../protocol/expectation.ts';
import { closeCodeOf, endOf, type Frame, isCodeHidden, startOf } from '../protocol/frame.ts';
import { OPCODE } from '../protocol/opcode.ts';
import { defineRule, EITHER, type Rule } from './rule.ts';

/** One word or sentence for the annotation that the reaction answers. */
export function verdictOn(expectation: Expectation, { close }: Endpoint): string {
  const { outcome, frame, processed } = expectation;
  if (!outcome) return 'not known';
  if (processed) return `wrong: it went on, row ${processed.row}`;
  if (outcome.kind === 'close') {
    if (isEcho(expectation)) return 'wrong: it echoes the invalid Close';
    if (outcome.close && isCodeHidden(outcome.close)) return 'cannot tell: the close code is cut off';
    const code = outcome.close && closeCodeOf(outcome.close);
    if (code !== null && acceptedCodes(expectation).includes(code)) return 'right';
    return `wrong code: ${acceptedCodes(expectation).join(' or ')} is due`;
  }
  if (outcome.kind === 'tcp-drop') return 'right';
  if (close && endOf(close).row < expectation.row) return `none is due: it had sent Close in row ${startOf(close).row}`;
  if (!outcome.isSeen) return 'cannot tell: octets are missing from the log';
  if (outcome.hadTime) return 'wrong: none until the sender gave up';
  if (dueFrom(expectation) === null)
    return 'cannot tell: the message never ended, and its text may be judged as a whole';
  return frame === null ? 'not known' : 'cannot tell: the log ends, or the sender closed, at once';
}

/** The invalid code comes back, or the whole of an invalid payload. */
function isEcho({ rule, frame, outcome }: Expectation): boolean {
  if (frame?.opcode !== OPCODE.CLOSE || !outcome?.close || !rule.startsWith('close/')) return false;
  const isAboutCode = rule.startsWith('close/code-');
  // Half a code is the beginning of many.
  if (!isAboutCode && outcome.close.length !== frame.length) return false;
  const part = isAboutCode ? 2 : frame.payload.length;
  return Buffer.compare(outcome.close.payload.subarray(0, part), frame.payload.subarray(0, part)) === 0;
}

/** The Close answers a text that broke before it was whole, and nothing that came since. */
function isAboutText({ sooner, ...fault }: Expectation, close: Frame): boolean {
  if (fault.class !== 'fail-1007' || fault.frame?.opcode === OPCODE.CLOSE || fault.frame?.fin !== false) return false;
  const code = closeCodeOf(close);
  return sooner === null || code === null || !codesFor(sooner).includes(code);
}

// Codes for reasons that no log shows: limits, policy, trouble of the endpoint's own.
const OTHER_REASONS: ReadonlySet<number> = new Set([1008, 1009, 1011]);

/** Without a payload the length says that there is no code. */
function codeAt({ headerLength, length }: Frame): readonly [number, number] {
  return length === 0 ? [1, 2] : [headerLength, headerLength + Math.min(length, 2)];
}

export const REACTION_RULES: readonly Rule[] = [
  defineRule({
    id: 'reaction/none',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §7.1.7',
    title: 'The connection is not failed after a violation',
    reaction: 'none',
    on: 'reaction',
    check: ({ expectation, outcome, violator, receiver }, { request, response }) => {
      if (outcome.kind === 'close' || outcome.kind === 'tcp-drop' || expectation.processed) return null;
      if (receiver.close) return null;
      // A paste of a few frames does not claim to show what came of them.
      if (outcome.kind === 'log-end' && !request && !response) return null;
      const found = {
        says: `${expectation.rule} in row ${expectation.row} was not answered by failing the connection`,
        ...(expectation.frame ? { on: expectation.frame } : { on: expectation.row }),
        cause: expectation.row,
      };
      if (!outcome.isSeen) return { ...found, missing: 'the octets that the log leaves out' };
      if (outcome.hadTime) return found;
      const hasClosed = violator.close !== null && violator.close !== expectation.frame;
      if (hasClosed) return { ...found, missing: 'whether the end answers it, or the Close' };
      // A text may be judged when it is whole (RFC 6455 §8.1 sets no time).
      const isDue = dueFrom(expectation) !== null;
      return { ...found, missing: isDue ? 'a sign that there was time to react' : 'the end of the text that broke' };
    },
    examples: {
      violates: [
        {
          log: 'tx 838537fa213d7f9f4d5158\nFAIL CONNECTION AFTER 1 sec\nFAILING CONNECTION\nTCP DROPPED BY ME',
          also: ['frame/opcode-reserved-data'],
        },
      ],
      holds: [
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data'],
        },
      ],
    },
  }),
  defineRule({
    id: 'reaction/continued-processing',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 6455 §7.1.7',
    title: 'Octets after a fatal violation are still processed',
    reaction: 'none',
    on: 'reaction',
    check: ({ expectation: { processed, rule, row } }) =>
      processed &&
      !processed.isItself && {
        says: `it answers what came after ${rule} in row ${row}`,
        on: processed.row,
        cause: row,
      },
    examples: {
      violates: [
        {
          log: 'tx 838537fa213d7f9f4d5158\ntx 89829c51e07bec60\nrx 8a027031',
          also: ['frame/opcode-reserved-data'],
        },
        // The text had ended; or a reserved opcode, which cannot wait for that, came before the Ping.
        { log: 'tx 018137fa213dc8\ntx 80815d0b8ea23c\ntx 89819c51e07bfd\nrx 8a0161', also: ['text/invalid-utf8'] },
        {
          log: 'tx 018137fa213dc8\ntx 83819c51e07bfd\ntx 89815d0b8ea23c\nrx 8a0161',
          also: ['text/invalid-utf8', 'frame/opcode-reserved-data'],
        },
      ],
      holds: [
        {
          log: 'tx 89825d0b8ea22d3a\ntx 838537fa213d7f9f4d5158\nrx 8a027031\nrx 880203ea',
          also: ['frame/opcode-reserved-data'],
        },
        {
          log: 'tx 89805d0b8ea2\ntx 838537fa213d7f9f4d5158\ntx 89809c51e07b\nrx 8a00\nrx 880203ea',
          also: ['frame/opcode-reserved-data', 'ping/pong-superseded'],
        },
        // What is lost may have been another Ping of the same payload.
        {
          log: 'TX OCTETS: 8981zz\ntx 838537fa213d7f9f4d5158\ntx 89809c51e07b\nrx 8a00\nrx 880203ea',
          also: ['frame/opcode-reserved-data', 'log/gap'],
        },
        // It sends such Pongs unasked.
        {
          log: 'rx 8a00\ntx 838137fa213d4f\ntx 89809c51e07b\nrx 8a00\nrx 880203ea',
          also: ['ping/pong-unsolicited', 'frame/opcode-reserved-data'],
        },
        // A text may be judged when it is whole, and a Ping inside it has to be answered before.
        {
          log: 'tx 018137fa213dc8\ntx 89819c51e07bfd\nrx 8a0161\ntx 80815d0b8ea23c\nrx 880203ef\nTCP DROPPED BY PEER',
          also: ['text/invalid-utf8', 'reaction/late'],
        },
      ],
    },
  }),
  defineRule({
    id: 'reaction/invalid-processed',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §7.1.7',
    title: 'A frame that breaks the protocol is processed',
    reaction: 'none',
    on: 'reaction',
    check: ({ expectation: { processed, rule, row, text } }) =>
      processed?.isItself && {
        says: `it answers the very ${text ? 'message' : 'frame'} of ${rule} in row ${row}`,
        on: processed.row,
        cause: row,
      },
    examples: {
      violates: [
        { log: 'tx a18537fa213d7f9f4d5158\nrx 810548656c6c6f', also: ['frame/rsv-set'] },
        { log: 'tx 098137fa213d56\nrx 8a0161\nrx 880203ea', also: ['control/fragmented'] },
        // The fragment that broke the text comes back as it was.
        { log: 'tx 018237fa213d569b\ntx 00839c51e07b607980\nrx 01026161\nrx 0003fc2860', also: ['text/invalid-utf8'] },
        // All of the text, though it broke in its first fragment.
        { log: 'tx 018137fa213dc8\ntx 80815d0b8ea23c\nrx 8102ff61', also: ['text/invalid-utf8'] },
      ],
      holds: [
        { log: 'tx a18537fa213d7f9f4d5158\nrx 880203ea', also: ['frame/rsv-set'] },
        { log: 'tx 818337fa213d560a09\nrx 810180', also: ['text/invalid-utf8'] },
        // It had sent the same unasked.
        { log: 'rx 810548656c6c6f\ntx a18537fa213d7f9f4d5158\nrx 810548656c6c6f', also: ['frame/rsv-set'] },
      ],
    },
  }),
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
        says: `it echoes the Close of row ${expectation.row}, which broke ${expectation.rule}`,
        on: close,
        octets: [close.headerLength, close.headerLength + close.length],
        cause: expectation.row,
      },
    examples: {
      violates: [{ log: 'tx 888237fa213d3417\nrx 880203ed', also: ['close/code-never-on-wire'] }],
      holds: [
        { log: 'tx 888237fa213d3417\nrx 880203ea', also: ['close/code-never-on-wire'] },
        { log: 'tx 888137fa213d34\nrx 880203ea', also: ['close/payload-one-octet'] },
      ],
    },
  }),
  defineRule({
    id: 'reaction/wrong-close-code',
    severity: 'warning',
    basis: 'SHOULD',
    by: EITHER,
    section: 'RFC 6455 §7.4.1',
    title: 'The connection is failed with the wrong close code',
    reaction: 'none',
    on: 'reaction',
    check: ({ expectation, outcome: { close } }) => {
      if (!close || isEcho(expectation)) return null;
      const code = closeCodeOf(close);
      const accepted = acceptedCodes(expectation);
      if (code !== null && accepted.includes(code)) return null;
      const says = `${code === null ? 'no close code' : code} for ${expectation.rule} in row ${expectation.row}: ${accepted.join(' or ')} is due`;
      const octets = code === null ? ([1, 2] as const) : codeAt(close);
      const found = { says, on: close, octets, cause: expectation.row };
      if (isCodeHidden(close)) return { ...found, missing: 'the close code, which the log cuts off' };
      return code !== null && OTHER_REASONS.has(code) ? { ...found, severity: 'note' } : found;
    },
    examples: {
      violates: [
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203e8\nTCP DROPPED BY PEER',
          at: [1, 2, 4],
          also: ['frame/opcode-reserved-data'],
        },
      ],
      holds: [
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data'],
        },
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
    on: 'reaction',
    check: ({ expectation, outcome, receiver }) =>
      outcome.kind === 'tcp-drop' &&
      outcome.isSeen &&
      !receiver.close &&
      !expectation.rule.startsWith('frame/mask-') && {
        says: `TCP ended because of ${expectation.rule} in row ${expectation.row}, and no Close says so`,
        on: outcome.row,
        cause: expectation.row,
      },
    examples: {
      violates: [{ log: 'tx 838537fa213d7f9f4d5158\nTCP DROPPED BY PEER', also: ['frame/opcode-reserved-data'] }],
      holds: [
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 8802zz\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data', 'log/gap'],
        },
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data'],
        },
        { log: 'tx 810548656c6c6f\nTCP DROPPED BY PEER', also: ['frame/mask-missing'] },
      ],
    },
  }),
  defineRule({
    id: 'reaction/late',
    severity: 'note',
    basis: 'no deadline in the RFC',
    by: EITHER,
    section: 'RFC 6455 §8.1',
    title: 'The connection is failed only after more of a bad text came',
    reaction: 'none',
    on: 'reaction',
    check: ({ expectation, outcome: { kind, close, framesBetween }, violator }) =>
      kind === 'close' &&
      close !== null &&
      violator.close === null &&
      isAboutText(expectation, close) &&
      framesBetween > 0 && {
        says: `${framesBetween} more ${framesBetween === 1 ? 'frame' : 'frames'} came after the text broke in row ${expectation.row}`,
        on: close,
        octets: codeAt(close),
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
      holds: [{ log: 'tx 018337fa213dda5aa1\nrx 880203ef', also: ['text/invalid-utf8'] }],
    },
  }),
];
