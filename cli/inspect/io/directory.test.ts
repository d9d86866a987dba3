// A capture with several connections is a list, and each of them opens by itself.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  CLIENT,
  CONVERSATION,
  pcap,
  REQUEST,
  SERVER,
  talk,
  type Write,
} from '../../../src/ingest/capture/packets.fixture.ts';
import type { CaseItem } from '../browser/cases.ts';
import { directoryCases, holdsSeveral } from './directory.ts';
import type { InspectOptions } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirelog-list-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, octets: Uint8Array | string) => {
  const path = join(folder, name);
  writeFileSync(path, octets);
  return path;
};
const OPTIONS: InspectOptions = {
  log: [],
  color: 'never',
  quiet: false,
  failOn: 'error',
  underTest: undefined,
  only: undefined,
  skip: undefined,
  from: undefined,
};
const SHORT: Write[] = [
  [0, REQUEST],
  [
    1,
    Buffer.from('HTTP/1.1 101 a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n'),
  ],
];
const many = file(
  'many.pcap',
  pcap(
    Array.from({ length: 11 }, (_, i) =>
      talk(i === 1 ? SHORT : CONVERSATION, { ends: [{ ...CLIENT, port: 100 + i }, SERVER], start: 1_700_000_000 + i }),
    ).flat(),
  ),
);

async function listed(path: string) {
  const items: CaseItem[] = [];
  const failed: string[] = [];
  const cases = directoryCases(path, [{ source: path, found: false }], OPTIONS);
  await cases.load(
    { progress: () => {}, add: (item) => items.push(item), failed: (message) => failed.push(message), done: () => {} },
    new AbortController().signal,
  );
  return { cases, items, failed };
}

describe('a capture in the terminal', () => {
  it('is a list where it holds several connections', async () => {
    const one = file('one.pcap', pcap(talk(CONVERSATION)));
    const rows = file('two.log', '# wirelog 1\nrx 8100\n# wirelog 1\nrx 8100\n');
    const isList = (source: string) => holdsSeveral({ source, found: false }, OPTIONS);
    expect([await isList(many), await isList(one), await isList(rows), await isList(join(folder, 'nowhere'))]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('shows of each its ends, time, length, frames and findings', async () => {
    const { items, failed } = await listed(many);
    expect(failed).toEqual([]);
    expect(items.map(({ source }) => source.slice(folder.length + 1))).toEqual([
      'many.pcap',
      ...Array.from({ length: 10 }, (_, i) => `many.pcap#${i + 2}`),
    ]);
    expect(items[0]?.description).toBe(
      '192.0.2.10:100 to 198.51.100.20:80, 22:13:20, 0.012 s, 4 frames, ended by the server',
    );
    expect(items[1]?.rules).toContain('response/accept-mismatch');
    expect(items[0]?.rules).not.toContain('response/accept-mismatch');
  });

  it('opens the one that was chosen', async () => {
    const { cases, items } = await listed(many);
    const ports: (string | null | undefined)[] = [];
    for (const item of [items[0], items[1], items[10]] as CaseItem[]) {
      const source = cases.sourceOf(item);
      expect(source.title).toBe(item.source);
      const sink = {
        header: ({ connection }: { connection?: { client: string | null } | null }) =>
          void ports.push(connection?.client),
        rows: () => {},
        change: () => {},
        judged: () => {},
        done: () => {},
      };
      await source.load(sink as never, new AbortController().signal);
    }
    expect(ports).toEqual(['192.0.2.10:100', '192.0.2.10:101', '192.0.2.10:110']);
  });
});
