// tcpdump's packets as text: a timed line, and a dump of the packet under it, from the IP header on (-X, -x) or from the
// link header on (-XX, -xx). Without a dump the lines hold no octets.

import { octetsFromHex } from '../../model/octets.ts';
import { splitLines, withoutCr } from '../line-splitter.ts';
import type { LogReader, LogSink, ReadOptions } from '../reader.ts';
import { openCapture } from './capture.ts';
import { momentOf } from './follow-modes.ts';
import { LINK } from './link.ts';
import { linkOfPacket } from './packet.ts';
import type { Timestamp } from './tcp-consumer.ts';

/** What stands behind the time of a packet: its interface and way, and what it is. */
const KIND = String.raw`(?:\S+ +(?:In|Out|[BMP]) +)?(?:IP6? |[0-9a-f:]{17} |ethertype |vlan )`;
/** With -# the packets have numbers, with -t no times. */
const TIMED = new RegExp(
  String.raw`^ *(?:\d+ +)?(?:(?:(\d{4}-\d\d-\d\d) )?(\d\d):(\d\d):(\d\d)(\.\d+)?|(\d{9,}\.\d+)) ${KIND}`,
);
const UNTIMED = /^ *(?:\d+ +)?(?:IP6? \S+ > \S+: |[0-9a-f:]{17} > [0-9a-f:]{17},)/;
/** A mail quotes them. */
const QUOTE = /^(?:> ?)+/;
const DUMP = /^\s+0x([0-9a-f]{4,}):\s+((?:[0-9a-f]{2,4} )*[0-9a-f]{2,4})(?:\s\s|\s*$)/;

export function isTcpdumpText(head: string): boolean {
  return /^(?:> ?)*[ \t]+0x0000:\s+[0-9a-f]{4}/m.test(head) && hasTcpdumpLines(head);
}

/** The lines that tcpdump writes for packets, with their octets or without. */
export function hasTcpdumpLines(head: string): boolean {
  return head.split('\n', 200).some((line) => beginsPacket(line.replace(QUOTE, '')));
}

function beginsPacket(line: string): boolean {
  return TIMED.test(line) || UNTIMED.test(line);
}

const DAY = 24 * 60 * 60;

function timeOf(line: string): Timestamp | null {
  const found = TIMED.exec(line);
  if (!found) return null;
  const [, date, hours, minutes, seconds, fraction = '', epoch] = found;
  if (epoch !== undefined) return momentOf(epoch);
  const day = date === undefined ? 0 : Date.parse(`${date}T00:00:00Z`) / 1000;
  const time = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { seconds: day + time, nanos: Number(fraction.slice(1, 10).padEnd(9, '0')) };
}

export function readTcpdumpText(source: string, sink: LogSink, options: ReadOptions = {}): LogReader {
  const capture = openCapture(source, 'tcpdump', sink, options);
  let when: Timestamp = { seconds: Number.NaN, nanos: Number.NaN };
  let hex = '';
  let number = 0;
  let days = 0;
  let hasTimes: boolean | null = null;
  let broken: string | null = null;

  function flush(): void {
    const packet = octetsFromHex(hex);
    hex = '';
    if (!packet || packet.length === 0) return;
    const link = linkOfPacket(packet) ?? (isIp(packet) ? LINK.RAW : LINK.ETHERNET);
    capture.packet(link, when.seconds, when.nanos, packet, 0, packet.length, packet.length);
  }

  /**
   * Times of the day begin anew at midnight. Those that begin with 0 are since the first packet (-ttttt) or since the one
   * before (-ttt), and nothing tells which: no times then.
   */
  function setTime(time: Timestamp | null): void {
    hasTimes ??= time !== null && (time.seconds !== 0 || time.nanos !== 0);
    if (!hasTimes || !time) return;
    const seconds = time.seconds < DAY ? time.seconds + days * DAY : time.seconds;
    if (time.seconds < DAY && when.seconds - seconds > DAY / 2) days++;
    when = { seconds: time.seconds < DAY ? time.seconds + days * DAY : seconds, nanos: time.nanos };
  }

  const lines = splitLines((raw) => {
    const line = withoutCr(raw).replace(QUOTE, '');
    number++;
    const [, offset, digits = ''] = DUMP.exec(line) ?? [];
    if (offset === undefined) {
      if (!beginsPacket(line)) return;
      flush();
      setTime(timeOf(line));
    } else if (Number.parseInt(offset, 16) === hex.length / 2) hex += digits.replaceAll(' ', '');
    else if (Number.parseInt(offset, 16) === 0) {
      flush();
      hex = digits.replaceAll(' ', '');
    } else broken ??= `line ${number}: offset 0x${offset} is not where the octets before it end`;
  });
  return {
    push: lines.push,
    end: () => {
      lines.end();
      flush();
      capture.end(broken);
    },
  };
}

/** With a header whose checksum is wrong, too. */
function isIp(packet: Uint8Array): boolean {
  const version = (packet[0] ?? 0) >> 4;
  return version === 4 ? packet[9] === 6 && ((packet[0] as number) & 15) >= 5 : version === 6 && packet[6] === 6;
}
