// Cases that fail for one cause: the same status and, but for numbers and details, the same sentence. One fault of a peer
// stands in dozens of cases, and a list by case would hide the others.

import { SEVERITIES, type Severity } from '../../rules/kit/rule.ts';
import { type CheckedCase, caseNameOf, levelOf, othersOf, sentenceOf, verdictStatusOf } from './case.ts';

export interface Cause {
  readonly status: string;
  /** As the first case has it. */
  readonly sentence: string;
  /** Rules of other errors that are charged. */
  readonly also: string;
  readonly hint: string | null;
  readonly level: Severity;
  /** It counts towards exit code 1. */
  readonly fails: boolean;
  readonly first: CheckedCase;
  /** By agent: the cases, as they are called where there is no more room. */
  readonly cases: Map<string | null, string[]>;
  count: number;
}

/** What two cases of one cause have in common. */
export function causeKey(checked: CheckedCase): string {
  return [
    verdictStatusOf(checked),
    checked.rules[0] ?? '',
    othersOf(checked),
    sentencePattern(sentenceOf(checked)),
  ].join('\0');
}

/** Numbers, details in brackets and quoted texts differ from case to case. */
export function sentencePattern(sentence: string): string {
  return sentence.replace(/\([^()]*\)|"[^"]*"/g, '').replace(/U\+[\dA-F]+|\d+|\b[\da-f]{2}\b/g, '#');
}

export interface Causes {
  add(checked: CheckedCase): void;
  /** Those that fail first, then by severity, then by how many cases they have. */
  sorted(): Cause[];
}

export function openCauses(): Causes {
  const causes = new Map<string, Cause>();
  return {
    add: (checked) => {
      const key = `${checked.fails}\0${causeKey(checked)}`;
      let cause = causes.get(key);
      if (!cause) {
        cause = causeOf(checked);
        causes.set(key, cause);
      }
      const name = checked.case ?? caseNameOf(checked);
      const own = cause.cases.get(checked.agent);
      if (own) own.push(name);
      else cause.cases.set(checked.agent, [name]);
      cause.count++;
    },
    sorted: () =>
      [...causes.values()].sort(
        (a, b) =>
          Number(b.fails) - Number(a.fails) ||
          SEVERITIES.indexOf(a.level) - SEVERITIES.indexOf(b.level) ||
          b.count - a.count,
      ),
  };
}

function causeOf(checked: CheckedCase): Cause {
  return {
    status: verdictStatusOf(checked),
    sentence: sentenceOf(checked),
    also: othersOf(checked),
    hint: checked.hints[0]?.says ?? null,
    level: levelOf(checked) ?? 'note',
    fails: checked.fails,
    first: checked,
    cases: new Map(),
    count: 0,
  };
}

/** `libfoo 1.1.1, 1.1.2; libbar 2.3, and 7 more`: at most so many names. */
export function casesInWords({ cases, count }: Pick<Cause, 'cases' | 'count'>, most: number): string {
  let room = most;
  const parts: string[] = [];
  for (const [agent, names] of cases) {
    if (room === 0) break;
    const shown = names.slice(0, room);
    room -= shown.length;
    parts.push(`${agent === null ? '' : `${agent} `}${shown.join(', ')}`);
  }
  return `${parts.join('; ')}${count > most ? `, and ${count - most} more` : ''}`;
}
