import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../log/store.ts';
import { type InspectOptions, sourceOf } from './source.ts';

const HEAD = '# wirelog 1\n# writer: server\n# under-test: client\n# extensions: none\n';

let directory = '';
let file = '';
const ends: (() => void)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wirelog-'));
  file = join(directory, 'growing.log');
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(directory, { recursive: true });
});

function followed(text: string): Store {
  writeFileSync(file, text);
  const store = openStore();
  // As the screen does.
  store.subscribe(() => store.at(store.length - 1));
  const abort = new AbortController();
  ends.push(() => abort.abort());
  const options = { log: [file], follow: true } as unknown as InspectOptions;
  sourceOf({ source: file, found: false }, options).load(store.sink, abort.signal);
  return store;
}

async function until(holds: () => boolean): Promise<void> {
  for (let left = 500; left > 0 && !holds(); left--) await new Promise((wake) => setTimeout(wake, 10));
  expect(holds()).toBe(true);
}

describe('a log that is followed', () => {
  it('shows its last row when the file pauses', async () => {
    const store = followed(`${HEAD}000 TX OCTETS: 8900\n`);
    await until(() => store.length === 1);
    appendFileSync(file, '001 RX OCTETS: 8a80');
    appendFileSync(file, '00000000\n');
    await until(() => store.length === 2);
    expect(store.at(1)?.frames[0]?.frame.opcode).toBe(10);
    expect(store.status.isLoading).toBe(true);
  });

  it('shows a row that goes on in the next line once it is whole', async () => {
    const hex = `81fe0064${'00000000'}${'61'.repeat(100)}`;
    const store = followed(`${HEAD}000 RX OCTETS: ${hex.slice(0, 100)}\n`);
    await until(() => store.logAt(0) !== null);
    appendFileSync(file, `${' '.repeat(15)}${hex.slice(100, 200)}\n`);
    appendFileSync(file, `${' '.repeat(15)}${hex.slice(200)} @0.5\n`);
    await until(() => store.length === 1);
    expect(store.at(0)?.frames[0]?.frame).toMatchObject({ finished: true, length: 100 });
  });

  it('finds what is only known later, while it goes on', async () => {
    const frame = 'TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, MASK=None\n               hi\n';
    const store = followed(`${HEAD}000 TX OCTETS: 8900\n001 ${frame}`);
    await until(() => store.length === 2);
    expect([store.at(1)?.agrees, store.index.positions.annotation]).toEqual([null, []]);
    appendFileSync(file, '002 TX OCTETS: 81026869\n');
    await until(() => store.at(1)?.agrees === true);
    expect(store.at(1)?.frame).toBe(store.at(2)?.frames[0]?.frame);
    appendFileSync(file, `003 ${frame}`);
    await until(() => store.length === 4);
    appendFileSync(file, '004 TX OCTETS: 81026f6b\n');
    await until(() => store.index.positions.annotation.includes(3));
    expect(store.at(3)?.annotations).toMatchObject([{ rule: 'log/decode-mismatch' }]);
    // That the Ping has no Pong is known when this connection is over: another log begins.
    const closes = '005 TX OCTETS: 880703e868656c6c6f\n006 RX OCTETS: 888737fa213d341249585b964e\n';
    appendFileSync(file, `${closes}${HEAD}000 TX OCTETS: 8900\n`);
    await until(() => store.length === 8);
    expect(store.index.positions.violation).toEqual([0]);
    expect([store.index.counts.violation, store.status.isLoading]).toEqual([1, true]);
  });

  it('waits for the log to begin behind prose, and says so where the file is cut short', async () => {
    const store = followed('\nstarted at noon\n');
    appendFileSync(file, `${HEAD}000 TX OCTETS: 8900\n`);
    await until(() => store.length === 1);
    writeFileSync(file, '000');
    await until(() => store.status.error !== null);
    expect([store.status.error, store.length]).toEqual([`${file}: it was cut short while it was followed`, 1]);
  });
});
