// The attachment as GitHub-flavoured Markdown. What comes from the log is escaped as `markdown` does, or stands in a
// code block whose fence is longer than any run of backticks in it. The whole never exceeds what GitHub takes: first the
// log is made to fit, so that the attachment can be read back, then the list of the other rows takes what is left.

import type { Attachment } from '../../attach/attachment.ts';
import { fieldsByRow } from '../../attach/fields.ts';
import { ATTACHMENT_MARK } from '../../ingest/attachment/attachment.ts';
import type { AnnotatedRow } from '../../judge/annotation.ts';
import { markdown, tableHead, tableRow } from '../markdown.ts';
import { sectionLink } from '../section-link.ts';
import { exchangeOf } from './exchange.ts';
import { type FindingGroup, groupFindings, othersInWords } from './finding-groups.ts';
import { type LogBlock, logBlock } from './log-block.ts';
import {
  detailsOf,
  MARK_CHARACTERS,
  markKindOf,
  messageUnlessSaid,
  minimisedInWords,
  moreFindingsInWords,
  octetLines,
  otherRows,
  redactionInWords,
  redactionSummary,
  replayCommand,
  rowTitle,
  rowWords,
  shellWord,
} from './sections.ts';
import { sequenceDiagram } from './sequence-diagram.ts';

/** Characters of an issue or a comment on GitHub. */
export const GITHUB_LIMIT = 65_536;
/** What the diagram and the deciding rows may take. */
const DECIDING_LIMIT = 18_000;
const DIAGRAM_LIMIT = 8000;
/** Left for the sentences about what was left out. */
const SPARE = 1200;
const ROOM_FOR_ROWS = 10_000;

export function attachmentMarkdown(attachment: Attachment, isFull: boolean): string {
  const limit = isFull ? Number.POSITIVE_INFINITY : GITHUB_LIMIT;
  const top = [...headLines(attachment), ...diagram(attachment)];
  const deciding = decidingRows(attachment, isFull ? limit : DECIDING_LIMIT);
  const end = [...redactionLines(attachment), ...openLines(attachment)];
  const fixed = lengthOf(top) + lengthOf(deciding) + lengthOf(end) + SPARE;
  const log = logThatFits(attachment, limit - fixed);
  const logPart = logLines(log);
  const rest = restLines(attachment, limit - fixed - lengthOf(logPart));
  const out = [...top, ...deciding, ...rest, ...logPart, ...end].join('\n');
  return `${out}\n`;
}

/** A log that does not fit anyway leaves some room for rows that people can read. */
function logThatFits({ judged, deciding }: Attachment, room: number): LogBlock {
  const log = logBlock(judged, deciding, room);
  return log.isSame ? log : logBlock(judged, deciding, room - ROOM_FOR_ROWS);
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** A code block that nothing in it can end. */
export function fenced(lines: readonly string[], language: string): string[] {
  const text = lines.join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, text, fence];
}

const CELL = 400;
/** Of one row. */
const FINDINGS = 20;

function clipped(text: string, most = CELL): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function headLines({ title, sentence, causes, advice, facts }: Attachment): string[] {
  const table = facts.map(([name, value]) => tableRow([name, factCell(clipped(value))]).trimEnd());
  return [
    `<!-- ${ATTACHMENT_MARK} -->`,
    `## ${markdown(clipped(title, 160))}`,
    '',
    `**${markdown(clipped(sentence, 1200))}**`,
    '',
    ...causes.slice(0, 5).flatMap((cause) => [`Likely cause here: ${markdown(clipped(cause))}`, '']),
    ...advice.map((line) => `- ${markdown(line)}`),
    ...(advice.length > 0 ? [''] : []),
    tableHead(['', ''], [false, false]).trimEnd(),
    ...table,
    '',
  ];
}

/** A time has what may be an emoji's name in it. */
function factCell(value: string): string {
  return /^[\dT:.Z+-]+$/.test(value) ? `\`${value}\`` : markdown(value);
}

function diagram(attachment: Attachment): string[] {
  const exchange = exchangeOf(attachment);
  if (exchange.events.length === 0) return [];
  const whole = sequenceDiagram(exchange);
  const text = whole.length <= DIAGRAM_LIMIT ? whole : sequenceDiagram(exchangeOf(attachment, 10));
  if (text.length > DIAGRAM_LIMIT) return [];
  return ['### The exchange', '', '```mermaid', text, '```', ''];
}

function decidingRows(attachment: Attachment, limit: number): string[] {
  const { judged, deciding, isSelection } = attachment;
  const fields = fieldsByRow(judged.annotated);
  const rows = judged.annotated.filter(({ row }) => deciding.has(row.row));
  if (rows.length === 0) return [];
  const lines = [isSelection ? '### The rows chosen' : '### The rows that decide', ''];
  let shown = 0;
  for (const annotated of rows) {
    const more = rowLines(annotated, attachment, octetLines(annotated, fields.get(annotated.row.row) ?? []));
    if (lengthOf(lines) + lengthOf(more) > limit) break;
    lines.push(...more);
    shown++;
  }
  if (shown < rows.length) lines.push(`_${rows.length - shown} more of these rows are left out for want of room._`, '');
  return lines;
}

function rowLines(annotated: AnnotatedRow, { judged, sentence }: Attachment, octets: readonly string[]): string[] {
  const block = octets.length > 0 ? fenced(octets, 'text') : [markdown(rowWords(annotated, judged))];
  const findings = groupFindings(annotated.annotations).map((group) => findingLine(group, sentence));
  const more = moreFindingsInWords(annotated, findings.length - FINDINGS);
  return [
    `#### ${rowTitle(annotated, judged)}`,
    '',
    ...block,
    '',
    ...findings.slice(0, FINDINGS),
    ...more.map((text) => `- ${text}`),
    ...(findings.length > 0 ? [''] : []),
  ];
}

function findingLine(group: FindingGroup, sentence: string): string {
  const { first } = group;
  const { rule, severity, section } = first;
  const link = sectionLink(section);
  const where = link === null ? markdown(section) : `[${markdown(section)}](${link})`;
  const details = detailsOf(first).map((detail) => markdown(clipped(detail)));
  const word = markKindOf(first) === 'unsure' ? 'cannot tell' : severity;
  const message = messageUnlessSaid(first, sentence);
  const others = othersInWords(group);
  return [
    `- ${MARK_CHARACTERS[markKindOf(first)]} **${word} \`${rule}\`**, ${where}`,
    message === null ? '' : `: ${markdown(clipped(message))}`,
    details.length > 0 ? ` (${details.join('; ')})` : '',
    others === null ? '' : `; ${others}`,
  ].join('');
}

function folded(summary: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>', ''];
}

/** The other rows, as many as there is room for; those far from what decides go first. */
function restLines(attachment: Attachment, room: number): string[] {
  const rows = otherRows(attachment);
  if (rows.length === 0) return [];
  const decisive = [...attachment.deciding];
  const distance = (row: number) => Math.min(...decisive.map((one) => Math.abs(one - row)), row);
  const wanted = [...rows].sort((a, b) => Number(b.isMarked) - Number(a.isMarked) || distance(a.row) - distance(b.row));
  let left = room - 400;
  const kept = new Set<number>();
  for (const { row, text } of wanted) {
    if (text.length > left) continue;
    left -= text.length;
    kept.add(row);
  }
  const gone = rows.length - kept.size;
  if (kept.size === 0)
    return [`_The other ${rows.length} rows are left out for want of room; they stand in the log below._`, ''];
  const text = rows.filter(({ row }) => kept.has(row)).map((row) => row.text.trimEnd());
  const summary = `The other rows${gone > 0 ? `, without ${gone} of ${rows.length} that there was no room for` : ''}`;
  return folded(summary, fenced(text, 'text'));
}

function logLines({ text, leftOut, isSame }: LogBlock): string[] {
  const same = isSame
    ? 'reading it back gives the same findings'
    : 'it is too long to stand here whole: `wirelog attach --full` writes all of it';
  const notes =
    leftOut.length === 0 ? [] : ['', `_Left out of it: ${leftOut.map((one) => markdown(one)).join('; ')}; ${same}._`];
  return folded('The log, as wirelog reads it', [...fenced([text.trimEnd()], 'rows'), ...notes]);
}

function redactionLines(attachment: Attachment): string[] {
  const { redactions, lost } = attachment;
  const minimised = minimisedInWords(attachment);
  const summary = redactionSummary(attachment);
  const list = (redactions ?? []).slice(0, 60).map((one) => `- ${markdown(redactionInWords(one))}`);
  const more = (redactions?.length ?? 0) > list.length ? [`- and ${(redactions?.length ?? 0) - list.length} more`] : [];
  const gone =
    lost.length === 0
      ? []
      : [
          '',
          `What is hidden was needed to find ${lost
            .slice(0, 10)
            .map((one) => markdown(one))
            .join(', ')}: found in the log before it was redacted.`,
        ];
  return [
    ...(minimised === null ? [] : [minimised, '']),
    ...(summary === null
      ? [
          `Redacted${minimised === null ? '' : ' (rows of the whole log)'}, each octet replaced by one that says nothing, in text and hex alike (\`x\` for letters):`,
          '',
          ...list,
          ...more,
          ...gone,
        ]
      : [summary]),
    '',
  ];
}

function openLines(attachment: Attachment): string[] {
  const { file, finding } = attachment;
  const name = shellWord(file ?? 'report.md');
  const rule = finding === null ? '' : ` \`wirelog rules ${finding.rule}\` explains the rule.`;
  const replay = replayCommand(attachment, name);
  const again = replay === null ? '' : ` \`${replay}\` plays it again at a live peer.`;
  return [`To step through it, save this text as \`${name}\` and run \`wirelog inspect ${name}\`.${rule}${again}`];
}
