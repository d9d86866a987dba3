// The files that a replay leaves: one log in the text notation, or of a directory the reports of all cases and their
// overview, in the shape that Autobahn's users have scripts for.

import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JudgedLog } from '../../src/attach/judged-log.ts';
import { UserError } from '../../src/model/errors.ts';
import { notationOf } from '../../src/render/notations.ts';
import { reasonOf } from '../input/io.ts';

export interface ReplayFiles {
  /** `log` was played, `judged` came of it. */
  write(log: JudgedLog, judged: JudgedLog): void;
  /** All have been played. */
  end(): void;
}

/** Throws `UserError` where a file cannot be written. */
export function openReplayFiles(path: string, isDirectory: boolean): ReplayFiles {
  if (!isDirectory) return { write: (_, judged) => put(path, textOf(judged)), end: () => {} };
  mkdirSync(path, { recursive: true });
  const overview: Record<string, Record<string, unknown>> = {};
  return {
    write: (log, judged) => {
      const name = `${basename(log.header.source).replace(/\.\w+$/, '')}.json`;
      const { agent, case: id } = judged.header;
      const derived = judged.verdict.derived ?? { behavior: null, behaviorClose: null };
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

function put(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${file}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
