// The lines `# key: value` that stand before the rows of the text notation, as the header of a log.

import type { LogHeader, Role } from '../../model/row.ts';
import { isCount, reportOfFields } from '../autobahn/report-fields.ts';
import { decodeText } from '../line-splitter.ts';

/** A line `# key: value`: the text as it stands, and as a value. */
export interface Fact {
  readonly text: string;
  readonly value: unknown;
}

export function factOf(latin1: string): Fact {
  const text = decodeText(latin1).trim();
  return { text, value: jsonValue(text) };
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Keys of the notation; all others are the report's, under the names of Autobahn's JSON. */
const HEADER_KEYS: ReadonlySet<string> = new Set([
  'writer',
  'under-test',
  'agent',
  'case',
  'started',
  'extensions',
  'request',
  'response',
  'frames-from-rows',
  'heads-from',
  'notes',
  'unlogged-rx',
  'unlogged-tx',
  'connection',
  'tap',
]);

/** The number that Autobahn's JSON calls `case`, which is the id here. */
const CASE_NUMBER = 'case-number';

export function headerOf(source: string, facts: ReadonlyMap<string, Fact>): LogHeader {
  const text = (key: string) => textOf(facts.get(key));
  const agent = text('agent') ?? null;
  const id = text('case') ?? text('id') ?? null;
  const started = text('started') ?? null;
  const request = headText(text('request') ?? text('httpRequest'));
  const response = headText(text('response') ?? text('httpResponse'));
  const others = [...facts]
    .filter(([key]) => !HEADER_KEYS.has(key))
    .map(([key, fact]) => [key === CASE_NUMBER ? 'case' : key, fact.value] as const);
  const heads = { httpRequest: request, httpResponse: response };
  const own = Object.entries({ agent, id, started, ...(facts.has('httpRequest') ? {} : heads) });
  return {
    source,
    format: 'rows',
    writer: roleOf(text('writer')),
    underTest: roleOf(text('under-test')) ?? 'both',
    agent,
    case: id,
    started,
    request,
    response,
    extensions: text('extensions') ?? null,
    unlogged:
      facts.has('unlogged-rx') || facts.has('unlogged-tx')
        ? { rx: countOf(facts.get('unlogged-rx')), tx: countOf(facts.get('unlogged-tx')) }
        : null,
    report: others.length > 0 ? reportOfFields([...own.filter(([, value]) => value !== null), ...others]) : null,
    ...connectionOf(facts),
    ...framesFromRows(text('frames-from-rows')),
    ...(text('heads-from') === 'text' ? { headsAsText: true } : {}),
    ...notesOf(facts.get('notes')),
  };
}

/** Where the log comes from a capture. */
function connectionOf(facts: ReadonlyMap<string, Fact>): Pick<LogHeader, 'connection' | 'isTap'> {
  const isTap = facts.get('tap')?.value === true ? { isTap: true } : {};
  const given = facts.get('connection')?.value;
  if (typeof given !== 'object' || given === null) return isTap;
  const { number, client, server, tls } = given as Record<string, unknown>;
  if (typeof number !== 'number') return isTap;
  const end = (value: unknown) => (typeof value === 'string' ? value : null);
  return { ...isTap, connection: { number, client: end(client), server: end(server), tls: tls === true } };
}

function framesFromRows(text: string | undefined): Pick<LogHeader, 'framesFromRows'> {
  const directions = (['rx', 'tx'] as const).filter((one) => text?.split(' ').includes(one));
  return directions.length > 0 ? { framesFromRows: directions } : {};
}

function notesOf(fact: Fact | undefined): Pick<LogHeader, 'notes'> {
  const notes = Array.isArray(fact?.value) ? fact.value.filter((note) => typeof note === 'string') : [];
  return notes.length > 0 ? { notes } : {};
}

/** What is a text stays one: case 1.1 is no number. */
function textOf(fact: Fact | undefined): string | undefined {
  return typeof fact?.value === 'string' ? fact.value : fact?.text;
}

function headText(text: string | undefined): string | null {
  return text === undefined || text === '?' || text === '' || text === 'null' ? null : text;
}

function roleOf(text: string | undefined): Role | null {
  return text === 'client' || text === 'server' ? text : null;
}

function countOf(fact: Fact | undefined): number {
  return isCount(fact?.value) ? fact.value : 0;
}
