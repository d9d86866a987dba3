// What was found in many cases as text to be read: each finding once, with the cases that show it. One fault of a peer
// stands in dozens of cases, and a list by case would hide the others.

import { type Annotation, sentenceWithSubject } from '../../judge/annotation.ts';
import { counted } from '../../model/counted.ts';
import { escapeText } from '../../model/octets.ts';
import { SEVERITIES, type Severity } from '../../rules/kit/rule.ts';
import { wrap } from '../columns.ts';
import { type Ink, type Paint, painter } from '../paint.ts';
import type { CheckedCase } from './case.ts';
import { sentencePattern } from './causes.ts';
import type { CheckRenderer, CheckRenderOptions } from './renderer.ts';
import { totalInWords } from './words.ts';

interface DistinctFinding {
  readonly severity: Severity;
  readonly rule: string;
  readonly section: string;
  /** As the first case says it. */
  readonly message: string;
  readonly cases: string[];
}

const INKS: Readonly<Record<Severity, Ink>> = { error: 'red', warning: 'yellow', note: 'dim' };
const CASES_SHOWN = 6;

export function distinctText({ color, width }: CheckRenderOptions): CheckRenderer {
  const paint = painter(color);
  const findings = new Map<string, DistinctFinding>();
  return {
    head: () => '',
    case: (checked) => {
      for (const found of findingsIn(checked)) {
        const key = [found.severity, found.rule, sentencePattern(found.message)].join(' ');
        const same = findings.get(key);
        if (same) same.cases.push(checked.case ?? checked.source);
        else findings.set(key, { ...found, cases: [checked.case ?? checked.source] });
      }
      return '';
    },
    unread: () => '',
    absent: () => '',
    tail: (total) => {
      const all = [...findings.values()];
      const parts = SEVERITIES.flatMap((severity) => {
        const own = all.filter((one) => one.severity === severity);
        if (severity === 'note') return own.length > 0 ? [notesText(own, paint, width)] : [];
        return own.map((one) => findingText(one, paint, width));
      });
      const lines = totalInWords(total).map((line) => wrap(escapeText(line), width, '', '  ').join('\n'));
      return `${[...parts, `${lines.join('\n')}\n`].join('\n')}`;
    },
  };
}

function findingsIn({ findings, verdict }: CheckedCase): Omit<DistinctFinding, 'cases'>[] {
  const charged = findings.map((finding: Annotation) => {
    const { severity, rule, section } = finding;
    return { severity, rule, section, message: sentenceWithSubject(finding) };
  });
  if (verdict.derived === null || verdict.why === null) return charged;
  return [{ severity: 'error', rule: 'echo', section: 'the case expects it', message: verdict.why }, ...charged];
}

function findingText(
  { severity, rule, section, message, cases }: DistinctFinding,
  paint: Paint,
  width: number,
): string {
  const count = counted(cases.length, 'case');
  const title = `${paint(INKS[severity], severity)} ${paint('bold', rule)} (${section}), ${count}`;
  const shown = cases.slice(0, CASES_SHOWN).map((one) => escapeText(one));
  const more = cases.length > CASES_SHOWN ? `, and ${cases.length - CASES_SHOWN} more` : '';
  const lines = [
    ...wrap(escapeText(message), width, '  ', '  '),
    ...wrap(`in ${shown.join(', ')}${more}`, width, '  ', '    ').map((line) => paint('dim', line)),
  ];
  return `${title}\n${lines.join('\n')}\n`;
}

/** Notes ask for nothing: only which rules, and in how many cases. */
function notesText(notes: readonly DistinctFinding[], paint: Paint, width: number): string {
  const counts = new Map<string, number>();
  for (const { rule, cases } of notes) counts.set(rule, (counts.get(rule) ?? 0) + cases.length);
  const each = [...counts].sort(([, a], [, b]) => b - a).map(([rule, count]) => `${rule} (${count})`);
  return `${wrap(`notes: ${each.join(', ')}`, width, '', '  ')
    .map((line) => paint('dim', line))
    .join('\n')}\n`;
}
