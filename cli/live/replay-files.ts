// The files that a replay leaves: one log in the text notation, or of a directory the reports of all cases and their
// overview, in the shape that Autobahn's users have scripts for.

import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JudgedLog } from '../../src/judge/judged-log.ts';
import type { Replayed } from '../../src/live/replay.ts';
import { notationOf } from '../../src/render/notation/notations.ts';
import { writeWhole } from '../output/write-file.ts';
import { UNPLAYED } from './replay-outcome.ts';

export interface ReplayFiles {
  /** `log` was played, `replayed` came of it. */
  write(log: JudgedLog, replayed: Replayed): void;
  /** All have been played. */
  end(): void;
}

/** Throws `UserError` where a file cannot be written; what was read is never written over. */
export function openReplayFiles(path: string, isDirectory: boolean, inputs: readonly string[]): ReplayFiles {
  const put = (file: string, text: string) => writeWhole(file, text, { inputs });
  if (!isDirectory) return { write: (_, { judged }) => put(path, textOf(judged)), end: () => {} };
  mkdirSync(path, { recursive: true });
  const overview: Record<string, Record<string, unknown>> = {};
  return {
    write: (log, { judged, lost }) => {
      const name = `${basename(log.header.source).replace(/\.\w+$/, '')}.json`;
      const { agent, case: id } = judged.header;
      const derived = (lost.length === 0 && judged.verdict.derived) || UNPLAYED;
      put(join(path, name), reportOf(judged, { ...derived }));
      const entry = { ...derived, duration: durationOf(judged), reportfile: name };
      overview[agent ?? 'agent'] = { ...overview[agent ?? 'agent'], [id ?? name]: entry };
    },
    end: () => put(join(path, 'index.json'), `${JSON.stringify(overview, null, 3)}\n`),
  };
}

function textOf({ header, rows }: JudgedLog): string {
  const notation = notationOf('rows');
  return [notation.header({ ...header, report: null }), ...rows.map(notation.row), notation.end()].join('');
}

/** What the old report said of the old peer is not said of the new one. */
function reportOf({ header, rows }: JudgedLog, derived: Readonly<Record<string, unknown>>): string {
  const notation = notationOf('autobahn-json');
  const report = { ...header.report, ...derived };
  return [notation.header({ ...header, report }), ...rows.map(notation.row), notation.end()].join('');
}

/** In milliseconds, as in the suite's overview. */
function durationOf({ rows }: JudgedLog): number {
  return Math.round((rows.at(-1)?.time ?? 0) * 1000);
}
