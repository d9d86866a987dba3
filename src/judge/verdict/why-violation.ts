// The sentence for a rule that was broken: where, by whom, and for a reaction what it should have been.

import { acceptedCodes } from '../../protocol/expectation.ts';
import { areaOf } from '../../rules/kit/rule.ts';
import { type Annotation, sentenceWithSubject } from '../annotation.ts';
import { closeCodeOfRow } from './events.ts';
import { type CaseFacts, peerClose } from './facts.ts';
import { codeInWords, peerOf, type Why, writerInWords } from './why-words.ts';

export function fromViolation(found: Annotation, facts: CaseFacts): Why {
  const root = rootOf(found, facts.charged);
  const stimulus = stimulusOf(root, facts);
  if (stimulus) {
    return { says: `${brokenInWords(stimulus, facts)}; ${reactionInWords(root, stimulus, facts)}`, row: root.row };
  }
  const follows = root.frame !== null && root !== found && isSameFrame(root, found);
  const symptom = follows ? `; ${found.rule} in row ${found.row} follows from it` : '';
  return {
    says: `row ${root.row}: ${sentenceWithSubject(root)} (${cited(root)})${symptom}`,
    row: root.row,
  };
}

function cited({ rule, section }: Annotation): string {
  return `${rule}, ${section}`;
}

/** What the suite broke on purpose, in words. */
export function brokenInWords({ row, rule, message, section }: Annotation, facts: CaseFacts): string {
  return `row ${row}: ${writerInWords(facts)} broke ${rule} (${message}; ${section})`;
}

/** The violation behind another one that says less. */
function rootOf(found: Annotation, charged: readonly Annotation[]): Annotation {
  // Whatever stands in a frame that was left unfinished, or has a wrong length, was not meant for its payload.
  const unfinished = charged.find((one) => one.rule === 'phase/truncated-frame' && isSameFrame(one, found));
  if (unfinished) return unfinished;
  // A Pong did come, with something else in it.
  const mismatch = charged.find(({ rule }) => rule === 'ping/pong-payload-mismatch');
  return found.rule === 'ping/pong-missing' && mismatch ? mismatch : found;
}

function isSameFrame({ frame: a }: Annotation, { frame: b }: Annotation): boolean {
  return a !== null && b !== null && a.direction === b.direction && a.ordinal === b.ordinal;
}

/** The stimulus that it answers, or sends back: then the very same is wrong with both. */
function stimulusOf(violation: Annotation, { stimuli }: CaseFacts): Annotation | null {
  const { rule, row, message, cause } = violation;
  if (areaOf(rule) === 'reaction') return (cause === null ? null : stimuli.get(cause)) ?? null;
  if (areaOf(rule) !== 'text') return null;
  return [...stimuli.values()].find((one) => one.rule === rule && one.message === message && one.row < row) ?? null;
}

/** What the peer did about it. */
function reactionInWords(violation: Annotation, stimulus: Annotation, facts: CaseFacts): string {
  const peer = peerOf(facts);
  const { row } = violation;
  const instead = `instead of failing the connection${dueCodes(stimulus, facts, ' with')}`;
  switch (violation.rule) {
    case 'reaction/invalid-processed':
      return `${peer} answered it (row ${row}) ${instead} (${cited(violation)})`;
    case 'reaction/continued-processing':
      return `${peer} went on and answered what came later (row ${row}) ${instead} (${cited(violation)})`;
    case 'reaction/echoed-invalid-close':
      return `${peer} echoed it (row ${row}) ${instead} (${cited(violation)})`;
    case 'reaction/none':
      return `${peer} did nothing about it until ${writerInWords(facts)} gave up, ${instead} (${cited(violation)})`;
    case 'reaction/wrong-close-code':
      return `${peer} closed in row ${row} with ${closedWith(facts)}${dueCodes(stimulus, facts, ' instead of')} (${cited(violation)})`;
    case stimulus.rule:
      return `${peer} sent the same back (row ${row}) ${instead}`;
    default:
      return `${sentenceWithSubject(violation)} (row ${row}; ${cited(violation)})`;
  }
}

function closedWith(facts: CaseFacts): string {
  const close = peerClose(facts);
  const code = close ? closeCodeOfRow(close) : null;
  return code === null ? 'no code' : codeInWords(code);
}

/** ` with 1002 or 1003`; nothing where no reaction was waited for. */
export function dueCodes({ row }: Annotation, { connection }: CaseFacts, lead: string): string {
  const expectation = [connection.tx.expectation, connection.rx.expectation].find((one) => one?.row === row);
  return expectation ? `${lead} ${acceptedCodes(expectation).join(' or ')}` : '';
}
