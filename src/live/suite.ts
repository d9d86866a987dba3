// The rules' own examples as cases for a live peer. An example in which one side breaks a rule is a stimulus for the
// other side; an example that holds has to be let pass. A case needs no expectation: what the peer does is judged by the
// same rules as any log.

import { judgeLog } from '../attach/judged-log.ts';
import type { AnnotatedRow } from '../judge/annotation.ts';
import { hexOf, NO_OCTETS } from '../model/octets.ts';
import { type LogHeader, otherRole, type Role } from '../model/row.ts';
import { combinedValue } from '../protocol/handshake/handshake.ts';
import { areaOf, RULES } from '../rules/all.ts';
import { type AnnotatedExample, annotateExample } from '../rules/kit/example.ts';
import type { Example, Moment, Rule } from '../rules/kit/rule.ts';
import { mirrored } from './mirror.ts';
import { type Script, scriptOf } from './script.ts';

export interface SuiteCase {
  /** `frame/rsv-set-1`; `frame/rsv-set-holds-1` for an example that holds. */
  readonly id: string;
  /** The rule that the case breaks; null where it breaks none. */
  readonly breaks: string | null;
  readonly title: string;
  /** Of the side that plays. */
  readonly script: Script;
  /** The heads of the example, where the case is about them; empty otherwise. */
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  /** The value of Sec-WebSocket-Extensions that has to be agreed; null for none. */
  readonly needs: string | null;
}

/** Moments at which a rule looks at the opening handshake. */
const OF_HANDSHAKE: ReadonlySet<Moment> = new Set(['head', 'request', 'response', 'handshake']);

/** What these rules are about a peer does or leaves undone; nobody can play it. */
const NOT_PLAYED: ReadonlySet<string> = new Set(['log', 'reaction']);

/** Every case that `role` can play, in the order of the catalogue; the same octets come once. */
export function suiteFor(role: Role): SuiteCase[] {
  const cases = new Map<string, SuiteCase>();
  for (const rule of RULES) {
    if (NOT_PLAYED.has(areaOf(rule.id))) continue;
    for (const [kind, examples] of Object.entries(rule.examples)) {
      for (const [at, example] of examples.entries()) {
        const made = caseOf(rule, example, kind === 'violates', role);
        if (made === null) continue;
        const id = `${rule.id}${kind === 'violates' ? '' : '-holds'}-${at + 1}`;
        const one = { ...made, id };
        const key = stimulusOf(one);
        if (!cases.has(key)) cases.set(key, one);
      }
    }
  }
  return [...cases.values()];
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
    title: rule.title,
    script: request === null && response === null ? afterOneHead(script) : script,
    request: isAboutHeads && request ? request.octets : NO_OCTETS,
    response: isAboutHeads && response ? response.octets : NO_OCTETS,
    needs: agreed === null || agreed === '' || agreed === 'none' ? null : agreed,
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

function stimulusOf({ script, request, response, needs }: SuiteCase): string {
  const sent = script.steps.map((step) => (step.kind === 'send' ? hexOf(step.octets) : step.kind));
  return JSON.stringify([hexOf(request), hexOf(response), needs, ...sent]);
}
