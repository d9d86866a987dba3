// NetLogs of Chrome and Chromium: JSON, mostly an event a line, read event by event because a browser that is killed
// leaves it cut. In capture mode Everything its sockets log every octet, of wss decrypted; in the default mode only the
// headers of frames and the handshake's fields are there.

import { InputError } from '../../model/errors.ts';
import { JsonMembers } from '../autobahn/json-members.ts';
import { openConversations } from '../capture/capture.ts';
import { recordOf } from '../json-value.ts';
import { type LogReader, type LogSink, openLogs, type ReadOptions } from '../reader.ts';
import { type Constants, constantsOf, eventOf } from './netlog-event.ts';
import { NetlogRequests } from './netlog-requests.ts';
import { NetlogSockets } from './netlog-sockets.ts';

export function isNetlog(head: string): boolean {
  return (
    /^\s*\{\s*"constants"\s*:\s*\{/.test(head) &&
    /"(?:activeFieldTrialGroups|addressFamily|clientInfo|logEventTypes|certStatusFlag)"/.test(head)
  );
}

const NOTHING =
  'no WebSocket in this NetLog: start it before the page connects, with --log-net-log=FILE --net-log-capture-mode=Everything';
const DEFAULT_MODE =
  'this NetLog holds headers of frames and no octets: payloads cannot be judged; record with --net-log-capture-mode=Everything';

export function readNetlog(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const conversations = openConversations(source, 'netlog', sink, options);
  const sockets = new NetlogSockets(conversations);
  const requests = new NetlogRequests(source, openLogs(sink), sockets);
  let constants: Constants | null = null;
  let events = 0;
  const members = new JsonMembers('events', {
    member: (key, value) => {
      if (key === 'constants') constants = constantsOf(recordOf(value));
    },
    element: (value) => {
      if (!constants) return;
      events++;
      const event = eventOf(recordOf(value), constants);
      if (event.kind === 'SOCKET') sockets.take(event);
      requests.take(event);
    },
  });
  return {
    push: (chunk) => void members.push(chunk),
    end: () => {
      const isCut = members.end() !== null;
      sockets.end();
      requests.end();
      const broken = isCut
        ? `the NetLog breaks off after event ${events}, as it does where the browser is killed: close it, or read what is there`
        : null;
      const { count, failures } = requests;
      if (count === 0) return conversations.end(broken, failures, NOTHING);
      for (const failure of failures) sink.remark?.(failure);
      sink.remark?.(DEFAULT_MODE);
      if (broken !== null) throw new InputError(source, null, broken);
    },
  };
}
