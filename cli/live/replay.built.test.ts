import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { caseReport, put, SEED, scratch, wirelog } from '../built.fixture.ts';
import { runWirelog } from './live.fixture.ts';

const directory = scratch();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await once(server, 'listening');
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
});
const CONNECT = ['--connect', `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, '--timeout', '1'];

afterAll(() => server.close());

const PING = put(
  directory,
  'ping.log',
  '# wirelog 1\n# writer: client\n# extensions: none\ntx 898100000000 61\nrx 8a0161\ntx 888200000000 03e8\nrx 880203e8\n',
);

describe('replay', () => {
  it('plays a log without a handshake behind one of its own, and finds the peer the same', async () => {
    const again = join(directory, 'again.log');
    const { code, out } = await runWirelog(['replay', PING, ...CONNECT, '-o', again]);
    expect(code).toBe(0);
    expect(out).toContain('compared with the log:');
    const { out: annotated } = wirelog(['annotate', again]);
    expect(annotated).toContain('RX pong  "a" (1 octet)');
    expect(readFileSync(again, 'utf8')).toMatch(/^# wirelog 1\n# writer: client\n/);
  });

  it('plays a directory of reports, and writes reports and their overview', async () => {
    const reports = join(directory, 'reports');
    mkdirSync(reports);
    const rows = [
      ['TO', [6, '898000000000'], false],
      ['RO', [2, '8a00']],
    ];
    for (const id of ['2.1', '2.2']) {
      const text = caseReport(id, { isServer: false, wirelog: rows, expected: {}, expectedClose: {} });
      put(reports, `a_case_${id.replace('.', '_')}.json`, text);
    }
    const again = join(directory, 'reports-again');
    const { out } = await runWirelog(['replay', reports, ...CONNECT, '-o', again]);
    expect(out.split('\n').filter(Boolean)).toHaveLength(2);
    const overview = JSON.parse(readFileSync(join(again, 'index.json'), 'utf8'));
    expect(Object.keys(overview['agent'])).toEqual(['2.1', '2.2']);
    expect(JSON.parse(readFileSync(join(again, 'a_case_2_1.json'), 'utf8')).wirelog.length).toBeGreaterThan(2);
  });

  it('tells in its exit code whether the peer did as recorded, or as the RFC asks', async () => {
    const wrong = put(
      directory,
      'wrong.log',
      '# wirelog 1\n# writer: client\n# extensions: none\ntx 898100000000 61\nrx 8a0162\n',
    );
    expect((await runWirelog(['replay', wrong, ...CONNECT])).code).toBe(1);
    const conformant = await runWirelog(['replay', wrong, ...CONNECT, '--expect', 'conformant', '-f', 'ndjson']);
    expect(conformant.code).toBe(0);
    expect(JSON.parse(conformant.out)).toMatchObject({ type: 'replay', isAsRecorded: false, errors: 0 });
    expect(await runWirelog(['replay', wrong, ...CONNECT, '-q'])).toEqual({ code: 1, out: '', err: '' });
  });

  it('gives no verdict on a case of which the log leaves out what was sent', async () => {
    const rows = [
      ['TO', [6, '898000000000'], false],
      ['RO', [2, '8a00']],
      ['WLM', false],
      ['KL', 1, 'tag'],
    ];
    const report = put(directory, 'a_case_12_1_1.json', caseReport('12.1.1', { isServer: false, wirelog: rows }));
    const { code, out } = await runWirelog(['replay', report, ...CONNECT, '-f', 'ndjson']);
    expect(code).toBe(1);
    const nothing = { behavior: null, behaviorClose: null };
    expect(JSON.parse(out)).toMatchObject({ isAsRecorded: false, now: nothing, lost: [2], troubles: [] });
    expect((await runWirelog(['replay', report, ...CONNECT])).out).toContain('not in the log, so not played: row 2');
  });

  it('says in one line what is wrong with the call', async () => {
    expect(wirelog(['replay', SEED]).err).toMatch(/^wirelog: name the peer: --connect .*\n$/);
    expect(wirelog(['replay', SEED, ...CONNECT, '--listen', '0']).err).toMatch(/^wirelog: name the peer: .*\n$/);
    expect(wirelog(['replay', SEED, '--connect', 'ws://127.0.0.1:1']).err).toMatch(/^wirelog: 127\.0\.0\.1:1: .*\n$/);
    expect(wirelog(['replay', SEED, ...CONNECT, '--timeout', '0']).code).toBe(2);
  });
});
