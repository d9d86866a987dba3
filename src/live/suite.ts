// The rules' own examples as cases for a live peer. An example in which one side breaks a rule is a stimulus for the
// other side; an example that holds has to be let pass. A case needs no expectation: what the peer does is judged by the
// same rules as any log.

import { createHash } from 'node:crypto';
import { judgeLog } from '../attach/judged-log.ts';
import type { AnnotatedRow } from '../judge/annotation.ts';
import { hexOf, NO_OCTETS } from '../model/octets.ts';
import { type LogHeader, otherRole, type Role } from '../model/row.ts';
import { combinedValue } from '../protocol/handshake/handshake.ts';
import { areaOf, RULES } from '../rules/all.ts';
import { type AnnotatedExample, annotateExample } from '../rules/kit/example.ts';
import type { Example, Moment, Rule } from '../rules/kit/rule.ts';
import { faultsInStates, madeCases } from './made-cases.ts';
import { mirrored } from './mirror.ts';
import { type Script, type Step, scriptOf } from './script.ts';
import type { SuiteCase } from './suite-case.ts';

/** Moments at which a rule looks at the opening handshake. */
const OF_HANDSHAKE: ReadonlySet<Moment> = new Set(['head', 'request', 'response', 'handshake']);

/** What these rules are about a peer does or leaves undone; nobody can play it. */
const NOT_PLAYED: ReadonlySet<string> = new Set(['log', 'reaction']);

/** Every case that `role` can play, large ones too; the same octets come once. `written`: cases that stand in files. */
export function suiteFor(role: Role, written: readonly SuiteCase[] = []): SuiteCase[] {
  const examples = RULES.flatMap((rule) => casesOf(rule, role));
  return distinct([...written, ...examples, ...madeCases(role), ...faultsInStates(distinct(examples), role)]);
}

/** The cases that the rule's own examples are, also those of which another rule has the same octets. */
export function casesOf(rule: Rule, role: Role): SuiteCase[] {
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
  const isAboutHeads = OF_HANDSHAKE.has(rule.on);
  const played = playedBy(rule, example, violates, role);
  const writer = played?.summary.header.writer ?? null;
  if (played === null || writer === null) return null;
  const script = scriptOf(played.rows, writer === role ? 'tx' : 'rx');
  const { request, response } = played.connection;
  const hasOwnHead = (role === 'client' ? request : response) !== null;
  if (isAboutHeads ? !hasOwnHead : script.steps.length === 0) return null;
  const agreed = response ? combinedValue(response, 'Sec-WebSocket-Extensions') : played.header.extensions;
  return {
    breaks: violates ? rule.id : null,
    aliases: [],
    title: violates ? rule.title : `Sound: not "${rule.title}"`,
    script: request === null && response === null ? afterOneHead(script) : script,
    request: isAboutHeads && request ? request.octets : NO_OCTETS,
    response: isAboutHeads && response ? response.octets : NO_OCTETS,
    needs: agreed === null || agreed === '' || agreed === 'none' ? null : agreed,
    ending: 'probe',
    expectsEcho: false,
    isLarge: false,
    isTimed: false,
  };
}

/** The example, or its mirror, in which `role` does what the case is about; null where there is none. */
function playedBy(rule: Rule, example: Example, violates: boolean, role: Role): Played | null {
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

type Played = Pick<AnnotatedExample, 'header' | 'connection' | 'rows' | 'summary'>;

/** Null where the mirror does not show the same rule, broken by the other role. */
function mirrorOf(own: Played, id: string): Played | null {
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
  const heads = [hexOf(request), hexOf(response), needs, expectsEcho, ending];
  return createHash('sha1').update(JSON.stringify(heads)).update(script.steps.map(stepInWords).join()).digest('hex');
}

function stepInWords(step: Step): string {
  if (step.kind === 'send') return hexOf(step.octets);
  return step.kind === 'awaits' ? `${step.what} ${step.count}` : step.kind;
}
