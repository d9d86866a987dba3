// A browser through the proxy: what it says is recorded, sound, and can be replayed in its place.

import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { scratch, wirelog } from '../built.fixture.ts';
import { runWirelog, startWirelog } from './live.fixture.ts';

const CHROMIUM = '/usr/bin/chromium';
const directory = scratch();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
await once(server, 'listening');
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
const URL = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

afterAll(() => server.close());

/** Runs in the page: sends one message after the other, each once the one before has come back. */
async function talkInPage(url: string): Promise<{ lengths: number[]; code: number }> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const messages: (string | Uint8Array<ArrayBuffer>)[] = [
    'Hello',
    'ü'.repeat(3000),
    '',
    new Uint8Array(70_000).fill(7),
  ];
  const lengths: number[] = [];
  const next = () => {
    const message = messages.shift();
    if (message === undefined) socket.close(1000, 'done');
    else socket.send(message);
  };
  return new Promise((resolve) => {
    socket.onopen = next;
    socket.onmessage = ({ data }) => {
      lengths.push(typeof data === 'string' ? data.length : data.byteLength);
      next();
    };
    socket.onclose = ({ code }) => resolve({ lengths, code });
  });
}

describe.skipIf(!existsSync(CHROMIUM))(`a browser through the proxy (skipped without ${CHROMIUM})`, () => {
  it('is recorded, found sound, and replayed with the same echo', { timeout: 60_000 }, async () => {
    const logs = join(directory, 'logs');
    mkdirSync(logs);
    const recorder = await startWirelog(['record', '--target', URL, '-o', logs, '--connections', '1']);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const page = await browser.newPage();
    const said = await page.evaluate(talkInPage, `ws://127.0.0.1:${recorder.port}/`);
    await browser.close();
    expect(said).toEqual({ lengths: [5, 3000, 0, 70_000], code: 1000 });
    expect(await recorder.ended).toBe(0);
    const log = join(logs, readdirSync(logs)[0] ?? '');
    const { code, out } = wirelog(['annotate', '--fail-on', 'warning', log]);
    expect(out).toContain('inflated "Hello"');
    expect(code).toBe(0);
    const again = await runWirelog(['replay', log, '--connect', URL, '--side', 'client']);
    expect(again.out).toMatch(/compared with the log: the peer sends the same/);
    expect(again.code).toBe(0);
  });
});
