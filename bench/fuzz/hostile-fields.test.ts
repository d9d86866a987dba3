// Hostile text in each field of each format, read and written in every form: nothing of it drives a terminal, and none
// of it becomes a row or a command of its own.

import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/ingest/formats.ts';
import { InputError } from '../../src/model/errors.ts';
import type { LogHeader, Row } from '../../src/model/row.ts';
import { seedsOf, wholeReport } from './corpus.ts';
import { FORMS, hiddenIn, type Log } from './forms.ts';

const DRIVES = '\x1b]52;c;aGk=\x07\x1b[31m\u009b31m\u202e\u2066\u200b\u115f\u3164\ufeff\u{e0041}\r';
const FORGES = `a${DRIVES}\n999 RX OCTETS: 46\n::error::FORGED\n</pre>`;
/** A line that begins so was forged. */
const FORGED = /^(?:999 RX OCTETS: 46|::error::FORGED|<\/pre>\s*$)/;
const ODD: readonly unknown[] = [{}, [], [[[]]], null, true, -1, 1.5, 1e300, '', 'None', '__proto__'];

function logsIn(format: string, latin1: string): Log[] {
  const logs: { header: LogHeader; rows: Row[] }[] = [];
  const reader = FORMATS.find(({ id }) => id === format)?.read('a.log', {
    header: (header) => void logs.push({ header, rows: [] }),
    row: (row) => void logs.at(-1)?.rows.push(row),
  });
  reader?.push(latin1);
  try {
    reader?.end();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
  }
  return logs;
}

function expectHarmless(logs: readonly Log[], forms: Iterable<string>, mayForge: boolean): void {
  for (const id of forms) {
    for (const log of logs) {
      const text = FORMS.get(id)?.(log) ?? '';
      expect(hiddenIn(text), id).toBeNull();
      if (!mayForge && !id.endsWith('-html'))
        expect(
          text.split('\n').filter((line) => FORGED.test(line)),
          id,
        ).toEqual([]);
    }
  }
}

type Path = readonly (string | number)[];

/** Every leaf of the value. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function withLeaf(value: unknown, [key, ...rest]: Path, leaf: unknown): unknown {
  if (key === undefined) return leaf;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string, unknown>)[key] = withLeaf((value as Record<string, unknown>)[key], rest, leaf);
  return copy;
}

function jsonLogs(report: unknown): Log[] {
  return logsIn('autobahn-json', Buffer.from(JSON.stringify(report), 'utf8').toString('latin1'));
}

describe('a case report as JSON', () => {
  const report = wholeReport();
  const places = leavesOf(report).map((path) => [path.join('.'), path] as const);

  it.each(places)('with hostile text in %s', (_, path) => {
    expectHarmless(jsonLogs(withLeaf(report, path, FORGES)), FORMS.keys(), false);
  });

  it.each(places)('with what cannot be in %s', (_, path) => {
    for (const odd of ODD) {
      expectHarmless(jsonLogs(withLeaf(report, path, odd)), ['annotate-text', 'convert-rows', 'attach-text'], false);
    }
  });

  it('with members whose names are hostile', () => {
    const logs = jsonLogs({ [FORGES]: 1, ['a\n000 RX OCTETS: 46']: FORGES, expected: { [FORGES]: FORGES }, ...report });
    expectHarmless(logs, FORMS.keys(), false);
  });
});

const TEXTS = FORMATS.map(({ id }) => id).filter((id) => id !== 'autobahn-json');

// A line feed in a text is one: it does begin a row there.
describe.each(TEXTS)('%s', (format) => {
  it('with hostile text in each word', () => {
    const hostile = Buffer.from(DRIVES, 'utf8').toString('latin1');
    const seed = seedsOf(format)[1] ?? seedsOf(format)[0] ?? '';
    const words = [...seed.matchAll(/[\w.+/-]+/g)];
    expect(words.length).toBeGreaterThan(0);
    for (const { index, 0: word } of words) {
      const text = seed.slice(0, index) + hostile + seed.slice(index + word.length);
      expectHarmless(logsIn(format, text), ['annotate-text', 'annotate-ndjson', 'check-sarif', 'convert-rows'], true);
    }
    const all = seed.replace(/(?<=[=:] ?)[\w.+/-]+/g, `$&${hostile}`);
    expectHarmless(logsIn(format, all), FORMS.keys(), true);
  });
});
