// The sums in words, the same in every form that people read.

import { counted } from '../../model/counted.ts';
import { countsInWords } from '../describe.ts';
import { type CaseName, caseInWords, type Total } from './total.ts';

/** Best first; words of a later suite come after these. */
const ORDER = [
  'OK',
  'INFORMATIONAL',
  'NON-STRICT',
  'UNIMPLEMENTED',
  'WRONG CODE',
  'UNCLEAN',
  'FAILED BY CLIENT',
  'FAILED',
];
const NAMES_SHOWN = 8;

/** The last line is what `check` comes to. `all`: no list is cut. */
export function totalInWords(total: Total, all = false): string[] {
  const { cases, agents, behavior, behaviorClose, agrees, violations, changes, absent, files } = total;
  const who = agents.length === 0 ? '' : ` of ${counted(agents.length, 'agent')}`;
  // Logs without a report have no verdict of a suite, and that they have none says nothing about them.
  const words = Object.keys(behavior).some((word) => word !== 'none') ? `: ${behaviorsInWords(behavior)}` : '';
  const lines = [`${counted(cases, 'case')}${who}${words}`];
  const close = Object.keys(behaviorClose).some((word) => word !== 'none');
  if (close) lines.push(`closing handshake: ${behaviorsInWords(behaviorClose)}`);
  if (agrees.yes + agrees.no + agrees.cannotTell > 0) {
    lines.push(
      `judged again: ${agrees.yes} as reported, ${agrees.no} not as reported, the rows of ${agrees.cannotTell} cannot tell`,
    );
  }
  lines.push(`charged: ${countsInWords(violations)}`);
  if (changes) {
    lines.push(`since the baseline: ${changes.worse} worse, ${changes.better} better, ${changes.same} the same`);
    if (changes.new > 0) lines.push(`not in the baseline: ${counted(changes.new, 'case')}`);
  }
  if (absent.cases.length > 0) {
    lines.push(
      `${changes ? 'in the baseline' : 'in the index'} and not here: ${counted(absent.cases.length, 'case')}: ${namesInWords(absent.cases, all ? absent.cases.length : NAMES_SHOWN)}`,
    );
  }
  if (files.failed > 0) lines.push(`could not be read: ${counted(files.failed, 'file')}`);
  return [...lines, exitInWords(total)];
}

/** All of it in one line, for standard error. */
export function totalInOneLine(total: Total): string {
  const [cases] = totalInWords(total);
  return `${cases}; ${exitInWords(total)}`;
}

function exitInWords({ exitCode, failing, files, failOn, changes, written, absent, isForeign }: Total): string {
  if (written !== null && exitCode === 0) {
    return `exit code 0: ${written} is written; it accepts ${failing === 0 ? 'no case' : counted(failing, 'case')} at or above --fail-on ${failOn}`;
  }
  const what = changes ? `got worse (--fail-on ${failOn})` : `at or above --fail-on ${failOn}`;
  const unread = files.failed > 0 ? `; ${counted(files.failed, 'file')} could not be read` : '';
  const missing = absent.fails
    ? `; ${counted(absent.cases.length, 'case')} not here (--allow-missing lets them pass)`
    : '';
  const foreign = isForeign ? '; the baseline has none of these cases' : '';
  return `exit code ${exitCode}: ${failing === 0 ? 'no cases' : counted(failing, 'case')} ${what}${missing}${foreign}${unread}`;
}

/** `240 OK, 3 NON-STRICT`. */
function behaviorsInWords(counts: Readonly<Record<string, number>>): string {
  const rank = (word: string) => (ORDER.includes(word) ? ORDER.indexOf(word) : word === 'none' ? 99 : 50);
  const words = Object.keys(counts).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return words.map((word) => `${counts[word]} ${word === 'none' ? 'without a verdict' : word}`).join(', ') || 'none';
}

function namesInWords(names: readonly CaseName[], most: number): string {
  const shown = names.slice(0, most).map(caseInWords);
  return `${shown.join(', ')}${names.length > most ? ', …' : ''}`;
}
