// Workflow commands: the total first, then an annotation a cause, at the file and line of its first case. The runner shows
// ten of a kind a step, so that what does not fit is told in the last of its kind.

import { counted } from '../../model/counted.ts';
import { SEVERITIES } from '../../rules/kit/rule.ts';
import { commandLine } from '../github.ts';
import { type CheckedCase, caseNameOf, decidingRowOf, levelOf } from './case.ts';
import { type Cause, casesInWords, openCauses } from './causes.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import { type CaseName, caseInWords, type Total } from './total.ts';
import { totalInWords } from './words.ts';

type WorkflowCommand = Parameters<typeof commandLine>[0];

/** Annotations of one kind that GitHub shows of a step. */
const MOST_OF_A_KIND = 10;
const CASES_SHOWN = 20;
const FILES_SHOWN = 10;

export function checkGithub({ locate }: CheckRenderOptions): CheckRenderer {
  const causes = openCauses();
  const unread: { readonly source: string; readonly reason: string }[] = [];
  const absent: { readonly name: CaseName; readonly fails: boolean }[] = [];
  return {
    head: () => '',
    case: (checked) => {
      if (isTold(checked)) causes.add(checked);
      return '';
    },
    unread: (source, reason) => {
      unread.push({ source, reason });
      return '';
    },
    absent: (name, fails) => {
      absent.push({ name, fails });
      return '';
    },
    tail: (total) => {
      const told = [
        totalCommand(total),
        ...(unread.length > 0 ? [unreadCommand(unread)] : []),
        ...(absent.length > 0 ? [absentCommand(absent)] : []),
      ];
      const ofCauses = causes.sorted().map((cause) => {
        const row = decidingRowOf(cause.first);
        const line = row === null ? null : (locate?.(cause.first.source, row) ?? null);
        return { cause, command: causeCommand(cause, line) };
      });
      return withinLimits(told, ofCauses).map(commandLine).join('');
    },
  };
}

/** What is as in the baseline needs no attention. */
function isTold(checked: CheckedCase): boolean {
  return levelOf(checked) !== null && (checked.change === null || checked.fails);
}

function withinLimits(
  told: readonly WorkflowCommand[],
  causes: readonly { cause: Cause; command: WorkflowCommand }[],
): WorkflowCommand[] {
  const [first, ...others] = told;
  const commands = first ? [first] : [];
  for (const kind of SEVERITIES) {
    const own = others.filter(({ level }) => level === kind);
    const of = causes.filter(({ command }) => command.level === kind);
    const room = MOST_OF_A_KIND - own.length - (first?.level === kind ? 1 : 0);
    const shown = of.length <= room ? of : of.slice(0, room - 1);
    const left = of.slice(shown.length).map(({ cause }) => cause);
    commands.push(...own, ...shown.map(({ command }) => command));
    if (left.length > 0) commands.push(restCommand(kind, left));
  }
  return commands;
}

function totalCommand(total: Total): WorkflowCommand {
  return {
    level: total.exitCode === 0 ? 'note' : 'error',
    file: null,
    line: null,
    title: 'wirelog check',
    message: totalInWords(total).join('; '),
  };
}

function causeCommand(cause: Cause, line: number | null): WorkflowCommand {
  const { first, status, sentence, also, hint, count, level, fails } = cause;
  const { agent } = first;
  const which = count === 1 ? caseNameOf(first) : counted(count, 'case');
  const whose = cause.cases.size > 1 ? `${counted(cause.cases.size, 'agent')}, ` : agent === null ? '' : `${agent}, `;
  const parts = [
    sentence || status,
    also === '' ? '' : `also charged: ${also}`,
    hint === null ? '' : `hint: ${hint}`,
    count === 1 ? '' : `in ${casesInWords(cause, CASES_SHOWN)}`,
  ];
  return {
    level: fails ? 'error' : level === 'error' ? 'warning' : level,
    file: first.source,
    line,
    title: `${whose}${which}: ${status}`,
    message: parts.filter((part) => part !== '').join('; '),
  };
}

function restCommand(level: WorkflowCommand['level'], causes: readonly Cause[]): WorkflowCommand {
  const cases = causes.reduce((sum, { count }) => sum + count, 0);
  return {
    level,
    file: null,
    line: null,
    title: `${counted(causes.length, 'more cause')} in ${counted(cases, 'case')}`,
    message: causes
      .slice(0, CASES_SHOWN)
      .map((cause) => `${cause.status}: ${cause.sentence || 'see the log'} (${counted(cause.count, 'case')})`)
      .join('; '),
  };
}

function unreadCommand(unread: readonly { source: string; reason: string }[]): WorkflowCommand {
  const [first] = unread;
  const shown = unread.slice(0, FILES_SHOWN).map(({ source, reason }) => `${source}: ${reason}`);
  const more = unread.length > FILES_SHOWN ? `; and ${unread.length - FILES_SHOWN} more` : '';
  return {
    level: 'error',
    file: first?.source ?? null,
    line: null,
    title: unread.length === 1 ? 'cannot be read' : `${counted(unread.length, 'file')} cannot be read`,
    message: unread.length === 1 ? (first?.reason ?? '') : `${shown.join('; ')}${more}`,
  };
}

function absentCommand(absent: readonly { name: CaseName; fails: boolean }[]): WorkflowCommand {
  const [first] = absent;
  const level = absent.some(({ fails }) => fails) ? 'error' : 'note';
  if (first && absent.length === 1) {
    const title = titleOfAbsent(first.name);
    return { level, file: null, line: null, title, message: 'it is in the baseline or the index, and not here' };
  }
  const cases = new Map<string | null, string[]>();
  for (const { name } of absent) {
    const id = name.case ?? caseInWords(name);
    cases.set(name.agent, [...(cases.get(name.agent) ?? []), id]);
  }
  return {
    level,
    file: null,
    line: null,
    title: `${counted(absent.length, 'case')} not here`,
    message: `in the baseline or the index, and not here: ${casesInWords({ cases, count: absent.length }, CASES_SHOWN)}`,
  };
}

function titleOfAbsent(absent: CaseName): string {
  const { agent, case: id } = absent;
  return id === null ? caseInWords(absent) : `${agent === null ? '' : `${agent}, `}case ${id}`;
}
