// What an endpoint does after a violation of the other one (RFC 6455 §7.1.7). Each fatal violation opens
// one expectation; the rules here are asked when it is settled. Frames that were on their way before the violation
// arrived prove nothing: going on counts only where a Pong or an echo can belong to nothing else.

import type { Endpoint } from '../protocol/connection.ts';
import { acceptedCodes, dueFrom, type Expectation, type ReactionOutcome } from '../protocol/expectation.ts';
import { closeCodeOf, endOf, isCodeHidden, startOf } from '../protocol/frame/frame.ts';
import { defineRule, EITHER, type Found, type Rule } from './kit/rule.ts';
import { isEcho } from './reaction-close.ts';

/** One word or sentence for the annotation that the reaction answers; a Close may have crossed with the violation. */
export function verdictOn(expectation: Expectation, { close }: Endpoint, isCrossed: boolean): string {
  const { outcome, frame, processed } = expectation;
  if (!outcome) return 'not known';
  if (processed) return `wrong: it went on in row ${processed.row}`;
  if (outcome.kind === 'close') return verdictOnClose(expectation, outcome, isCrossed);
  if (outcome.kind === 'tcp-drop') return 'right';
  if (close && endOf(close).row < expectation.row)
    return `none is due: it had sent its Close in row ${startOf(close).row}`;
  if (!outcome.isSeen) return 'cannot tell: octets are missing from the log';
  if (outcome.hadTime) return 'wrong: none came until the sender gave up';
  if (dueFrom(expectation) === null) return 'cannot tell: the message never ended, and a text may be judged as a whole';
  return frame === null ? 'not known' : 'cannot tell: the log ends or the sender closes before there was time to react';
}

function verdictOnClose(expectation: Expectation, { close }: ReactionOutcome, isCrossed: boolean): string {
  if (isEcho(expectation)) return 'wrong: it echoed the invalid Close';
  if (close && isCodeHidden(close)) return 'cannot tell: the close code is cut off';
  const code = close && closeCodeOf(close);
  if (code !== null && acceptedCodes(expectation).includes(code)) return 'right';
  const says = `wrong code: ${acceptedCodes(expectation).join(' or ')} is due`;
  return isCrossed ? `cannot tell: ${says}, unless the Close crossed with it` : says;
}

/** The violator's bad frame itself, or what came after it, was acted on; or perhaps was. */
function foundProcessing({ processed, suspected, row }: Expectation, isItself: boolean, says: string): Found | null {
  const shown = processed ?? suspected;
  if (!shown || shown.isItself !== isItself) return null;
  const found = { says, on: shown.row, cause: row };
  return processed ? found : { ...found, missing: 'whether it answered something else' };
}

/** A case of the suite: the peer echoes. */
const CASE = '# writer: client\n# extensions: none\n# case: 6.3.1\n';
/** Two messages that came back. */
const ECHOES =
  'tx 819537fa213d5193534e43da4e5b178e56521797444e449b465844\nrx 81156669727374206f662074776f206d65737361676573\ntx 81969c51e07bef348314f235c014fa71940cf3718d1eef22811cf922\nrx 81167365636f6e64206f662074776f206d65737361676573';
const BAD = 'tx a19ea1850d43d5ed6431c5a56026d2f66c24c4a92d22cfe12d37c9e02d21c0e12d2ccfe0';

export const REACTION_RULES: readonly Rule[] = [
  defineRule({
    id: 'reaction/none',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §7.1.7',
    title: 'The connection is not failed after a violation',
    reaction: 'none',
    needs: 'beginning',
    on: 'reaction',
    check: ({ expectation, outcome, violator, receiver }, { request, response }) => {
      if (outcome.kind === 'close' || outcome.kind === 'tcp-drop' || expectation.processed) return null;
      if (receiver.close && (!outcome.hadTime || endOf(receiver.close).row <= expectation.row)) return null;
      // A paste of a few frames does not claim to show what came of them.
      if (outcome.kind === 'log-end' && !outcome.hadTime && !request && !response) return null;
      const found = {
        says: `it did not fail the connection after row ${expectation.row}, which breaks ${expectation.rule}`,
        ...(expectation.frame ? { on: expectation.frame } : { on: expectation.row }),
        cause: expectation.row,
      };
      if (!outcome.isSeen) return { ...found, missing: 'the octets that the log leaves out' };
      // Who reads frames whole has not looked at one whose rest never came.
      if (expectation.frame?.finished === false) return { ...found, missing: 'the rest of the frame' };
      if (outcome.hadTime) return found;
      const hasClosed = violator.close !== null && violator.close !== expectation.frame;
      if (hasClosed) return { ...found, missing: 'whether it reacted to the violation or to the Close' };
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
        {
          log: 'tx 838137fa213d56 @1\ntx 88829c51e07b9fb9 @10\nrx 880203e8 @10.1',
          also: ['frame/opcode-reserved-data'],
        },
      ],
      holds: [
        {
          log: 'tx 838537fa213d7f9f4d5158\nrx 880203ea\nTCP DROPPED BY PEER',
          also: ['frame/opcode-reserved-data'],
        },
        // Late, but it fails the connection.
        {
          log: 'tx 838137fa213d56 @1\ntx 88829c51e07b9fb9 @10\nrx 880203ea @10.1',
          also: ['frame/opcode-reserved-data'],
        },
        // It had closed before the violation.
        { log: 'rx 880203e8 @1\ntx 838137fa213d56 @2\nTCP DROPPED BY ME @9', also: ['frame/opcode-reserved-data'] },
        // Its Close may answer the violation or the Close that came at once behind it.
        { log: 'tx 838137fa213d56\ntx 88829c51e07b9fb9\nrx 880203e8', also: ['frame/opcode-reserved-data'] },
        { log: 'tx 838137fa213d56 @1\ntx 88829c51e07b9fb9 @1.1\nrx 880203e8 @5', also: ['frame/opcode-reserved-data'] },
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
    needs: 'beginning',
    on: 'reaction',
    check: ({ expectation }) =>
      foundProcessing(
        expectation,
        false,
        `it went on after row ${expectation.row}, which breaks ${expectation.rule}, and answered what came later`,
      ),
    examples: {
      violates: [
        {
          log: 'tx 838537fa213d7f9f4d5158\ntx 89869c51e07bec388e1cbc60\nrx 8a0670696e672031',
          also: ['frame/opcode-reserved-data'],
        },
        // The text had ended; or a reserved opcode, which cannot wait for that, came before the Ping.
        {
          log: 'tx 018137fa213dc8\ntx 80815d0b8ea23c\ntx 89869c51e07bec388e1cbc60\nrx 8a0670696e672031',
          also: ['text/invalid-utf8'],
        },
        {
          log: 'tx 018137fa213dc8\ntx 83819c51e07bfd\ntx 89865d0b8ea22d62e0c57d3a\nrx 8a0670696e672031',
          also: ['text/invalid-utf8', 'frame/opcode-reserved-data'],
        },
        { log: `${CASE}tx 838537fa213d7f9f4d5158\ntx 89819c51e07bfd\nrx 8a0161`, also: ['frame/opcode-reserved-data'] },
        // That it never failed the connection is not said beside it.
        {
          log: 'tx 838537fa213d7f9f4d5158\ntx 89869c51e07bec388e1cbc60\nrx 8a0670696e672031\nFAILING CONNECTION\nTCP DROPPED BY ME',
          also: ['frame/opcode-reserved-data'],
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
    needs: 'beginning',
    on: 'reaction',
    check: ({ expectation }) => {
      const { rule, row, text } = expectation;
      const what = text ? 'message' : 'frame';
      return foundProcessing(expectation, true, `it answered the ${what} of row ${row}, which breaks ${rule}`);
    },
    examples: {
      violates: [
        {
          log: `${ECHOES}\n${BAD}\nrx 811e7468697264206d6573736167652c20616e642074686520626164206f6e65`,
          also: ['frame/rsv-set'],
        },
        { log: 'tx 098637fa213d47934f5a17cb\nrx 8a0670696e672031\nrx 880203ea', also: ['control/fragmented'] },
        { log: `${CASE}tx a18537fa213d7f9f4d5158\nrx 810548656c6c6f`, also: ['frame/rsv-set'] },
        // The fragment that broke the text comes back as it was.
        {
          log: `${CASE}tx 018237fa213d569b\ntx 00839c51e07b607980\nrx 01026161\nrx 0003fc2860`,
          also: ['text/invalid-utf8'],
        },
        // All of the text, though it broke in its first fragment.
        { log: `${CASE}tx 018137fa213dc8\ntx 80815d0b8ea23c\nrx 8102ff61`, also: ['text/invalid-utf8'] },
      ],
      holds: [
        { log: 'tx a18537fa213d7f9f4d5158\nrx 880203ea', also: ['frame/rsv-set'] },
        { log: 'tx 818337fa213d560a09\nrx 810180', also: ['text/invalid-utf8'] },
        // A length in a longer form binds its sender: nothing says that the receiver has to refuse it.
        {
          log: `${CASE}${ECHOES}\ntx 81fe00051f2e3d4c574b512070\nrx 810548656c6c6f\ntx 88825d0b8ea25ee3\nrx 880203e8`,
          also: ['frame/length-not-minimal'],
        },
        // Nor has whoever took it failed the connection because of it.
        {
          log: `${CASE}tx 81fe000537fa213d7f9f4d5158\nrx 810548656c6c6f\nrx 880203ea\ntx 88829c51e07b9fbb\nTCP DROPPED BY PEER`,
          also: ['frame/length-not-minimal'],
        },
        // It had sent the same unasked.
        { log: 'rx 810548656c6c6f\ntx a18537fa213d7f9f4d5158\nrx 810548656c6c6f', also: ['frame/rsv-set'] },
      ],
    },
  }),
];
