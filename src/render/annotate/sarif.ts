// SARIF 2.1.0: results of static analysis, here findings in log files. Results are written as they come; the catalogue of
// rules stands before them, and what went wrong with the run after them.

import { createHash } from 'node:crypto';
import { type Annotation, isCharged, sentenceWithSubject } from '../../judge/annotation.ts';
import { escapeText } from '../../model/octets.ts';
import type { LogHeader } from '../../model/row.ts';
import { adviceInLines } from '../../rules/advice/advice.ts';
import { RULES } from '../../rules/all.ts';
import { areaOf, type Rule, type Severity } from '../../rules/kit/rule.ts';
import { safeJson } from '../json.ts';
import { sectionLink } from '../section-link.ts';
import type { Locate, Renderer, RenderOptions } from './renderer.ts';

declare const WIRELOG_VERSION: string;

const IANA = 'https://www.iana.org/assignments/websocket/websocket.xhtml';
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** A rule that is not in the catalogue: a verdict of the suite. */
export interface ExtraRule {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
}

/** All up to the first result. */
export function sarifHead(extra: readonly ExtraRule[] = []): string {
  const version = typeof WIRELOG_VERSION === 'undefined' ? '0.0.0' : WIRELOG_VERSION;
  const driver = {
    name: 'wirelog',
    version,
    semanticVersion: version,
    shortDescription: { text: 'Judges WebSocket wire logs by RFC 6455 and RFC 7692' },
    rules: [...RULES.map(descriptorOf), ...extra.map(extraDescriptorOf)],
  };
  const open = JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [{ tool: { driver } }] });
  // Without the ends of run, runs and document.
  return `${open.slice(0, -3)},"columnKind":"utf16CodeUnits","results":[`;
}

const REACTIONS: Readonly<Record<Rule['reaction'], string>> = {
  'fail-1002': ' The other endpoint has to fail the connection with 1002.',
  'may-fail-1002': ' The other endpoint may fail the connection with 1002.',
  'fail-1007': ' The other endpoint has to fail the connection with 1007.',
  fail: ' The other endpoint has to fail the connection.',
  'http-4xx': ' The server has to answer with a 4xx status.',
  'client-drops': ' The client has to end the TCP connection.',
  'handshake-fails': ' The server has to answer with a 4xx status, the client to end the TCP connection.',
  none: '',
};

function descriptorOf({ id, severity, basis, section, title, reaction }: Rule): unknown {
  const helpUri = linkTo(section);
  const about = `${title} (${section}; ${basis}).${REACTIONS[reaction]}`;
  const lines = adviceInLines(id);
  const text = [about, ...lines].join('\n');
  const bold = lines.map((line) => line.replace(/^[^:]+:/, '**$&**'));
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title} (${section})` },
    ...(helpUri === null ? {} : { helpUri }),
    help: { text, markdown: [about, ...bold].join('\n\n') },
    defaultConfiguration: { level: severity },
    properties: { tags: [areaOf(id), section], 'problem.severity': severity === 'note' ? 'recommendation' : severity },
  };
}

function extraDescriptorOf({ id, severity, title }: ExtraRule): unknown {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: title },
    help: { text: title },
    defaultConfiguration: { level: severity },
    properties: { tags: [areaOf(id)], 'problem.severity': severity },
  };
}

/** Where the section can be read; null where it is in no document. */
export function linkTo(section: string): string | null {
  return sectionLink(section) ?? (section.startsWith('IANA ') ? IANA : null);
}

export interface SarifFinding {
  readonly rule: string;
  readonly level: Severity;
  readonly message: string;
  readonly source: string;
  readonly row: number | null;
  readonly line: number | null;
  readonly agent: string | null;
  readonly case: string | null;
  readonly baselineState?: 'new' | 'unchanged';
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface SarifResult extends Readonly<Record<string, unknown>> {
  readonly level: Severity;
}

export function sarifResult(found: SarifFinding): SarifResult {
  const { rule, level, message, source, agent, case: id, baselineState, properties } = found;
  return {
    ruleId: rule,
    level,
    message: { text: shortened(escapeText(message === '' ? rule : message)) },
    locations: [locationOf(found)],
    // The same finding in the next run, wherever its row has moved to.
    partialFingerprints: { primaryLocationLineHash: fingerprint([source, agent ?? '', id ?? '', rule]) },
    ...(baselineState ? { baselineState } : {}),
    ...(properties ? { properties } : {}),
  };
}

const HALF_A_PAIR = /[\ud800-\udbff]$/;

function shortened(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE).replace(HALF_A_PAIR, '')}…` : text;
}

function locationOf({ source, row, line, case: id }: SarifFinding): unknown {
  const place = [id === null ? null : `case ${escapeText(id)}`, row === null ? null : `row ${row}`];
  const name = place.filter((part) => part !== null).join(', ');
  return {
    ...(source === '-'
      ? {}
      : {
          physicalLocation: {
            artifactLocation: artifactOf(source),
            ...(line === null ? {} : { region: { startLine: line } }),
          },
        }),
    ...(name === '' ? {} : { logicalLocations: [{ name, kind: 'element' }] }),
  };
}

function fingerprint(parts: readonly string[]): string {
  return `${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)}:1`;
}

/** A path as a URI: below the place where it ran where it is relative. */
export function artifactOf(source: string): Record<string, string> {
  const path = Buffer.from(source, 'utf8')
    .toString('utf8')
    .replace(/\\/g, '/')
    .replace(/^(?:\.\/)+/, '');
  const drive = /^[A-Za-z]:\//.test(path);
  const uri = path.split('/').map(encodeURIComponent).join('/');
  if (drive) return { uri: `file:///${uri.replace('%3A', ':')}` };
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}

export interface RunEnd {
  readonly isSuccessful: boolean;
  readonly exitCode: number | null;
  /** What could not be read, or not be verified. */
  readonly notifications: readonly {
    readonly level: Severity;
    readonly text: string;
    readonly source: string | null;
  }[];
}

/** From behind the last result to the end. */
export function sarifTail({ isSuccessful, exitCode, notifications }: RunEnd): string {
  const invocation = {
    executionSuccessful: isSuccessful,
    ...(exitCode === null ? {} : { exitCode }),
    toolExecutionNotifications: notifications.map(({ level, text, source }) => ({
      level,
      message: { text: escapeText(text) },
      ...(source === null || source === '-'
        ? {}
        : { locations: [{ physicalLocation: { artifactLocation: artifactOf(source) } }] }),
    })),
  };
  return `],"invocations":[${safeJson(invocation)}]}]}\n`;
}

/** GitHub takes no more results of a run, and ten megabytes of a file that it gets packed. */
const MOST_RESULTS = 25_000;
const MOST_CHARACTERS = 40 << 20;
const LONGEST_MESSAGE = 1000;

export interface ResultWriter {
  /** Text for what is to be written now: errors and warnings; notes wait, as they are the first to be left out. */
  write(results: readonly SarifResult[]): string;
  /** The notes for which there is room. */
  rest(): string;
  /** How many results were left out. */
  readonly left: number;
}

/** Results with the commas between them, as many as GitHub takes. */
export function resultWriter(most = MOST_RESULTS): ResultWriter {
  const notes: string[] = [];
  let count = 0;
  let size = 0;
  let left = 0;
  const take = (text: string) => {
    if (count >= most || size + text.length > MOST_CHARACTERS) {
      left++;
      return '';
    }
    size += text.length;
    return `${count++ === 0 ? '' : ','}\n${text}`;
  };
  return {
    write: (results) => {
      let text = '';
      for (const result of results) {
        if (result.level !== 'note') text += take(safeJson(result));
        else if (notes.length < most) notes.push(safeJson(result));
        else left++;
      }
      return text;
    },
    rest: () => notes.splice(0).map(take).join(''),
    get left() {
      return left;
    },
  };
}

/** What is said about results that were left out. */
export function leftNotification({ left }: Pick<ResultWriter, 'left'>): RunEnd['notifications'] {
  if (left === 0) return [];
  return [{ level: 'warning', text: `${left} results are not listed: GitHub takes no more`, source: null }];
}

/** A result a charged annotation; what could not be verified is told as a notification. */
export function sarifRenderer({ locate = null }: RenderOptions): Renderer {
  const results = resultWriter();
  const notifications: RunEnd['notifications'][number][] = [];
  let header: LogHeader | null = null;
  const charged = (annotations: readonly Annotation[]) =>
    results.write(annotations.filter(isCharged).map((annotation) => sarifResult(foundIn(annotation, header, locate))));
  return {
    head: () => sarifHead(),
    begin: (next) => {
      header = next;
      return '';
    },
    row: ({ annotations }) => charged(annotations),
    late: (annotation) => charged([annotation]),
    end: ({ header: { source }, unverified }) => {
      for (const { why, rows } of unverified) {
        notifications.push({ level: 'note', text: `not verified: ${why} (from row ${rows[0]})`, source });
      }
      return '';
    },
    tail: () => {
      const rest = results.rest();
      const said = [...notifications, ...leftNotification(results)];
      return `${rest}${sarifTail({ isSuccessful: true, exitCode: null, notifications: said })}`;
    },
  };
}

function foundIn(annotation: Annotation, header: LogHeader | null, locate: Locate | null): SarifFinding {
  const { rule, severity, row, section, octets } = annotation;
  const source = header?.source ?? '-';
  return {
    rule,
    level: severity,
    message: `row ${row}: ${sentenceWithSubject(annotation)} (${section})`,
    source,
    row,
    line: locate?.(source, row) ?? null,
    agent: header?.agent ?? null,
    case: header?.case ?? null,
    properties: octets === null ? {} : { octets },
  };
}
