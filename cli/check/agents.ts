// Whose cases the inputs hold, before they are judged: only their beginnings are read. A baseline of one agent is compared
// with by case alone where there is one agent here too, so that a version in its name breaks nothing.

import { closeSync, openSync, readSync } from 'node:fs';
import { formatOf } from '../../src/ingest/formats.ts';
import { decodeText } from '../../src/ingest/line-splitter.ts';
import type { Input } from '../input/find-inputs.ts';

const HEAD = 32 << 10;
/** Of Autobahn's JSON, its page, the page's text, and the text notation. */
const NAMED = [
  /"agent"\s*:\s*("(?:[^"\\]|\\.)*")/,
  /<p class="case case_\w+">([\s\S]*?) - <span/,
  /^[ \t>]*(\S.*) - Case [\d.]+ : /m,
  /^[ \t>]*# agent: (.*?)\r?$/m,
];

const FORMER_RESULTS = /^\{"type":"/;

/** Null where one of them does not tell. */
export function agentsOf(inputs: readonly Input[]): ReadonlySet<string> | null {
  const agents = new Set<string>();
  for (const { source, found } of inputs) {
    const head = source === '-' ? '' : headOf(source);
    // Beside the reports of a directory other files may lie, and former results.
    if (found && (formatOf(head) === null || FORMER_RESULTS.test(head))) continue;
    const agent = agentIn(head);
    if (agent === null) return null;
    agents.add(agent);
  }
  return agents;
}

function agentIn(head: string): string | null {
  const [, name] = NAMED.map((form) => form.exec(head)).find((found) => found !== null) ?? [];
  if (name === undefined) return null;
  const text = decodeText(name);
  try {
    return text.startsWith('"') ? String(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

/** One character an octet; empty where it cannot be read: who reads it as a log says so. */
function headOf(source: string): string {
  try {
    const fd = openSync(source, 'r');
    try {
      const octets = Buffer.alloc(HEAD);
      return octets.toString('latin1', 0, readSync(fd, octets, 0, HEAD, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
