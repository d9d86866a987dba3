// The attachment as plain text, for mail and for bug trackers without markup. It reads back as the Markdown one does.

import type { Attachment } from '../../attach/attachment.ts';
import { fieldsByRow } from '../../attach/fields.ts';
import { ATTACHMENT_MARK } from '../../ingest/attachment/attachment.ts';
import { escapeOnce } from '../escape-once.ts';
import { type FindingGroup, groupFindings, othersInWords } from './finding-groups.ts';
import { logBlock } from './log-block.ts';
import { fenced } from './markdown.ts';
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
} from './sections.ts';

export function attachmentText(attachment: Attachment): string {
  const { judged, title, sentence, causes, advice, facts, deciding } = attachment;
  const width = Math.max(...facts.map(([name]) => name.length));
  const rest = otherRows(attachment).map(({ text }) => text.trimEnd());
  const lines = [
    ATTACHMENT_MARK,
    '',
    escapeOnce(title),
    escapeOnce(sentence),
    ...causes.map((cause) => `Likely cause here: ${escapeOnce(cause)}`),
    ...advice,
    '',
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${escapeOnce(value)}`),
    '',
    ...decidingRows(attachment),
    ...(rest.length > 0 ? ['The other rows', '', ...rest, ''] : []),
    'The log, as wirelog reads it',
    '',
    ...fenced([logBlock(judged, deciding).text.trimEnd()], 'rows'),
    '',
    ...endLines(attachment),
  ];
  return `${lines.join('\n')}\n`;
}

function decidingRows({ judged, deciding, sentence }: Attachment): string[] {
  const fields = fieldsByRow(judged.annotated);
  return judged.annotated
    .filter(({ row }) => deciding.has(row.row))
    .flatMap((annotated) => {
      const octets = octetLines(annotated, fields.get(annotated.row.row) ?? []);
      const body = octets.length > 0 ? octets : [`  ${rowWords(annotated, judged)}`];
      const findings = groupFindings(annotated.annotations).map((group) => findingLine(group, sentence));
      const more = moreFindingsInWords(annotated, 0).map((text) => `  ${text}`);
      return [rowTitle(annotated, judged), ...body, ...findings, ...more, ''];
    });
}

function findingLine(group: FindingGroup, sentence: string): string {
  const { first } = group;
  const { rule, severity, section } = first;
  const details = detailsOf(first).map(escapeOnce);
  const message = messageUnlessSaid(first, sentence);
  const others = othersInWords(group);
  return [
    `  ${MARK_CHARACTERS[markKindOf(first)]} ${severity} ${rule} (${section})`,
    message === null ? '' : `: ${escapeOnce(message)}`,
    details.length > 0 ? ` (${details.join('; ')})` : '',
    others === null ? '' : `; ${others}`,
  ].join('');
}

function endLines(attachment: Attachment): string[] {
  const { redactions, lost } = attachment;
  const minimised = minimisedInWords(attachment);
  const replay = replayCommand(attachment, attachment.file ?? 'report.txt');
  const summary = redactionSummary(attachment)?.replaceAll('`', '');
  return [
    ...(minimised === null ? [] : [minimised, '']),
    ...(summary ? [summary] : ['Redacted:', ...(redactions ?? []).map((one) => `  ${redactionInWords(one)}`)]),
    ...(lost.length === 0 ? [] : [`What is hidden was needed to find: ${lost.join(', ')}`]),
    ...(replay === null ? [] : ['', `To play it again at a live peer: ${replay}`]),
  ];
}
