// Asks the rules. They are grouped by the moment at which they are asked; within one frame's header or one head the
// order of `all.ts` is the order of precedence: one offending octet, one rule.

import type { Connection } from '../../protocol/connection.ts';
import type { Check, Found, Moment, Rule, Subjects } from './rule.ts';

export interface Finding {
  readonly rule: Rule;
  readonly found: Found;
}

export type Judge = <M extends Moment>(moment: M, subject: Subjects[M], connection: Connection) => readonly Finding[];

const NOTHING: readonly Finding[] = [];

export function judgeBy(rules: readonly Rule[]): Judge {
  const byMoment = new Map<Moment, Rule[]>();
  for (const rule of rules) {
    const group = byMoment.get(rule.on);
    if (group) group.push(rule);
    else byMoment.set(rule.on, [rule]);
  }
  return (moment, subject, connection) => {
    let findings: Finding[] | null = null;
    for (const rule of byMoment.get(moment) ?? []) {
      const check = (rule.check as (subject: unknown, connection: Connection) => Check)(subject, connection);
      if (!check) continue;
      findings ??= [];
      for (const found of foundIn(check)) findings.push({ rule, found });
    }
    if (!findings) return NOTHING;
    return moment === 'header' ? primaryOf(findings) : findings;
  };
}

function foundIn(check: Exclude<Check, null | undefined | false>): readonly Found[] {
  if (typeof check === 'string') return check === '' ? [] : [{ says: check }];
  return Array.isArray(check) ? check : [check as Found];
}

/** Drops an error whose first octet an earlier error already names. */
function primaryOf(findings: readonly Finding[]): readonly Finding[] {
  const taken = new Set<number>();
  return findings.filter(({ rule, found }) => {
    if (rule.severity !== 'error' || found.missing !== undefined || !found.octets) return true;
    if (taken.has(found.octets[0])) return false;
    taken.add(found.octets[0]);
    return true;
  });
}
