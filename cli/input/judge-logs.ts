// One input judged: its logs through the pipeline and the judge, and a record of each. `check` and the case browser
// show the same.

import { judge } from '../../src/judge/judge.ts';
import type { WholeLog } from '../../src/judge/judged-log.ts';
import type { CaseVerdict } from '../../src/judge/verdict/case.ts';
import { InputError } from '../../src/model/errors.ts';
import type { LogHeader, Row } from '../../src/model/row.ts';
import type { RowBatch } from '../../src/model/row-batch.ts';
import type { CheckedCase } from '../../src/render/check/case.ts';
import { RULES } from '../../src/rules/all.ts';
import { type CommonOptions, ruleFilter, withUnderTest } from '../options.ts';
import type { Input } from './io.ts';
import { NO_LOG, readLog, rowWindowOf } from './read-log.ts';
import { type CaseSelection, selectionOf } from './select.ts';

/** One log as it was judged. */
export type JudgedCase = Omit<CheckedCase, 'change' | 'fails'>;

interface JudgeLogsOptions
  extends Pick<CommonOptions, 'from' | 'connection' | 'port' | 'keys' | 'only' | 'skip' | 'underTest'> {
  readonly case?: string | undefined;
  readonly agent?: string | undefined;
}

/** How much of a connection there was. */
export interface ConnectionExtent {
  readonly frames: number;
  /** From the first row to the last; null where the log has no times. */
  readonly seconds: number | null;
  /** How TCP ended; null where the log does not show it. */
  readonly end: 'client' | 'server' | 'reset' | 'ended' | null;
}

interface LogTaker {
  /** `log` is whole where the settings keep rows, unless it is too large for that. */
  log(judged: JudgedCase, header: LogHeader, extent: ConnectionExtent, log: WholeLog | null): void;
  /** What the reader says about the input; without it standard error has it. */
  remark?(text: string): void;
  /** Awaited after each chunk. */
  afterChunk(): Promise<void> | undefined;
}

/** What all inputs have in common. */
export interface JudgeSettings {
  readonly options: JudgeLogsOptions;
  readonly shows: (rule: string) => boolean;
  readonly wants: CaseSelection['wants'];
  /** Whole logs are wanted too. */
  readonly keepsRows?: boolean;
}

export function judgeSettings(options: JudgeLogsOptions): JudgeSettings {
  const ids = RULES.map(({ id }) => id);
  return { options, shows: ruleFilter(options, ids), wants: selectionOf(options.case, options.agent).wants };
}

/**
 * Resolves to whether the input is a log at all. Throws `InputError` where it cannot be read on; the logs before that,
 * and with `keepsCut` what there is of the one that was cut, have been handed out.
 */
export async function judgeInput(
  settings: JudgeSettings,
  input: Input,
  taker: LogTaker,
  keepsCut = false,
): Promise<boolean> {
  // Cases are told in the order in which they began, though a later one may end sooner.
  const due: { log: OpenLog; judged: JudgedCase | null }[] = [];
  const tell = () => {
    while (due[0]?.judged) {
      const { judged, log } = due.shift() as { log: OpenLog; judged: JudgedCase };
      taker.log(judged, log.header, log.extent(), log.whole());
    }
  };
  const sink = {
    ...(taker.remark ? { remark: taker.remark } : {}),
    open: (header: LogHeader) => {
      if (!settings.wants(header)) return NO_LOG;
      const log = openJudgedLog(withUnderTest(header, settings.options.underTest), settings.shows, settings.keepsRows);
      const entry: (typeof due)[number] = { log, judged: null };
      due.push(entry);
      return {
        row: log.row,
        batch: log.batch,
        end: () => {
          entry.judged = log.end();
          tell();
        },
      };
    },
  };
  try {
    return await readLog(input, settings.options, sink, taker.afterChunk);
  } catch (error) {
    for (const entry of keepsCut && error instanceof InputError ? due : []) entry.judged ??= entry.log.end();
    tell();
    throw error;
  }
}

interface OpenLog {
  readonly header: LogHeader;
  row(row: Row): void;
  batch(batch: RowBatch): void;
  end(): JudgedCase;
  extent(): ConnectionExtent;
  whole(): WholeLog | null;
}

/** A log that is kept whole is no larger. */
const MOST_ROWS = 200_000;
const MOST_OCTETS = 64 << 20;

export function openJudgedLog(header: LogHeader, shows: (rule: string) => boolean, keepsRows = false): OpenLog {
  const stream = judge(header, { shows, ...rowWindowOf(header) });
  let seconds: number | null = null;
  let rows: Row[] | null = keepsRows ? [] : null;
  let octets = 0;
  const keep = (row: Row) => {
    if (row.kind === 'octets') octets += row.octets.known.length;
    rows?.push(row);
    if ((rows?.length ?? 0) > MOST_ROWS || octets > MOST_OCTETS) rows = null;
  };
  return {
    header,
    row: (row) => {
      seconds = row.time ?? seconds;
      if (rows) keep(row);
      stream.push(row);
    },
    batch: (batch) => {
      seconds = batch.lastTime() ?? seconds;
      for (let i = 0; rows && i < batch.count; i++) keep(batch.copyAt(i));
      stream.pushBatch(batch);
    },
    whole: () => rows && { header, rows },
    extent: () => {
      const { tcpEnd, rx, tx } = stream.connection;
      const by = tcpEnd && ((tcpEnd.by === 'writer' ? tx : rx).role ?? 'ended');
      return { frames: rx.frames + tx.frames, seconds, end: tcpEnd?.reset ? 'reset' : by };
    },
    end: () => {
      const { summary, judged } = stream.end();
      const { verdict, rules, hints, findings } = judged as CaseVerdict;
      return {
        source: header.source,
        agent: header.agent,
        case: header.case,
        verdict,
        rules,
        hints,
        violations: summary.violations,
        findings,
        seconds: secondsOf(header),
        started: header.started,
      };
    },
  };
}

const LONGEST_CASE = 24 * 60 * 60;

/** A connection that never opened "took" the time since 1970. */
function secondsOf({ report }: LogHeader): number | null {
  const milliseconds = report?.['duration'];
  if (typeof milliseconds !== 'number' || !(milliseconds >= 0)) return null;
  return milliseconds / 1000 < LONGEST_CASE ? milliseconds / 1000 : null;
}
