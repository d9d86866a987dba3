// A directory of logs for the case browser: each is read and judged in turn, and only what came of it is kept.

import { basename, dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { counted } from '../../../src/model/counted.ts';
import { InputError, UserError } from '../../../src/model/errors.ts';
import type { ConnectionEnds, LogHeader } from '../../../src/model/row.ts';
import { CHUNK, type Input, ReaderGone } from '../../input/io.ts';
import { type ConnectionExtent, type JudgedCase, judgeInput, judgeSettings } from '../../input/judge-logs.ts';
import { NO_LOG, readLog } from '../../input/read-log.ts';
import type { CaseItem, CasesSink } from '../browser/cases.ts';
import type { InspectCases } from '../subjects.ts';
import { type InspectOptions, sourceOf } from './source.ts';

/** Files between two looks at the clock would be too many: keys wait for one at most. */
const SLICE_MS = 12;

/** Where a log of several in one input is read again. */
interface LogSource {
  readonly source: string;
  readonly connection: number | undefined;
}

export function directoryCases(title: string, inputs: readonly Input[], options: InspectOptions): InspectCases {
  const places = new Map<string, LogSource>();
  return {
    kind: 'cases',
    title,
    load: (sink, signal) => judgeAll(inputs, options, places, sink, signal),
    sourceOf: (item) => {
      const { source, connection } = places.get(item.source) ?? { source: item.source, connection: undefined };
      const own = sourceOf({ source, found: false }, connection === undefined ? options : { ...options, connection });
      return { ...own, title: item.source };
    },
  };
}

async function judgeAll(
  inputs: readonly Input[],
  options: InspectOptions,
  places: Map<string, LogSource>,
  sink: CasesSink,
  signal: AbortSignal,
): Promise<void> {
  const settings = judgeSettings(options);
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
      const log = (judged: JudgedCase, header: LogHeader, extent: ConnectionExtent) => {
        const connection = numberIn(judged.source, input.source) ?? header.connection?.number;
        places.set(judged.source, { source: input.source, connection });
        sink.add(itemOf(judged, header, extent));
      };
      try {
        // What there is of a log that is cut can be opened too.
        await judgeInput(settings, input, { log, remark: sink.failed, afterChunk: () => pause(read) }, true);
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

/** Of `FILE#2`; undefined where it is the file itself. */
function numberIn(source: string, file: string): number | undefined {
  return source === file ? undefined : Number(source.slice(file.length + 1));
}

function itemOf(judged: JudgedCase, header: LogHeader, extent: ConnectionExtent): CaseItem {
  const { source, agent, case: id } = judged;
  const { report, connection } = header;
  return {
    ...judged,
    folder: dirname(source),
    agent: agent ?? (id === null ? 'logs' : basename(dirname(source))),
    description: connection ? connectionInWords(connection, header.started, extent) : textOf(report?.description),
    expectation: textOf(report?.expectation),
  };
}

/** `192.0.2.1:51000 to 192.0.2.2:443, TLS, 22:13:20, 1.5 s, 12 frames, ended by the server`. */
function connectionInWords(
  { client, server, tls }: ConnectionEnds,
  started: string | null,
  extent: ConnectionExtent,
): string {
  const { frames, seconds, end } = extent;
  const parts = [
    [client, server].filter((name) => name !== null).join(' to '),
    tls ? 'TLS' : '',
    started === null ? '' : started.slice(11, 19),
    seconds === null ? '' : `${seconds.toFixed(3)} s`,
    counted(frames, 'frame'),
    end === null ? 'no end' : end === 'reset' ? 'reset' : end === 'ended' ? end : `ended by the ${end}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Enough was seen. */
class SecondLog extends Error {}

/** So much of a large file is looked at; what has one connection there may have more behind. */
const LOOKED_AT = 64 << 20;

/** Is there more than one connection in the input? It is read for it, up to the second. */
export async function holdsSeveral(input: Input, options: InspectOptions): Promise<boolean> {
  let count = 0;
  let chunks = 0;
  const sink = {
    open: ({ connection }: LogHeader) => {
      if (++count > 1 || !connection) throw new SecondLog();
      return NO_LOG;
    },
    remark: () => {},
  };
  try {
    await readLog(input, options, sink, () => {
      if (++chunks * CHUNK > LOOKED_AT) throw new SecondLog();
      return undefined;
    });
  } catch (error) {
    // What cannot be read is told when it is opened.
    if (!(error instanceof SecondLog || error instanceof UserError)) throw error;
  }
  return count > 1;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
