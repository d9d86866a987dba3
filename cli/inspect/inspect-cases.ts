// A directory of logs for the case browser: each is read and judged in turn, and only what came of it is kept.

import { basename, dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InputError } from '../../src/model/errors.ts';
import type { LogHeader } from '../../src/model/row.ts';
import { type JudgedCase, judgeInput, openBench } from '../check/judge-logs.ts';
import { type Input, ReaderGone } from '../input/io.ts';
import type { CaseItem, CasesSink } from './browser/cases.ts';
import { type InspectOptions, sourceOf } from './inspect-source.ts';
import type { InspectCases } from './subjects.ts';

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
  const bench = openBench(options);
  let until = performance.now() + SLICE_MS;
  const pause = async (read: number) => {
    if (signal.aborted) throw new ReaderGone();
    if (performance.now() < until) return;
    sink.progress(read, inputs.length);
    await nextTurn();
    until = performance.now() + SLICE_MS;
  };
  const log = (judged: JudgedCase, header: LogHeader) => sink.add(itemOf(judged, header));
  try {
    for (const [read, input] of inputs.entries()) {
      try {
        // What there is of a log that is cut can be opened too.
        await judgeInput(bench, input, { log, afterChunk: () => pause(read) }, true);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        sink.failed(error.message);
      }
      await pause(read + 1);
    }
  } catch (error) {
    if (error instanceof ReaderGone) return;
    throw error;
  }
  sink.done();
}

function itemOf(judged: JudgedCase, { report }: LogHeader): CaseItem {
  const { source, agent, case: id } = judged;
  return {
    ...judged,
    folder: dirname(source),
    agent: agent ?? (id === null ? 'logs' : basename(dirname(source))),
    description: textOf(report?.description),
    expectation: textOf(report?.expectation),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
