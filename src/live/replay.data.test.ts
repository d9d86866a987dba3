// Real cases played again at a live peer of the same kind: the verdict stays.

import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { readAutobahnJson } from '../ingest/autobahn/json.ts';
import { type JudgedLog, judgeLog } from '../judge/judged-log.ts';
import type { LogHeader, Row } from '../model/row.ts';
import { listen, type Peer } from './reach.ts';
import { replay } from './replay.ts';

const DATA = new URL('../../../shared/data/wstest/', import.meta.url);
const isThere = existsSync(DATA);

/** Every fourth case of the groups whose logs are whole, in case order. */
function casesOf(folder: string): JudgedLog[] {
  const root = new URL(`${folder}/`, DATA);
  const names = readdirSync(root).filter((name) => /_case_(?:[1-7]|10)_[\d_]*\.json$/.test(name));
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return names
    .filter((_, at) => at % 4 === 0)
    .map((name) => {
      let header: LogHeader | null = null;
      const rows: Row[] = [];
      const reader = readAutobahnJson(name, {
        header: (one) => {
          header = one;
        },
        row: (row) => void rows.push(row),
      });
      reader.push(readFileSync(new URL(name, root), 'latin1'));
      reader.end();
      if (!header) throw new Error(name);
      return judgeLog({ header, rows });
    });
}

describe.skipIf(!isThere)('real cases, replayed at ws', { timeout: 120_000 }, () => {
  it('give the recorded verdict from the server', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    afterAll(() => server.close());
    server.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      socket.on('error', () => {});
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const peer: Peer = { target: { host: '127.0.0.1', port, isSecure: false, path: '/' } };
    const cases = casesOf('ws-8-server');
    expect(cases.length).toBeGreaterThan(60);
    for (const log of cases) {
      const { judged } = await replay(log, peer);
      expect([log.header.case, judged.verdict.derived]).toEqual([log.header.case, log.verdict.derived]);
    }
  });

  it('give the recorded verdict from the client', async () => {
    const listener = await listen({ host: '127.0.0.1', port: 0 });
    afterAll(listener.close);
    for (const log of casesOf('ws-8-client')) {
      const client = new WebSocket(`ws://127.0.0.1:${listener.address.port}/`);
      client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
      client.on('error', () => {});
      const { judged } = await replay(log, { listener });
      expect([log.header.case, judged.verdict.derived]).toEqual([log.header.case, log.verdict.derived]);
    }
  });
});
