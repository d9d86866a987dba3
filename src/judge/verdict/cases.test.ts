import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verdictIn } from './case.fixture.ts';
import { CASES } from './cases.fixture.ts';
import type { Behaviors } from './verdict.ts';

function inWords(behaviors: Behaviors | null): string {
  return behaviors ? `${behaviors.behavior}, close ${behaviors.behaviorClose}` : 'nothing';
}

function caseText(name: string, text: string): string {
  const { reported, derived, agrees, missing, why, decidedBy } = verdictIn(text);
  const comparison = agrees === null ? '' : agrees ? ', which agrees' : ', which does not agree';
  return [
    name,
    `  reported ${inWords(reported)}; derived ${inWords(derived)}${comparison}`,
    ...(missing === null ? [] : [`  missing: ${missing}`]),
    ...(why === null ? [] : [`  why (${decidedBy}): ${why}`]),
  ].join('\n');
}

it.each(Object.entries(CASES))('judges cases by their %s', async (group, list) => {
  const text = list.map((one) => caseText(one.name, one.text));
  await expect(`${text.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'cases', `${group}.txt`));
});
