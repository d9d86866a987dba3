// A directory of logs for the case browser: each is read and judged in turn, and only what came of it is kept.

import { basename, dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Annotator, annotate } from '../src/annotate.ts';
import { type AnnotatedRow, type Annotation, isCharged } from '../src/annotation.ts';
import { InputError } from '../src/errors.ts';
import type { LogHeader } from '../src/row.ts';
import { RULES } from '../src/rules/all.ts';
import { type CaseJudge, judgeCase } from '../src/verdict/case.ts';
import { withUnderTest } from './annotate-logs.ts';
import type { InspectOptions } from './commands/inspect.ts';
import { sourceOf } from './inspect-source.ts';
import { type Input, ReaderGone } from './io.ts';
import { ruleFilter } from './options.ts';
import { readLog } from './read-log.ts';
import type { CaseItem, CasesSink } from './tui/cases.ts';
import type { InspectCases } from './tui/subjects.ts';

/** Files between two looks at the clock would be too many: keys wait for one at most. */
const SLICE_MS = 12;

export function casesOf(title: string, inputs: readonly Input[], options: InspectOptions): InspectCases {
  return {
    kind: 'cases',
    title,
    load: (sink, signal) => judgeAll(inputs, options, sink, signal),
    sourceOf: (item) => sourceOf({ source: item.source, found: false }, options),
  };
}

async function judgeAll(
  inputs: readonly Input[],
  options: InspectOptions,
  sink: CasesSink,
  signal: AbortSignal,
): Promise<void> {
  const shows = ruleFilter(
    options,
    RULES.map(({ id }) => id),
  );
  let until = performance.now() + SLICE_MS;
  const pause = async (read: number) => {
    if (signal.aborted) throw new ReaderGone();
    if (performance.now() < until) return;
    sink.progress(read, inputs.length);
    await nextTurn();
    until = performance.now() + SLICE_MS;
  };
  try {
    for (const [read, input] of inputs.entries()) {
      await judgeInput(input, options, shows, sink, () => pause(read));
      await pause(read + 1);
    }
  } catch (error) {
    if (error instanceof ReaderGone) return;
    throw error;
  }
  sink.done();
}

async function judgeInput(
  input: Input,
  options: InspectOptions,
  shows: (rule: string) => boolean,
  sink: CasesSink,
  pause: () => Promise<void>,
): Promise<void> {
  let judging: Judging | null = null;
  const end = () => {
    if (judging) sink.add(judging.end());
    judging = null;
  };
  const logSink = {
    header: (header: LogHeader) => {
      end();
      judging = judge(withUnderTest(header, options.underTest), shows);
    },
    row: (row: Parameters<Annotator['push']>[0]) => judging?.row(row),
  };
  try {
    await readLog(input, options.from, logSink, pause);
    end();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    end();
    sink.failed(error.message);
  }
}

interface Judging {
  row(row: Parameters<Annotator['push']>[0]): void;
  end(): CaseItem;
}

function judge(header: LogHeader, shows: (rule: string) => boolean): Judging {
  const annotator = annotate(header, { shows });
  const judgement: CaseJudge = judgeCase(header);
  const findings = new Map<string, Annotation>();
  const take = (rows: readonly AnnotatedRow[]) => {
    for (const row of rows) {
      judgement.row(row);
      for (const annotation of row.annotations) {
        if (isCharged(annotation) && !findings.has(annotation.rule)) findings.set(annotation.rule, annotation);
      }
    }
  };
  return {
    row: (row) => take(annotator.push(row)),
    end: () => {
      const { rows, summary } = annotator.end();
      take(rows);
      const { verdict, rules, hints } = judgement.end(summary, annotator.connection);
      const { source, agent, case: id, report, started } = summary.header;
      const rank = ({ rule }: Annotation) => (rules.includes(rule) ? rules.indexOf(rule) : rules.length);
      return {
        source,
        folder: dirname(source),
        agent: agent ?? (id === null ? 'logs' : basename(dirname(source))),
        case: id,
        description: textOf(report?.description),
        expectation: textOf(report?.expectation),
        verdict,
        rules,
        hints,
        violations: summary.violations,
        findings: [...findings.values()].sort((a, b) => rank(a) - rank(b)),
        seconds: null,
        started,
      };
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
