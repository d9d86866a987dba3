// The rules' own examples as cases for a live peer. An example in which one side breaks a rule is a stimulus for the
// other side; an example that holds has to be let pass. A case needs no expectation: what the peer does is judged by the
// same rules as any log.

import { createHash } from 'node:crypto';
import type { AnnotatedRow } from '../judge/annotation.ts';
import { type AnnotatedExample, annotateExample } from '../judge/example.ts';
import { judgeLog } from '../judge/judged-log.ts';
import { hexOf, NO_OCTETS } from '../model/octets.ts';
import { type LogHeader, otherRole, type Role } from '../model/row.ts';
import { combinedValue, statusOf } from '../protocol/handshake/handshake.ts';
import { RULES } from '../rules/all.ts';
import { areaOf, type Example, type Moment, type Rule } from '../rules/kit/rule.ts';
import { faultsInStates } from './faults-in-states.ts';
import { madeCases } from './made-cases.ts';
import { mirrored } from './mirror.ts';
import { type Script, scriptOf } from './script.ts';
import type { SuiteCase } from './suite-case.ts';

/** Moments at which a rule looks at the opening handshake. */
const OF_HANDSHAKE: ReadonlySet<Moment> = new Set(['head', 'request', 'response', 'handshake']);

/** What these rules are about a peer does or leaves undone; nobody can play it. */
const NOT_PLAYED: ReadonlySet<string> = new Set(['log', 'reaction']);

/** Every case that `role` can play; the same octets come once. `written`: cases that stand in files. */
export function suiteFor(role: Role, written: readonly SuiteCase[] = [], hasLarge = false): SuiteCase[] {
  const examples = RULES.flatMap((rule) => casesOfRule(rule, role));
  return distinct([...written, ...examples, ...madeCases(role, hasLarge), ...faultsInStates(distinct(examples), role)]);
}

/** The cases that the rule's own examples are, also those of which another rule has the same octets. */
export function casesOfRule(rule: Rule, role: Role): SuiteCase[] {
  if (NOT_PLAYED.has(areaOf(rule.id))) return [];
  return (['violates', 'holds'] as const).flatMap((kind) =>
    rule.examples[kind].flatMap((example, at) => {
      const made = caseOf(rule, example, kind === 'violates', role);
      const id = `${rule.id}${kind === 'violates' ? '' : '-holds'}-${at + 1}`;
      return made === null ? [] : [{ ...made, id }];
    }),
  );
}

function distinct(cases: readonly SuiteCase[]): SuiteCase[] {
  const found = new Map<string, SuiteCase>();
  for (const one of cases) {
    const key = stimulusOf(one);
    const other = found.get(key);
    found.set(key, other ? { ...other, aliases: [...other.aliases, one.id] } : one);
  }
  return [...found.values()];
}

function caseOf(rule: Rule, example: Example, violates: boolean, role: Role): Omit<SuiteCase, 'id'> | null {
  const played = playedBy(rule, example, violates, role);
  const writer = played?.summary.header.writer ?? null;
  if (played === null || writer === null) return null;
  const script = scriptOf(played.rows, writer === role ? 'tx' : 'rx');
  const { request, response } = played.connection;
  // What stands behind another answer than a 101 is that answer's content.
  const isRefused = response !== null && statusOf(response) !== 101;
  const isAboutHeads = OF_HANDSHAKE.has(rule.on) || isRefused;
  const hasOwnHead = (role === 'client' ? request : response) !== null;
  if (isAboutHeads ? !hasOwnHead : script.steps.length === 0) return null;
  return {
    breaks: violates ? rule.id : null,
    aliases: [],
    title: violates ? rule.title : `Sound: not "${rule.title}"`,
    script: request === null && response === null ? afterOneHead(script) : script,
    ...(isAboutHeads ? headsOf(played) : { request: NO_OCTETS, response: NO_OCTETS }),
    needs: agreedIn(played),
    ending: 'probe',
    expectsEcho: false,
    isLarge: false,
    isTimed: false,
  };
}

function headsOf({ connection: { request, response } }: JudgedExample): Pick<SuiteCase, 'request' | 'response'> {
  return { request: request?.octets ?? NO_OCTETS, response: response?.octets ?? NO_OCTETS };
}

function agreedIn({ connection: { response }, header }: JudgedExample): string | null {
  const agreed = response ? combinedValue(response, 'Sec-WebSocket-Extensions') : header.extensions;
  return agreed === null || agreed === '' || agreed === 'none' ? null : agreed;
}

/** The example, or its mirror, in which `role` does what the case is about; null where there is none. */
function playedBy(rule: Rule, example: Example, violates: boolean, role: Role): JudgedExample | null {
  const own = annotateExample(example);
  if (lacksOctets(own.rows)) return null;
  const breaker = violates ? breakerIn(own.rows, rule.id) : role;
  if (breaker === role) return own;
  return breaker === null || OF_HANDSHAKE.has(rule.on) ? null : mirrorOf(own, rule.id);
}

function lacksOctets(rows: readonly AnnotatedRow[]): boolean {
  return rows.some(
    ({ row }) =>
      row.kind === 'damaged' ||
      row.kind === 'log-off' ||
      row.kind === 'frame' ||
      (row.kind === 'octets' && row.octets.known.length < row.octets.length),
  );
}

/** Who breaks the rule in the example. */
function breakerIn(rows: readonly AnnotatedRow[], id: string): Role | null {
  const found = rows.flatMap(({ annotations }) => annotations).find((one) => one.rule === id);
  return found?.certainty === 'certain' ? found.by : null;
}

type JudgedExample = Pick<AnnotatedExample, 'header' | 'connection' | 'rows' | 'summary'>;

/** Null where the mirror does not show the same rule, broken by the other role. */
function mirrorOf(own: JudgedExample, id: string): JudgedExample | null {
  const rows = mirrored(own.rows);
  const writer = own.summary.header.writer;
  if (rows === null || writer === null) return null;
  const header: LogHeader = { ...own.header, writer: otherRole(writer) };
  const judged = judgeLog({ header, rows });
  const breaker = breakerIn(judged.annotated, id);
  const before = breakerIn(own.rows, id);
  if (before !== null && breaker !== otherRole(before)) return null;
  const connection = { ...own.connection, ...judged.connection };
  return { header, connection, rows: judged.annotated, summary: judged.summary };
}

/** An example without heads is played behind a handshake, whose other head comes first. */
function afterOneHead(script: Script): Script {
  return { ...script, steps: script.steps.map((step) => ({ ...step, after: step.after + 1 })) };
}

function stimulusOf({ script, request, response, needs, expectsEcho, ending }: SuiteCase): string {
  const hash = createHash('sha1').update(JSON.stringify([hexOf(request), hexOf(response), needs, expectsEcho, ending]));
  for (const step of script.steps) {
    hash.update(step.kind === 'awaits' ? `${step.what} ${step.count}` : step.kind);
    if (step.kind === 'send') hash.update(`${step.octets.length} `).update(step.octets);
  }
  return hash.digest('hex');
}
