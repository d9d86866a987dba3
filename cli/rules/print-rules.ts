// `rules`: the catalogue, or one rule with its examples annotated.

import { casesOfRule } from '../../src/live/suite.ts';
import { UserError } from '../../src/model/errors.ts';
import type { Role } from '../../src/model/row.ts';
import {
  exampleInText,
  type ProvokingCases,
  ruleInText,
  rulesAsJson,
  rulesAsMarkdown,
  rulesInText,
} from '../../src/render/catalogue.ts';
import { RULES, ruleOf } from '../../src/rules/all.ts';
import { areaOf, type Rule } from '../../src/rules/kit/rule.ts';
import { openOutput } from '../input/io.ts';
import { type CommonOptions, nearRule, textWidth, wantsColor } from '../options.ts';

export interface RulesOptions {
  readonly id: string | undefined;
  readonly format: 'text' | 'json' | 'markdown';
  readonly color: CommonOptions['color'];
}

/** Returns the exit code. */
export async function printRules({ id, format, color }: RulesOptions): Promise<number> {
  const area = id?.replace(/\/\*?$/, '');
  const rules = area === undefined ? RULES : RULES.filter((rule) => rule.id === area || areaOf(rule.id) === area);
  if (rules.length === 0) {
    const near = nearRule(
      area ?? '',
      RULES.map((rule) => rule.id),
    );
    throw new UserError(`no rule or area "${id}"${near}`);
  }
  const colored = wantsColor(color, process.stdout);
  const one = id === undefined ? undefined : ruleOf(id);
  const text = {
    json: () => rulesAsJson(rules, provokingCases),
    markdown: () => rulesAsMarkdown(rules),
    text: () => {
      if (!one) return rulesInText(rules, colored);
      const examples = [...one.examples.violates, ...one.examples.holds];
      const about = ruleInText(one, colored, provokingCases(one), textWidth(process.stdout));
      return about + examples.map((example, i) => exampleInText(one, example, i, colored)).join('');
    },
  }[format]();
  await openOutput(process.stdout).write(text);
  return 0;
}

function provokingCases(rule: Rule): ProvokingCases {
  return { client: casesThatBreak(rule, 'client'), server: casesThatBreak(rule, 'server') };
}

/** Ids of the cases in which that role breaks the rule. */
function casesThatBreak(rule: Rule, role: Role): string[] {
  return casesOfRule(rule, role).flatMap(({ id, breaks }) => (breaks === rule.id ? [id] : []));
}
