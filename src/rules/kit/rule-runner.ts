// Asks the rules. They are grouped by the moment at which they are asked; within one frame's header or one head the
// order of `all.ts` is the order of precedence: one offending octet, one rule.

import type { Connection } from '../../protocol/connection.ts';
import { isKnownOfAlike, isOfHeads, KnownHeads } from './known-heads.ts';
import type { Check, Found, HandshakeSubject, HeadSubject, Moment, Rule, Subjects } from './rule.ts';
import { type Look, lookAt, SIGNED_MOMENTS } from './signs.ts';

export interface Finding {
  readonly rule: Rule;
  readonly found: Found;
}

export interface RuleRunner {
  <M extends Moment>(moment: M, subject: Subjects[M], connection: Connection): readonly Finding[];
  /** Those for which any rule looks at the moments that have signs; below 0, all there can be, where one is always asked. */
  readonly signs: number;
}

const NOTHING: readonly Finding[] = [];
const EVERY_SIGN = -1;

interface Group {
  readonly rules: Rule[];
  /** For which signs any of them looks. */
  signs: number;
  /** Null where nobody looks for any. */
  readonly look: Look | null;
}

/** `asksAlways`: each rule is asked whatever shows and is known, to see that the signs leave nothing out. */
export function openRules(rules: readonly Rule[], asksAlways = false): RuleRunner {
  const byMoment = new Map<Moment, Group>();
  for (const rule of rules) {
    const group = byMoment.get(rule.on) ?? { rules: [], signs: 0, look: asksAlways ? null : lookAt(rule.on) };
    group.rules.push(rule);
    group.signs |= asksAlways ? EVERY_SIGN : (rule.when ?? EVERY_SIGN);
    byMoment.set(rule.on, group);
  }
  const heads = asksAlways ? null : new KnownHeads<readonly Answer[]>();
  const judge = <M extends Moment>(moment: M, subject: Subjects[M], connection: Connection): readonly Finding[] => {
    const group = byMoment.get(moment);
    if (!group) return NOTHING;
    const { rules: asked, look } = group;
    if (heads && isOfHeads(moment)) return ofHeads(heads, asked, moment, subject as AboutHeads, connection);
    const signs = look ? look(subject as never, connection) & group.signs : EVERY_SIGN;
    return signs === 0 ? NOTHING : findingsOf(asked, signs, moment, subject, connection);
  };
  const signs = SIGNED_MOMENTS.reduce((all, moment) => all | (byMoment.get(moment)?.signs ?? 0), 0);
  return Object.assign(judge, { signs });
}

type AboutHeads = HeadSubject | HandshakeSubject;

/** What is said of all heads that are alike: a finding, or a rule that has to be asked about each. */
type Answer = Finding | Rule;

function ofHeads(
  heads: KnownHeads<readonly Answer[]>,
  rules: readonly Rule[],
  moment: Moment,
  subject: AboutHeads,
  connection: Connection,
): readonly Finding[] {
  const ask = (rule: Rule) => findingsOf([rule], EVERY_SIGN, moment, subject, connection);
  const head = 'head' in subject ? subject.head : subject.response;
  const answers = heads.said(moment, head, connection, () =>
    rules.flatMap((rule): readonly Answer[] => (isKnownOfAlike(rule) ? ask(rule) : [rule])),
  );
  return answers.flatMap((answer) => ('check' in answer ? ask(answer) : answer));
}

function findingsOf(
  rules: readonly Rule[],
  signs: number,
  moment: Moment,
  subject: unknown,
  connection: Connection,
): readonly Finding[] {
  let findings: Finding[] | null = null;
  for (const rule of rules) {
    if (((rule.when ?? EVERY_SIGN) & signs) === 0) continue;
    const check = (rule.check as (subject: unknown, connection: Connection) => Check)(subject, connection);
    if (!check) continue;
    findings ??= [];
    for (const found of foundIn(check)) findings.push({ rule, found });
  }
  if (!findings) return NOTHING;
  if (findings.length === 1) return findings;
  return moment === 'header' ? primaryOf(findings) : findings;
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
