// What an attachment says, whatever its form: one log, the finding that it is about, the rows that decide, and what was
// done to the log before it was shown.

import { type Annotation, isCharged, sentenceWithSubject } from '../judge/annotation.ts';
import {
  annotationsOf,
  chooseFinding,
  type JudgedLog,
  judgeLog,
  type Shows,
  type WholeLog,
} from '../judge/judged-log.ts';
import { counted } from '../model/counted.ts';
import { type LogHeader, otherRole, type Role } from '../model/row.ts';
import { combinedValue } from '../protocol/handshake/handshake.ts';
import { adviceInLines } from '../rules/advice/advice.ts';
import { ruleOf } from '../rules/all.ts';
import { type Minimised, minimiseLog } from './minimise.ts';
import { fileNameOf, type Redaction, type RedactOptions, redactLog } from './redact.ts';

/** Both ends included. */
type RowRange = readonly [from: number, to: number];

/** Ranges, or what stands around a row; around the finding where that row is null. */
export type RowSelection = readonly RowRange[] | { readonly around: number | null };

const AROUND = 3;

export interface AttachOptions {
  /** Null: nothing is hidden. */
  readonly redact: RedactOptions | null;
  readonly minimise: boolean;
  /** The rows that are shown; null: those that decide, and the rest folded. */
  readonly rows: RowSelection | null;
  readonly shows?: Shows;
  readonly version: string;
  /** How the attachment's file is called, for the command that opens it. */
  readonly file: string | null;
}

export interface Attachment {
  readonly judged: JudgedLog;
  readonly finding: Annotation | null;
  /** In one line: what is wrong. Title, sentence and facts are as they are: each form escapes them its own way. */
  readonly title: string;
  readonly sentence: string;
  /** Likely causes. */
  readonly causes: readonly string[];
  /** What breaking the rule does to a user, why it happens, what to do: `What to do: …`. */
  readonly advice: readonly string[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Rows shown in full. */
  readonly deciding: ReadonlySet<number>;
  readonly isSelection: boolean;
  readonly redactions: readonly Redaction[] | null;
  readonly lost: readonly string[];
  readonly minimised: Minimised | null;
  readonly version: string;
  readonly file: string | null;
}

export function makeAttachment(log: WholeLog, options: AttachOptions): Attachment {
  const header = { ...log.header, source: fileNameOf(log.header.source) };
  const whole = judgeLog({ ...log, header }, options.shows);
  const redacted = options.redact && redactLog(whole, options.redact, options.shows);
  const full = redacted?.judged ?? whole;
  const minimised = options.minimise ? minimiseLog(full, chooseFinding(full), options.shows) : null;
  return describeLog(minimised?.judged ?? full, {
    redactions: redacted?.redactions ?? null,
    lost: redacted?.lost ?? [],
    minimised,
    rows: options.rows,
    version: options.version,
    file: options.file,
  });
}

type AttachmentFacts = Pick<Attachment, 'redactions' | 'lost' | 'minimised' | 'version' | 'file'> &
  Pick<AttachOptions, 'rows'>;

export function describeLog(judged: JudgedLog, { rows, ...made }: AttachmentFacts): Attachment {
  const finding = chooseFinding(judged);
  return {
    ...made,
    judged,
    finding,
    title: titleOf(judged, finding),
    sentence: sentenceOf(judged, finding),
    causes: judged.hints.map(({ says }) => says),
    advice: finding && isCharged(finding) ? adviceInLines(finding.rule) : [],
    facts: factsOf(judged, made.version),
    deciding: rows ? selectedRows(judged, rows, finding) : decidingRows(judged, finding),
    isSelection: rows !== null,
  };
}

function titleOf({ summary: { header }, verdict, connection }: JudgedLog, finding: Annotation | null): string {
  const who = header.agent ?? (finding?.by ? `the ${finding.by}` : header.source);
  const where = header.case === null ? '' : `, case ${header.case}`;
  const rule = finding && finding.intent === 'violation' ? ruleOf(finding.rule)?.title : undefined;
  const behavior = verdict.derived?.behavior ?? verdict.reported?.behavior ?? null;
  const what = rule ?? (behavior === null ? (connection.request ? 'a WebSocket connection' : 'a wire log') : behavior);
  return `${who}${where}: ${what}`;
}

/** Why, in one sentence. */
function sentenceOf({ verdict, summary }: JudgedLog, finding: Annotation | null): string {
  if (verdict.why !== null) return capital(verdict.why);
  if (finding?.intent === 'violation') return capital(findingInWords(finding));
  const { error, warning } = summary.violations;
  if (error + warning > 0) return 'Only notes are charged.';
  return finding ? `Nothing is charged. Sent on purpose: ${findingInWords(finding)}` : 'Nothing is charged.';
}

function findingInWords(finding: Annotation): string {
  return `row ${finding.row}: ${sentenceWithSubject(finding)} (${finding.rule}, ${finding.section})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function factsOf(judged: JudgedLog, version: string): [string, string][] {
  const { connection, verdict, summary } = judged;
  const { header } = summary;
  const { request, response } = connection;
  const source = header.source === '-' ? 'standard input' : header.source;
  const facts: [string, string | null][] = [
    ['Agent', header.agent],
    [
      'Suite',
      suiteOf(
        header.writer,
        request && combinedValue(request, 'User-Agent'),
        response && combinedValue(response, 'Server'),
      ),
    ],
    ['Case', caseOf(header.case, header.report?.description)],
    ['Expected', plainText(header.report?.expectation)],
    ['Reported', behaviorsInWords(verdict.reported)],
    ['Judged from the rows', behaviorsInWords(verdict.derived)],
    ['Roles', rolesOf(header, judged.header.writer === null && !request && !response)],
    ['Extensions', response ? (combinedValue(response, 'Sec-WebSocket-Extensions') ?? 'none') : header.extensions],
    ['Subprotocol', response && combinedValue(response, 'Sec-WebSocket-Protocol')],
    ['Started', header.started],
    ['Log', `${source} (${header.format}), ${counted(summary.rows, 'row')}`],
    ['Judged by', `wirelog ${version}`],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** The suite names itself in its own head. */
function suiteOf(writer: Role | null, userAgent: string | null, server: string | null): string | null {
  const own = writer === 'client' ? userAgent : writer === 'server' ? server : null;
  return own !== null && /^Autobahn/i.test(own) ? own : null;
}

const LONGEST_TEXT = 600;

function caseOf(id: string | null, description: unknown): string | null {
  const text = plainText(description);
  return id === null || text === null ? id : `${id}: ${text}`;
}

/** The suite writes about its cases in HTML. */
function plainText(markup: unknown): string | null {
  if (typeof markup !== 'string') return null;
  const text = markup
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '') return null;
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

function behaviorsInWords(behaviors: JudgedLog['verdict']['reported']): string | null {
  if (!behaviors || (behaviors.behavior === null && behaviors.behaviorClose === null)) return null;
  return `${behaviors.behavior ?? 'cannot tell'}, close ${behaviors.behaviorClose ?? 'cannot tell'}`;
}

/** `isGuessed`: neither the log nor a handshake names the ends, and the mask of the first frame tells them. */
function rolesOf({ writer, underTest, isTap }: LogHeader, isGuessed: boolean): string {
  const tested = underTest === 'both' ? 'both ends are judged' : `the ${underTest} is under test`;
  if (writer === null) return tested;
  if (isGuessed)
    return `guessed from the mask of the first frame: TX is taken for the ${writer}, RX for the ${otherRole(writer)}; ${tested}`;
  const place = isTap ? 'the log was taken on the way between the two' : `the ${writer} wrote the log`;
  const sent = isTap ? `what the ${writer} sent` : 'what it sent';
  return `${place} (TX is ${sent}, RX what came from the ${otherRole(writer)}); ${tested}`;
}

/** The rows that a finding speaks of, and the rows of the frames that it is about. */
function decidingRows(judged: JudgedLog, finding: Annotation | null): Set<number> {
  const rows = new Set<number>();
  const { decidedBy } = judged.verdict;
  if (decidedBy !== null) rows.add(decidedBy);
  if (finding) addFinding(judged, finding, rows);
  const cause = finding?.cause ?? null;
  const stimulus = annotationsOf(judged).find(
    ({ row, intent, severity }) => row === cause && intent !== null && severity === 'error',
  );
  if (stimulus) addFinding(judged, stimulus, rows);
  for (const other of annotationsOf(judged).filter(isCharged).slice(0, 200)) {
    if (other.severity === 'error' && rows.size < 6) rows.add(other.row);
  }
  addOctets(judged, rows);
  return rows;
}

/** The log's own account of a frame is shown with the octets that hold it. */
function addOctets({ annotated }: JudgedLog, rows: Set<number>): void {
  for (const { row, frame } of annotated) {
    const last = rows.has(row.row) ? frame?.spans.at(-1) : undefined;
    if (last) rows.add(last.row);
  }
}

function addFinding({ annotated }: JudgedLog, finding: Annotation, rows: Set<number>): void {
  rows.add(finding.row);
  if (finding.cause !== null) rows.add(finding.cause);
  if (finding.reaction?.row != null) rows.add(finding.reaction.row);
  const { frame } = finding;
  if (!frame) return;
  const decoded = annotated
    .flatMap((row) => row.frames)
    .find(({ frame: one }) => one.direction === frame.direction && one.ordinal === frame.ordinal);
  const [first] = decoded?.frame.spans ?? [];
  if (first) rows.add(first.row);
}

function selectedRows({ rows, verdict }: JudgedLog, selection: RowSelection, finding: Annotation | null): Set<number> {
  const isIn = (row: number) =>
    rangesOf(selection, finding?.row ?? verdict.decidedBy ?? 0).some(([from, to]) => row >= from && row <= to);
  return new Set(rows.map(({ row }) => row).filter(isIn));
}

function rangesOf(selection: RowSelection, decisive: number): readonly RowRange[] {
  if (!('around' in selection)) return selection;
  const row = selection.around ?? decisive;
  return [[row - AROUND, row + AROUND]];
}
