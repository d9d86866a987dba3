// SARIF 2.1.0: results of static analysis, here findings in log files. Results are written as they come; the catalogue of
// rules stands before them, and what went wrong with the run after them.

import { createHash } from 'node:crypto';
import { type Annotation, isCharged } from '../../judge/annotation.ts';
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

export interface Found {
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

export function sarifResult(found: Found): unknown {
  const { rule, level, message, source, agent, case: id, baselineState, properties } = found;
  return {
    ruleId: rule,
    level,
    message: { text: escapeText(message === '' ? rule : message) },
    locations: [locationOf(found)],
    // The same finding in the next run, wherever its row has moved to.
    partialFingerprints: { primaryLocationLineHash: fingerprint([source, agent ?? '', id ?? '', rule]) },
    ...(baselineState ? { baselineState } : {}),
    ...(properties ? { properties } : {}),
  };
}

function locationOf({ source, row, line, case: id }: Found): unknown {
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

/** Results with the commas between them. */
export function resultWriter(): (results: readonly unknown[]) => string {
  let isFirst = true;
  return (results) => {
    if (results.length === 0) return '';
    const text = results.map((result) => `\n${safeJson(result)}`).join(',');
    const joint = isFirst ? '' : ',';
    isFirst = false;
    return `${joint}${text}`;
  };
}

/** A result a charged annotation; what could not be verified is told as a notification. */
export function sarifRenderer({ locate = null }: RenderOptions): Renderer {
  const write = resultWriter();
  const notifications: RunEnd['notifications'][number][] = [];
  let header: LogHeader | null = null;
  const charged = (annotations: readonly Annotation[]) =>
    write(annotations.filter(isCharged).map((annotation) => sarifResult(foundIn(annotation, header, locate))));
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
    tail: () => `${sarifTail({ isSuccessful: true, exitCode: null, notifications })}`,
  };
}

function foundIn(annotation: Annotation, header: LogHeader | null, locate: Locate | null): Found {
  const { rule, severity, row, by, message, section, octets } = annotation;
  const source = header?.source ?? '-';
  return {
    rule,
    level: severity,
    message: `row ${row}: ${by === null ? '' : `the ${by}: `}${message} (${section})`,
    source,
    row,
    line: locate?.(source, row) ?? null,
    agent: header?.agent ?? null,
    case: header?.case ?? null,
    properties: octets === null ? {} : { octets },
  };
}
