// A workflow command for each case that is at least a note, with file and line. The runner shows ten of a kind a step,
// so what counts comes as an error, and all the rest in one line at the end.

import { commandLine } from '../github.ts';
import { type CheckedCase, levelOf, nameOf, othersOf, rowOf, sentenceOf, statusOf } from './case.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import { type CaseName, caseInWords } from './total.ts';
import { totalInWords } from './words.ts';

export function checkGithub({ locate }: CheckRenderOptions): CheckRenderer {
  return {
    head: () => '',
    case: (checked) => {
      const level = levelOf(checked);
      // What is as in the baseline needs no attention.
      if (level === null || (checked.change !== null && !checked.fails)) return '';
      const row = rowOf(checked);
      return commandLine({
        level: checked.fails ? 'error' : level === 'error' ? 'warning' : level,
        file: checked.source,
        line: row === null ? null : (locate?.(checked.source, row) ?? null),
        title: titleOf(checked),
        message: messageOf(checked),
      });
    },
    unread: (source, reason) =>
      commandLine({ level: 'error', file: source, line: null, title: 'cannot be read', message: reason }),
    absent: (absent, fails) =>
      commandLine({
        level: fails ? 'error' : 'note',
        file: null,
        line: null,
        title: titleOfAbsent(absent),
        message: 'it is in the baseline or the index, and not here',
      }),
    tail: (total) =>
      commandLine({
        level: total.exitCode === 0 ? 'note' : 'error',
        file: null,
        line: null,
        title: 'wirelog check',
        message: totalInWords(total).join('; '),
      }),
  };
}

function messageOf(checked: CheckedCase): string {
  const others = othersOf(checked);
  return `${sentenceOf(checked) || statusOf(checked)}${others === '' ? '' : `; also charged: ${others}`}`;
}

function titleOf(checked: CheckedCase): string {
  const { agent } = checked;
  return `${agent === null ? '' : `${agent}, `}${nameOf(checked)}: ${statusOf(checked)}`;
}

function titleOfAbsent(absent: CaseName): string {
  const { agent, case: id } = absent;
  return id === null ? caseInWords(absent) : `${agent === null ? '' : `${agent}, `}case ${id}`;
}
