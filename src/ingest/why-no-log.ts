// What is said of an input that is no log: what it is instead, and what to give.

import { hasTcpdumpLines } from './capture/tcpdump-text.ts';
import { whyNoOctets } from './paste/octets.ts';

/** A key of the overview that stands beside the case reports. */
const OVERVIEW = /"reportfile"\s*:/;

const KINDS: readonly (readonly [start: string, name: string])[] = [
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x1f\x8b', 'gzip data: unpack it first'],
  ['\x28\xb5\x2f\xfd', 'Zstandard data: unpack it first'],
  ['\xfd7zXZ', 'xz data: unpack it first'],
  ['BZh', 'bzip2 data: unpack it first'],
  ['snoop\0\0\0', 'a capture of snoop: convert it with editcap -F pcapng'],
  ['GMBU', 'a capture of Network Monitor: convert it with editcap -F pcapng'],
  ['\x7fELF', 'a program'],
];

/** Fields that tshark took apart: as JSON, for Elasticsearch, as PDML and PSML. */
const TAKEN_APART =
  /"_source"\s*:\s*\{\s*"layers"\s*:|^\{"timestamp":"\d+","layers":|<pdml |<psml |<packet>\s*<proto /m;

/** It holds fields that another program took apart, in which hex digits are no octets of a connection. */
export function isTakenApart(head: string): boolean {
  return TAKEN_APART.test(head);
}

/** `tshark -V`; with -x too there would be a dump of each packet. */
function isTakenApartInWords(head: string): boolean {
  const countOf = (lines: RegExp) => head.match(lines)?.length ?? 0;
  return countOf(/^0000 {2}[\da-f]{2} /gm) < countOf(/^Frame \d+: (?:\w+, )?\d+ bytes on wire/gm);
}

/** What programs print of packets without their octets, and what to print instead. */
const WITHOUT_OCTETS: readonly (readonly [(head: string) => boolean, string])[] = [
  [
    (head) => isTakenApart(head) || isTakenApartInWords(head),
    'fields that tshark took apart, not octets: give the capture itself, or write one with tshark -w, or print it with tshark -x',
  ],
  [
    hasTcpdumpLines,
    "tcpdump's lines without the octets of the packets: write a capture with tcpdump -w, or print it with -X",
  ],
  [
    (head) => /^ *\d+ +\d+\.\d+ +\S+ +(?:\xe2\x86\x92|->|\S+) +\S+ +(?:TCP|HTTP|WebSocket|TLS\S*) +\d+ /m.test(head),
    'a list of packets without their octets: give the capture itself, or print it with tshark -x',
  ],
];

/** A log may begin with a bracket too, as one with times in them does. */
const JSON_BEGINS = /^\s*(?:\{|\[\s*(?:[[{"\]]|-?(?:0|[1-9]\d*)\s*[,\]]))/;

/** The suite's `index.json`: which reports there are. */
export function isOverview(head: string): boolean {
  return OVERVIEW.test(head);
}

/** Why an input is no log, in a few words. */
export function whyNoLog(head: string): string {
  if (head === '') return 'empty';
  const kind = KINDS.find(([start]) => head.startsWith(start))?.[1];
  if (kind) return `no wire log in it: it is ${kind}`;
  if (isOverview(head)) return 'the overview of all cases (index.json), no wire log in it: give a case report';
  const without = WITHOUT_OCTETS.find(([matches]) => matches(head))?.[1];
  if (without) return `no wire log in it: it holds ${without}`;
  if (JSON_BEGINS.test(head)) return 'no wire log in it: JSON, but no case report, HAR or NetLog';
  if (head.includes('\0')) return 'no wire log in it: binary data';
  const nearest = whyNoOctets(head);
  return nearest === null ? 'no wire log recognised in it' : `no wire log recognised in it: ${nearest}`;
}
