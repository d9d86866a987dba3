// Looks for a secret in everything that an attachment shows and in all that anybody can make of it.

import { inflateSoFar, startInflate } from '../protocol/deflate/inflate.ts';
import { payloadOf } from '../protocol/frame/frame.ts';
import { attachmentHtml } from '../render/attach/html.ts';
import { attachmentMarkdown } from '../render/attach/markdown.ts';
import { attachmentText } from '../render/attach/text.ts';
import type { AttachOptions } from './attachment.ts';
import { judgeLog, type WholeLog } from './judged-log.ts';
import { attachmentOf, readBack } from './whole-log.fixture.ts';

/** The text in all forms that an attachment has, and every octet run that reading it back gives. */
function everythingIn(log: WholeLog, options: Partial<AttachOptions> = {}): string {
  const attachment = attachmentOf(log, options);
  const forms = [
    attachmentMarkdown(attachment, false),
    attachmentMarkdown(attachment, true),
    attachmentText(attachment),
    attachmentHtml(attachment),
  ];
  const octets = forms
    .flatMap((form) => readBack(form).rows)
    .flatMap((row) => {
      const known =
        row.kind === 'octets' ? row.octets.known : row.kind === 'frame' ? (row.payload?.known ?? null) : null;
      return known
        ? [
            Buffer.from(known),
            ...keysIn(known).map((key) => Buffer.from(known.map((octet, i) => octet ^ (key[i & 3] as number)))),
          ]
        : [];
    });
  const made = madeOf(readBack(attachmentText(attachment)));
  return [...forms, ...[...octets, ...made].map((one) => one.toString('latin1'))].join('\n');
}

/** Every four octets of a row may be its masking key, at every alignment. */
function keysIn(known: Uint8Array): Uint8Array[] {
  const keys: Uint8Array[] = [];
  for (const at of [2, 4, 10]) {
    const key = known.subarray(at, at + 4);
    if (key.length === 4)
      for (let turn = 0; turn < 4; turn++) keys.push(key.map((_, i) => key[(i + turn) & 3] as number));
  }
  return keys;
}

/** The secret as it may be written. */
function formsOf(secret: string): string[] {
  const octets = Buffer.from(secret, 'utf8');
  const base64 = octets.toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    octets.toString('hex'),
    octets.toString('hex').toUpperCase(),
    (octets.toString('hex').match(/../g) ?? []).join(' '),
    base64,
    octets.toString('base64url'),
    octets.toString('latin1'),
  ];
}

export function leaksOf(secret: string, log: WholeLog, options: Partial<AttachOptions> = {}): string[] {
  const all = everythingIn(log, options);
  return formsOf(secret).filter((form) => form.length > 3 && all.includes(form));
}

/** Is the secret in the log at all, wherever and however? */
export function isPlanted(secret: string, log: WholeLog): boolean {
  const damaged = log.rows.map((row) => (row.kind === 'damaged' ? row.text : ''));
  const texts = [...madeOf(log).map((one) => one.toString('latin1')), ...damaged, stringsIn(log.header).join('\n')];
  return formsOf(secret).some((form) => texts.some((text) => text.includes(form)));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Rows and fragments put together, octets unmasked by whatever stands before them, payloads inflated. */
function madeOf(log: WholeLog): Buffer[] {
  const { annotated } = judgeLog(log);
  const runs = (['rx', 'tx'] as const).flatMap((direction) => {
    const frames = annotated.flatMap((row) => row.frames).filter(({ frame }) => frame.direction === direction);
    const messages = new Set(frames.flatMap(({ message }) => (message ? [message] : [])));
    const rows = log.rows.filter((row) => 'direction' in row && row.direction === direction);
    const known = rows.map((row) => (row.kind === 'octets' ? Buffer.from(row.octets.known) : Buffer.alloc(0)));
    const shown = rows.flatMap((row) => (row.kind === 'frame' && row.payload ? [Buffer.from(row.payload.known)] : []));
    const raw = Buffer.concat(known);
    const payloads = frames.map(({ frame }) => Buffer.from(payloadOf(frame)));
    const inflated = [...messages].flatMap(({ inflation }) => (inflation ? [Buffer.from(inflation.octets)] : []));
    const data = frames.filter(({ frame }) => frame.opcode < 8).map(({ frame }) => payloadOf(frame));
    return [
      raw,
      Buffer.from(raw.filter((_, i) => !isOfChunk(raw, i))),
      ...unmaskedIn(raw),
      Buffer.concat(shown),
      Buffer.concat(data),
    ].concat(...[shown, payloads, inflated]);
  });
  return [...runs, ...runs.map((run) => Buffer.from(inflateSoFar(startInflate(), [run], 1 << 20).octets))];
}

/** The sizes of chunks, and the line ends around them. */
function isOfChunk(raw: Buffer, at: number): boolean {
  const text = raw.toString('latin1');
  return [...text.matchAll(/(?:^|\r\n)[0-9a-f]+\r\n/g)].some(
    ({ 0: size, index }) => at >= index && at < index + size.length,
  );
}

function unmaskedIn(raw: Buffer): Buffer[] {
  return Array.from({ length: Math.max(raw.length - 8, 0) }, (_, at) => {
    const key = raw.subarray(at, at + 4);
    return Buffer.from(raw.subarray(at + 4).map((octet, i) => octet ^ (key[i & 3] as number)));
  });
}
