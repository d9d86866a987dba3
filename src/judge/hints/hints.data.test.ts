import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAutobahnJson } from '../../ingest/autobahn/json.ts';
import { type Annotator, annotate } from '../annotate.ts';
import { type CaseJudge, judgeCase } from '../verdict/case.ts';

// Real reports stand beside the checkout and are not part of it.
const DATA = new URL('../../../../shared/data/', import.meta.url);
const isThere = existsSync(DATA);

/** What is known to be shown there; a folder that is not named here shows nothing. */
const SHOWN: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'public/assorted': { 'payload-read-off-place': 2 },
  'public/tarantool-client-a': { 'utf8-judged-per-frame': 2 },
  'public/tarantool-client-b': { 'utf8-judged-per-frame': 2 },
  'public/tarantool-server-a': { 'utf8-judged-per-frame': 2 },
  'public/tarantool-server-b': { 'utf8-judged-per-frame': 1 },
  'wstest/raw-client-bad-continuation': { 'echo-type-changed': 5 },
  'wstest/raw-client-len64': { 'length-form-always-long': 40 },
  'wstest/raw-server-drops-mid-frame': { 'next-header-inside-payload': 10 },
  'wstest/raw-server-huge-claim': { 'next-header-inside-payload': 7 },
  'wstest/raw-server-truncates': { 'echo-cut': 38 },
};

const folders = isThere
  ? ['public', 'wstest'].flatMap((top) =>
      readdirSync(new URL(top, DATA), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${top}/${name}`),
    )
  : [];

function hintsIn(file: URL): readonly string[] {
  const log: { annotator: Annotator | null; judge: CaseJudge | null } = { annotator: null, judge: null };
  const reader = readAutobahnJson(file.pathname, {
    header: (header) => {
      log.annotator = annotate(header);
      log.judge = judgeCase(header);
    },
    row: (row) => {
      for (const annotated of log.annotator?.push(row) ?? []) log.judge?.take(annotated);
    },
  });
  reader.push(readFileSync(file, 'latin1'));
  reader.end();
  const { annotator, judge } = log;
  if (!annotator || !judge) return [];
  const { rows, summary } = annotator.end();
  for (const row of rows) judge.take(row);
  return judge.end(summary, annotator.connection).hints.map(({ id }) => id);
}

describe.skipIf(!isThere)('the hints in real reports (skipped: no ../shared/data)', () => {
  it.each(folders)('%s shows those that are known, and no other', (folder) => {
    const counts: Record<string, number> = {};
    const dir = new URL(`${folder}/`, DATA);
    for (const name of readdirSync(dir)) {
      if (!name.endsWith('.json') || name === 'index.json') continue;
      for (const id of hintsIn(new URL(name, dir))) counts[id] = (counts[id] ?? 0) + 1;
    }
    expect(counts).toEqual(SHOWN[folder] ?? {});
  });
});
