// Redaction. Secrets are hidden in the model, in rows and header, before anything is rendered: no form of output can
// give away what none of them is given. Every octet that goes is replaced by one that says nothing, so that nothing
// moves and the findings stay the same; where they cannot, that is said.

import { annotationsOf, findingKey, findingKeys, type JudgedLog, judgeLog, type Shows } from '../judge/judged-log.ts';
import { latin1Of, octetsOfLatin1, octetsOfText, textOf } from '../model/octets.ts';
import type { CaseReport, LogHeader, Row } from '../model/row.ts';
import { hideRanges, type KnownSecrets, openSecrets } from './known-secrets.ts';
import { hideText } from './neutral.ts';
import { hideInHead, type Secret, secretsIn } from './redact-head.ts';
import { hideLooseSecrets, learnFromLoose } from './redact-loose.ts';
import { type HiddenPayloads, hideAllPayloads, hideSecretsInPayloads, learnFromPayloads } from './redact-payload.ts';
import { headsIn, runsOf } from './redact-raw.ts';
import { openEdits, type RowEdits } from './row-edits.ts';
import { announcesSecret, isTrivial } from './secret-words.ts';

export interface RedactOptions {
  readonly hosts: boolean;
  readonly payloads: boolean;
}

/** One line of the list of what was redacted. */
export interface Redaction {
  readonly what: string;
  readonly octets: number;
  /** Rows where it stood; empty where it stood in the header of the log. */
  readonly rows: readonly number[];
}

export interface RedactedLog {
  readonly judged: JudgedLog;
  readonly redactions: readonly Redaction[];
  /** Rules of findings that rest on what is hidden, and are not found any more. */
  readonly lost: readonly string[];
}

export function redactLog(judged: JudgedLog, options: RedactOptions, shows?: Shows): RedactedLog {
  const first = redactOnce(judged, options, false, shows);
  if (first.changes === 0 || !options.payloads) return first;
  const second = redactOnce(judged, options, true, shows);
  return second.changes < first.changes ? second : first;
}

function redactOnce(
  judged: JudgedLog,
  options: RedactOptions,
  isNumbered: boolean,
  shows?: Shows,
): RedactedLog & { readonly changes: number } {
  const redactions: Redaction[] = [];
  const edits = openEdits(judged.rows);
  const heads = redactHeads(judged, options, redactions);
  for (const { heads: own } of judged.annotated) {
    for (const head of own) edits.set(head.spans, 0, heads.hide(head.octets));
  }
  redactRaw(judged, edits, heads, options, redactions);
  if (options.payloads)
    listPayloads('payloads (lengths and close codes are true)', hideAllPayloads(judged, edits, isNumbered), redactions);
  else {
    const searched = learnFromPayloads(judged, heads.secrets);
    learnFromLoose(judged, edits, heads.secrets);
    const isPart = [...searched.values()].includes('too-long');
    listPayloads(
      isPart ? 'secrets in payloads, and compressed messages that are too long to be searched' : 'secrets in payloads',
      hideSecretsInPayloads(judged, edits, heads.secrets, searched),
      redactions,
    );
    listPayloads('secrets in octets that no frame holds', hideLooseSecrets(judged, edits, heads.secrets), redactions);
  }
  const rows = edits.apply(judged.rows).map((row) => redactText(row, heads.secrets, redactions));
  const header = redactHeader(judged.header, heads, options, redactions);
  const after = judgeLog({ header, rows }, shows);
  const verdict = options.payloads
    ? { ...judged.verdict, why: withoutQuotes(judged.verdict.why, heads.secrets) }
    : after.verdict;
  const lost = findingsOnlyIn(judged, after);
  const changes = lost.length + findingsOnlyIn(after, judged).length;
  return { judged: { ...after, verdict }, redactions, lost, changes };
}

interface HeadRedaction {
  readonly hide: (octets: Uint8Array) => Uint8Array;
  readonly secrets: KnownSecrets;
}

function redactHeads(judged: JudgedLog, { hosts }: RedactOptions, redactions: Redaction[]): HeadRedaction {
  const { header, annotated } = judged;
  const numbers = new Map<string, number>();
  const numberOf = (secret: string) => {
    const number = numbers.get(secret) ?? new Set(numbers.values()).size;
    numbers.set(secret, number);
    // What is hidden already stays as it is.
    numbers.set(latin1Of(hideText(octetsOfLatin1(secret), { number })), number);
    return number;
  };
  const secrets = openSecrets();
  const heads = annotated.flatMap((row) => row.heads);
  const texts = [header.request, header.response, header.report?.httpRequest, header.report?.httpResponse];
  for (const octets of [...heads.map((head) => head.octets), ...texts.map((text) => octetsOfText(text ?? ''))]) {
    for (const { from, to } of secretsIn(octets, hosts)) secrets.add(octets.subarray(from, to));
  }
  const hide = (octets: Uint8Array) => {
    const hidden = hideInHead(octets, secretsIn(octets, hosts), numberOf);
    return hideRanges(
      hidden,
      secrets.find(hidden).filter((range) => isInOpenField(hidden, range)),
    );
  };
  for (const head of heads) {
    const row = head.spans[0]?.row ?? null;
    list(secretsIn(head.octets, hosts), head.kind, row === null ? [] : [row], redactions);
  }
  if (heads.length === 0) {
    for (const text of new Set(texts)) list(secretsIn(octetsOfText(text ?? ''), hosts), 'head', [], redactions);
  }
  return { hide, secrets };
}

/** Heads that were not read as such. */
function redactRaw(
  judged: JudgedLog,
  edits: RowEdits,
  heads: HeadRedaction,
  { hosts }: RedactOptions,
  redactions: Redaction[],
): void {
  for (const { octets, spans } of runsOf(judged.rows, edits)) {
    for (const [from, to] of headsIn(octets)) {
      const head = octets.subarray(from, to);
      const hidden = heads.hide(head);
      if (Buffer.compare(head, hidden) === 0) continue;
      const found = secretsIn(head, hosts);
      for (const secret of found) heads.secrets.add(head.subarray(secret.from, secret.to));
      edits.set(spans, from, hidden);
      const row = spans.findLast(({ at }) => at <= from)?.row;
      list(found, 'head that was not read as one', row === undefined ? [] : [row], redactions);
    }
  }
}

/** Words of the protocol itself are no secrets, even where a cookie has the same ones. */
function isInOpenField(head: Uint8Array, [from]: readonly [number, number]): boolean {
  const before = Buffer.from(head.subarray(0, from)).toString('latin1');
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  return !/^(?:sec-websocket-(?!protocol)|upgrade|connection)/i.test(line);
}

function list(secrets: readonly Secret[], kind: string, rows: readonly number[], redactions: Redaction[]): void {
  const byWhat = new Map<string, number>();
  for (const { what, from, to } of secrets) byWhat.set(what, (byWhat.get(what) ?? 0) + to - from);
  for (const [what, octets] of byWhat) redactions.push({ what: `${what} of the ${kind}`, octets, rows });
}

function listPayloads(
  what: string,
  { octets, rows }: Pick<HiddenPayloads, 'octets' | 'rows'>,
  redactions: Redaction[],
): void {
  if (octets > 0) redactions.push({ what, octets, rows });
}

/** Long words, and octets in hex however they are set apart. */
const LONG_WORD = /[\w+/=.%~-]{8,}|\b(?:(?:0x)?[0-9a-f]{2,4}[ ,:]{1,2}){3,}(?:0x)?[0-9a-f]{2,4}\b/gi;

/** Nobody knows what a row was that cannot be read. The tags of timers are free text. */
function redactText(row: Row, secrets: KnownSecrets, redactions: Redaction[]): Row {
  if ((row.kind === 'delay' || row.kind === 'delay-over') && row.tag !== null)
    return { ...row, tag: secrets.hide(row.tag) };
  if (row.kind !== 'damaged') return row;
  const text = secrets.hide(row.text).replace(LONG_WORD, (word) => '?'.repeat(word.length));
  if (text === row.text) return row;
  redactions.push({
    what: 'long words of a damaged row',
    octets: [...row.text].filter((character, i) => character !== text[i]).length,
    rows: [row.row],
  });
  return { ...row, text };
}

/** What a report tells beside its rows, and no payload is in it. */
const WITHOUT_PAYLOAD =
  /^(?:agent|id|case|started|description|expectation|behavior|behaviorClose|duration|isServer|\w+ByMe|was(?!NotCleanReason)\w+|(?:local|remote)CloseCode|create\w+|report\w+|(?:rx|tx)\w+Stats|trafficStats|http(?:Request|Response))$/;

/** A file's name without its folders, which tell of whoever ran the program. */
export function fileNameOf(source: string): string {
  return source.replace(/^.*[\\/](?=.)/s, '');
}

function redactHeader(
  header: LogHeader,
  heads: HeadRedaction,
  options: RedactOptions,
  redactions: Redaction[],
): LogHeader {
  const hideString = (text: string) => heads.secrets.hide(text);
  const hideHead = (text: string | null) => text && textOf(heads.hide(octetsOfText(text)));
  const report = header.report && redactReport(header.report, heads, options, redactions);
  return {
    ...header,
    source: hideString(fileNameOf(header.source)),
    // Addresses are hosts.
    ...(header.connection && options.hosts ? { connection: { ...header.connection, client: null, server: null } } : {}),
    agent: header.agent && hideString(header.agent),
    case: header.case && hideString(header.case),
    started: header.started && hideString(header.started),
    extensions: header.extensions && hideString(header.extensions),
    request: hideHead(header.request),
    response: hideHead(header.response),
    report,
  };
}

function redactReport(
  report: CaseReport,
  heads: HeadRedaction,
  options: RedactOptions,
  redactions: Redaction[],
): CaseReport {
  const left: string[] = [];
  const hide = (text: string) => withoutNames(heads.secrets.hide(text));
  const entries = Object.entries(report).flatMap(([key, value]): [string, unknown][] => {
    if (options.payloads && !WITHOUT_PAYLOAD.test(key)) {
      if (value !== null) left.push(key);
      return [];
    }
    if ((key === 'httpRequest' || key === 'httpResponse') && typeof value === 'string') {
      return [[key, textOf(heads.hide(octetsOfText(value)))]];
    }
    return [hideMember(key, value, hide)];
  });
  if (left.length > 0)
    redactions.push({ what: `${left.length} members of the case report that may quote payloads`, octets: 0, rows: [] });
  return Object.fromEntries(entries);
}

type HideString = (text: string) => string;

/** A member whose name announces a secret goes whole. */
function hideMember(key: string, value: unknown, hide: HideString): [string, unknown] {
  const isSecret = announcesSecret(key) && !(typeof value === 'string' && isTrivial(key, value));
  const hideValue = isSecret ? (text: string) => textOf(hideText(octetsOfText(text))) : hide;
  return [hide(key), mapStrings(value, hideValue)];
}

function mapStrings(value: unknown, change: HideString): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => hideMember(key, one, change)));
}

/** Whose home directory a traceback or a path leads through. */
const HOME = /((?:\/home|\/Users|[A-Z]:\\{1,2}(?:Users|Documents and Settings))[\\/]{1,2})([^\s\\/"':]{1,64})/g;

function withoutNames(text: string): string {
  return text.replace(HOME, (_, before: string, name: string) => before + 'x'.repeat(name.length));
}

/** The sentence was made before payloads were hidden, and may quote them. */
function withoutQuotes(why: string | null, secrets: KnownSecrets): string | null {
  if (why === null) return null;
  const shown = why
    .replace(/".*"/s, '"(hidden)"')
    .replace(/: [0-9a-f]{2} instead of (?:[0-9a-f]{2}|nothing)/, '')
    .replace(/(the suite says):.*/s, '$1 more');
  return secrets.hide(shown);
}

function findingsOnlyIn(one: JudgedLog, other: JudgedLog): string[] {
  const there = new Set(findingKeys(annotationsOf(other)));
  return annotationsOf(one)
    .filter((annotation) => annotation.certainty === 'certain' && !there.has(findingKey(annotation)))
    .map(({ rule, row }) => `${rule} in row ${row}`);
}
