// Several connections in one input, for the commands that take logs.

import { describe, expect, it } from 'vitest';
import { CLIENT, CONVERSATION, pcap, SERVER, talk } from '../../src/ingest/capture/packets.fixture.ts';
import { put, scratch, wirelog } from '../built.fixture.ts';

const directory = scratch();
const [first, second] = [1, 2].map((port) =>
  talk(CONVERSATION, { ends: [{ ...CLIENT, port }, SERVER], start: 1_700_000_000 + port / 5000 }),
) as [ReturnType<typeof talk>, ReturnType<typeof talk>];
const both = pcap([...first, ...second].sort((a, b) => a.seconds - b.seconds));
const file = put(directory, 'a.pcap', both);

describe('connections that go on side by side', () => {
  it('are annotated one after the other, each under its own name', () => {
    const { code, out, err } = wirelog(['annotate', '-f', 'ndjson', file]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const records = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const logs = records.filter(({ type }) => type === 'log');
    expect(logs.map(({ source }) => source)).toEqual([file, `${file}#2`]);
    expect(logs.map(({ connection }) => connection)).toEqual([
      { number: 1, client: '192.0.2.10:1', server: '198.51.100.20:80', tls: false },
      { number: 2, client: '192.0.2.10:2', server: '198.51.100.20:80', tls: false },
    ]);
    const types = records.map(({ type }) => type).join(' ');
    expect(types).toMatch(/^log (?:row )+summary log (?:row )+summary$/);
  });

  it('from standard input too', () => {
    expect(wirelog(['annotate', '-'], { input: both }).out.match(/^-(?:#2)?$/gm)).toEqual(['-', '-#2']);
  });

  it('one is chosen by its number, and one that is not there is told', () => {
    const { out } = wirelog(['annotate', '--connection', '2', file]);
    expect(out).toContain('a.pcap#2\n');
    expect(out).not.toContain('a.pcap\n');
    const missing = wirelog(['annotate', '--connection', '3', file]);
    expect(missing).toMatchObject({
      code: 2,
      out: '',
      err: `wirelog: ${file}: --connection 3: there are 2 logs in it\n`,
    });
    expect(wirelog(['annotate', '--connection', 'x', file])).toMatchObject({ code: 2, out: '' });
  });

  it('are checked each', () => {
    const { out } = wirelog(['check', '-f', 'ndjson', file]);
    expect(out.match(/"source":"[^"]*"/g)).toEqual([`"source":"${file}"`, `"source":"${file}#2"`]);
  });

  it('are converted to rows that read back the same', () => {
    const rows = wirelog(['convert', file]).out;
    const of = (annotated: string) => annotated.replaceAll(`"${file}`, '"-').replaceAll('"pcap"', '"rows"');
    const again = wirelog(['annotate', '-f', 'ndjson', '-'], { input: rows }).out;
    expect(again).toBe(of(wirelog(['annotate', '-f', 'ndjson', file]).out));
  });

  it('one of them is attached', () => {
    expect(wirelog(['attach', file])).toMatchObject({
      code: 2,
      err: `wirelog: ${file}: 2 logs in it: choose one with --connection\n`,
    });
    const { code, out } = wirelog(['attach', '--connection', '2', file]);
    expect(code).toBe(0);
    expect(out).toContain('a.pcap<code>#</code>2');
  });
});

it('a key log that is not there is wrong use', () => {
  expect(wirelog(['annotate', '--keys', 'nowhere', file])).toMatchObject({
    code: 2,
    out: '',
    err: 'wirelog: nowhere: no such file or directory\n',
  });
});

it('an attachment without hosts has no addresses', () => {
  const shown = wirelog(['attach', '--connection', '2', '--no-redact', file]).out;
  const hidden = wirelog(['attach', '--connection', '2', '--redact', 'hosts', file]).out;
  expect([shown.includes('192.0.2.10'), hidden.includes('192.0.2.10')]).toEqual([true, false]);
});
