// A case as the pages of a report show it. Pages are published: what the attachment hides of a log stands nowhere else
// either, so that all words are taken from the log as it was judged after that.

import type { Attachment } from '../../../attach/attachment.ts';
import { type Annotation, isCharged } from '../../../judge/annotation.ts';
import { annotationsOf } from '../../../judge/judged-log.ts';
import { behaviorsOf } from '../../../judge/verdict/verdict.ts';
import { type CheckedCase, othersOf, sentenceOf, verdictStatusOf } from '../case.ts';
import { groupOf, kindOf } from '../grid.ts';

export type CaseKind = 'ok' | 'soft' | 'failed' | 'skipped';

/** One line of it is kept of each case until the end of a run. */
export interface ShownCase {
  readonly page: string;
  readonly agent: string | null;
  /** Its number, or the name of its log. */
  readonly name: string;
  readonly group: string;
  readonly kind: CaseKind;
  readonly behavior: string | null;
  readonly behaviorClose: string | null;
  readonly status: string;
  /** What the report says, where the rows say something else. */
  readonly reported: string | null;
  readonly closeCode: number | null;
  readonly seconds: number | null;
  readonly change: CheckedCase['change'];
  readonly sentence: string;
  readonly also: string;
  readonly rules: readonly string[];
  readonly hint: string | null;
}

/** `attachment` is null where the log was too long to be kept: then only what is surely no part of it is said. */
export function shownCase(checked: CheckedCase, attachment: Attachment | null, page: string): ShownCase {
  const header = attachment?.judged.summary.header ?? null;
  const own: CheckedCase = attachment ? withoutHidden(checked, attachment) : { ...checked, findings: [] };
  const { behavior, behaviorClose } = behaviorsOf(own.verdict);
  const { reported, agrees } = own.verdict;
  const code = header?.report?.['remoteCloseCode'];
  return {
    page,
    agent: own.agent,
    name: own.case ?? own.source.replace(/^.*[\\/](?=.)/s, ''),
    group: groupOf(own),
    kind: kindOf(own),
    behavior,
    behaviorClose,
    status: verdictStatusOf(own),
    reported:
      agrees === false && reported ? `${reported.behavior ?? '?'}, close ${reported.behaviorClose ?? '?'}` : null,
    closeCode: typeof code === 'number' ? code : null,
    seconds: checked.seconds,
    change: checked.change,
    sentence: attachment ? sentenceOf(own) : 'its log is too long to be shown: wirelog annotate tells more',
    also: othersOf(own),
    rules: checked.rules,
    hint: attachment ? (own.hints[0]?.says ?? null) : null,
  };
}

function withoutHidden(checked: CheckedCase, { judged }: Attachment): CheckedCase {
  const { header } = judged.summary;
  const first = new Map<string, Annotation>();
  for (const annotation of annotationsOf(judged).filter(isCharged)) {
    if (!first.has(annotation.rule)) first.set(annotation.rule, annotation);
  }
  return {
    ...checked,
    source: header.source,
    agent: header.agent,
    case: header.case,
    verdict: judged.verdict,
    hints: judged.hints,
    findings: checked.rules.flatMap((rule) => first.get(rule) ?? []),
  };
}
