import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../rules/all.ts';
import { areaOf, type Example, type Rule } from '../rules/kit/rule.ts';
import type { Annotation } from './annotation.ts';
import { annotateExample } from './example.ts';
import { HINTS, hintsOf } from './hints/hints.ts';
import { ODD_LOGS } from './odd-logs.fixture.ts';
import { judgeCase } from './verdict/case.ts';

const FOLDER = join(import.meta.dirname, 'said');

function annotationText(annotation: Annotation): string {
  const { rule, row, octets, severity, by, intent, section, message, missing, afterFailure, reaction, cause } =
    annotation;
  const place = octets ? `row ${row}, octets ${octets[0]} to ${octets[1]}` : `row ${row}`;
  const kind = [severity, intent, by && `by the ${by}`, afterFailure && 'after the failure', section];
  const answer = reaction && [reaction.kind, reaction.code, reaction.row, reaction.verdict];
  // Most examples end without the end of the connection.
  if (rule === 'log/truncated') return `    row ${row}: ${rule}`;
  return [
    `    ${place}: ${rule} (${kind.filter(Boolean).join(', ')})`,
    `      ${message}`,
    missing && `      open: ${missing}`,
    cause !== null && `      answers row ${cause}`,
    answer && `      answered: ${answer.filter((part) => part !== null).join(', ')}`,
  ]
    .filter(Boolean)
    .join('\n');
}

/** All that is said of an example, and why its case ends as it does. */
function exampleText(name: string, example: Example): string {
  const { header, rows, connection, summary } = annotateExample(example);
  const judge = judgeCase(header);
  const { verdict } = judge.end(summary, connection, rows);
  const annotations = rows.flatMap((row) => row.annotations);
  const hints = hintsOf(header, rows, connection);
  const lines = [
    ...annotations.map(annotationText),
    ...(verdict.why === null ? [] : [`    why: ${verdict.why}`]),
    ...hints.map(({ id, says }) => `    hint ${id}: ${says}`),
  ];
  return [`  ${name}`, ...(lines.length > 0 ? lines : ['    nothing'])].join('\n');
}

function ruleText({ id, severity, basis, section, title, examples: { violates, holds } }: Rule): string {
  return [
    `${id}: ${title} (${severity}, ${basis}, ${section})`,
    ...violates.map((example, i) => exampleText(`violates ${i}`, example)),
    ...holds.map((example, i) => exampleText(`holds ${i}`, example)),
    '',
  ].join('\n');
}

describe('what is said of the examples', () => {
  it.each([...new Set(RULES.map(({ id }) => areaOf(id)))])('of %s', async (area) => {
    const text = RULES.filter(({ id }) => areaOf(id) === area).map(ruleText);
    await expect(text.join('\n')).toMatchFileSnapshot(join(FOLDER, `${area}.txt`));
  });

  it('of the hints', async () => {
    const text = HINTS.map(({ id, examples: { shows, holds } }) =>
      [
        id,
        ...shows.map((example, i) => exampleText(`shows ${i}`, example)),
        ...holds.map((example, i) => exampleText(`holds ${i}`, example)),
        '',
      ].join('\n'),
    );
    await expect(text.join('\n')).toMatchFileSnapshot(join(FOLDER, 'hints.txt'));
  });

  it.each(Object.entries(ODD_LOGS))('of logs in which something is odd: %s', async (group, list) => {
    const text = list.map(({ name, log }) => exampleText(name, { log }));
    await expect(`${text.join('\n')}\n`).toMatchFileSnapshot(join(FOLDER, 'odd', `${group}.txt`));
  });
});
