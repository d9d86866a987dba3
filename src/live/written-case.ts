// A case that somebody wrote as a log: the text notation, with lines at its head that say how it is played
// (`# play: client|server|both`, `# needs: permessage-deflate`, `# expect: echo`, `# end: probe|close|drop|none`,
// `# breaks: RULE`, `# title: …`) and three short rows that wait: `rx` for one frame, `rx pong` and `rx end` for those.

import { beginsRow } from '../ingest/text/row-start.ts';
import { readRows } from '../ingest/text/rows.ts';
import type { AnnotatedRow } from '../judge/annotation.ts';
import { type JudgedLog, judgeLog } from '../judge/judged-log.ts';
import { InputError } from '../model/errors.ts';
import { latin1Of } from '../model/octets.ts';
import { type LogHeader, otherRole, type Role, type Row } from '../model/row.ts';
import { ruleOf } from '../rules/all.ts';
import { mirrored } from './mirror.ts';
import { type Script, type ScriptStep, scriptOf } from './script.ts';
import { type CaseEnding, ENDINGS, type SuiteCase } from './suite-case.ts';

const WAIT = /^(?:\d+[ \t]+)?rx(?:[ \t]+(pong|end))?[ \t]*$/i;
const HEAD_LINE = /^#[ \t]*([a-z-]+):[ \t]*(.*?)[ \t]*$/;

/** A wait stands before the row of that position; behind the last one where there is none. */
interface Wait {
  readonly before: number;
  readonly for: 'frame' | 'pong' | 'end';
}

/**
 * The case for `role`; null where the log is not played by it. `id` is the case's name, `source` the file that messages
 * name. Throws `InputError` where the log is none, or a line at its head is not understood.
 */
export function writtenCase(text: string, id: string, source: string, role: Role): SuiteCase | null {
  const { rows: lines, waits, facts } = splitWaits(text);
  const choice = <T extends string>(key: string, choices: readonly T[], otherwise: T): T => {
    const value = facts.get(key) ?? otherwise;
    const found = choices.find((one) => one === value);
    if (found === undefined) throw new InputError(source, null, `"# ${key}: ${value}": write ${choices.join(', ')}`);
    return found;
  };
  const plays = choice('play', ['client', 'server', 'both'], 'both');
  if (plays !== 'both' && plays !== role) return null;
  const writer = choice('writer', ['client', 'server'], plays === 'both' ? 'client' : plays);
  const breaks = facts.get('breaks') ?? null;
  if (breaks !== null && !ruleOf(breaks)) throw new InputError(source, null, `"# breaks: ${breaks}": no such rule`);
  const needs = facts.get('needs') ?? null;
  const log = readLog(lines, source, writer, needs);
  const own = writer === role ? log : mirrorOf(log, source);
  const { request, response } = own.connection;
  // The peer's head comes first, also where the log leaves it out.
  const heads = (role === 'client' ? response : request) === null ? 1 : 0;
  const expectsEcho = choice('expect', ['echo', 'nothing'], 'nothing') === 'echo';
  const script = withWaits(scriptOf(own.annotated, 'tx'), waits, own.rows, heads);
  return {
    id,
    aliases: [],
    breaks,
    title: facts.get('title') ?? id,
    script: expectsEcho ? withEcho(script, own) : script,
    request: role === 'client' && request ? request.octets : new Uint8Array(0),
    response: role === 'server' && response ? response.octets : new Uint8Array(0),
    needs,
    ending: choice<CaseEnding>('end', ENDINGS, 'probe'),
    expectsEcho,
    isLarge: facts.get('large') === 'true',
    isTimed: true,
  };
}

function splitWaits(text: string) {
  const facts = new Map<string, string>();
  const waits: Wait[] = [];
  const rows: string[] = [];
  let count = 0;
  for (const line of text.split(/\r?\n/)) {
    const wait = WAIT.exec(line);
    if (wait) {
      waits.push({ before: count, for: (wait[1]?.toLowerCase() as 'pong' | 'end' | undefined) ?? 'frame' });
      continue;
    }
    const [, key, value] = HEAD_LINE.exec(line) ?? [];
    if (key !== undefined && value !== undefined && count === 0) facts.set(key, value);
    if (beginsRow(line)) count++;
    rows.push(line);
  }
  return { rows: rows.join('\n'), waits, facts };
}

function readLog(text: string, source: string, writer: Role, needs: string | null): JudgedLog {
  let found: LogHeader | null = null;
  const rows: Row[] = [];
  const reader = readRows(source, {
    header: (one) => {
      found = one;
    },
    row: (row) => void rows.push(row),
  });
  reader.push(Buffer.from(`${text}\n`).toString('latin1'));
  reader.end();
  const header = found as LogHeader | null;
  if (header === null) throw new InputError(source, null, 'no wire-log row in it');
  const damaged = rows.find(({ kind }) => kind === 'damaged');
  if (damaged) throw new InputError(source, damaged.row, 'a row that cannot be read, so the case cannot be played');
  const extensions = header.extensions ?? needs ?? 'none';
  return judgeLog({ header: { ...header, writer, underTest: otherRole(writer), extensions, report: null }, rows });
}

function mirrorOf(log: JudgedLog, source: string): JudgedLog {
  const rows = mirrored(log.annotated);
  const writer = otherRole(log.header.writer as Role);
  if (rows === null)
    throw new InputError(
      source,
      null,
      `it cannot be played from the other side: write "# play: ${log.header.writer}" for the side that it has`,
    );
  return judgeLog({ header: { ...log.header, writer, underTest: otherRole(writer) }, rows });
}

/** All steps behind a wait come after the frame that it waits for. `heads`: heads that come before all that the log has. */
function withWaits(script: Script, waits: readonly Wait[], rows: readonly Row[], heads: number): Script {
  const steps: ScriptStep[] = [];
  const waiting = [...waits];
  let before = { row: 0, after: heads, time: null };
  let frames = 0;
  let pongs = 0;
  const insert = (until: number) => {
    for (let wait = waiting[0]; wait && wait.before <= until; wait = waiting[0]) {
      waiting.shift();
      const base = { ...before, after: before.after + frames };
      if (wait.for === 'end') steps.push({ kind: 'peer-ends', ...base });
      else if (wait.for === 'pong') steps.push({ kind: 'awaits', ...base, what: 'pong', count: ++pongs });
      else steps.push({ kind: 'awaits', ...base, what: 'frame', count: base.after + 1 });
      if (wait.for !== 'end') frames++;
    }
  };
  for (const step of script.steps) {
    insert(positionOf(step, rows));
    before = { row: step.row, after: step.after + heads, time: null };
    steps.push({ ...step, after: before.after + frames });
  }
  insert(Number.POSITIVE_INFINITY);
  return { ...script, steps };
}

/** Our own Close may excuse a peer that has not come to its echo, so all of it is waited for. */
function withEcho(script: Script, { annotated }: JudgedLog): Script {
  const isSent = ({ frame, message }: AnnotatedRow['frames'][number]) => frame.direction === 'tx' && message !== null;
  const count = annotated.reduce((sum, { frames }) => sum + frames.filter(isSent).length, 0);
  const last = script.steps.at(-1);
  const wait: ScriptStep = { kind: 'awaits', row: last?.row ?? 0, after: 1, time: null, what: 'message', count };
  return { ...script, steps: [...script.steps, wait] };
}

function positionOf(step: ScriptStep, rows: readonly Row[]): number {
  return rows.findIndex(({ row }) => row === step.row);
}

/** `{key}`, `{accept}`, `{host}` and `{offer}` in a head that somebody wrote. */
export function filledIn(head: Uint8Array, values: Readonly<Record<string, string>>): Uint8Array {
  const text = latin1Of(head).replace(/\{(key|accept|host|offer)\}/g, (whole, name: string) => values[name] ?? whole);
  return Buffer.from(text, 'latin1');
}
