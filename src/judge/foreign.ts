// What is no WebSocket, where a response or a frame should begin: named as what it is, and not read as frames.

import { cutOctets, type Octets, wholeOctets } from '../model/octets.ts';
import { type Alien, alienAt, cannotBegin } from '../protocol/alien.ts';
import { otherEnd } from '../protocol/connection.ts';
import { type Frame, startOf } from '../protocol/frame/frame.ts';
import { combinedValue, type Head, statusOf } from '../protocol/handshake/handshake.ts';
import { stepForeign } from '../protocol/steps/head.ts';
import type { Stream, StreamStep } from '../protocol/stream.ts';
import { ask, type Run } from './run.ts';

/** Octets of the server that came before its 101, which now turn out to have been there too early. */
export function judgeEarly(run: Run, head: Head): void {
  const { connection } = run;
  const client = connection.rx.role === 'client' ? connection.rx : connection.tx;
  const server = otherEnd(connection, client);
  const about = { sender: server };
  if (head.kind === 'request') {
    const { foreign } = server;
    if (!foreign || foreign.isOfOtherLayer || connection.response) return;
    ask(run, 'stray', { row: foreign.row, octets: foreign.place, sender: server }, { row: foreign.row, ...about });
  } else if (statusOf(head) === 101 && connection.request && server.beforeAnswer) {
    const { row, octet } = startOf(server.beforeAnswer);
    // What came before the request may be of another connection.
    if (server.gap || row < (connection.request.spans[0]?.row ?? 0)) return;
    ask(run, 'stray', { row, octets: [octet, octet + 1], sender: server }, { row, ...about });
  }
}

/** A proxy says for whom it speaks: that is none of the client's octets. */
export function takeProxy(run: Run, { row, octets }: Extract<StreamStep, { type: 'proxy' }>): void {
  const says = 'a header of the PROXY protocol, which a proxy puts before the request';
  ask(run, 'alien', { says, row, octets, by: null }, { row });
}

/** Where only a response can stand, something else does. */
export function takeStray(
  run: Run,
  stream: Stream,
  { row, octet, octets }: Extract<StreamStep, { type: 'stray' }>,
): void {
  const sender = run.connection[stream.direction];
  // Said already.
  if (sender.foreign) return;
  const alien = alienAt(octets, { isFirst: true, isAgreed: false, isSent: () => false });
  const isOfOtherLayer = alien?.isOfOtherLayer ?? false;
  const place: readonly [number, number] = [octet, octet + Math.max(1, octets.known.length)];
  stepForeign(run.connection, stream.direction, {
    row,
    place,
    octets: octets.known,
    isPassedOver: false,
    isOfOtherLayer,
  });
  if (alien && isOfOtherLayer) {
    const says = `${alien.kind} where the answer to the request should be`;
    ask(run, 'alien', { says, row, octets: [octet, octet + 1], by: sender.role }, { row, sender });
  } else ask(run, 'stray', { row, octets: place, sender }, { row, sender });
}

/** Where a frame should begin, something else does; false where it is a frame. */
export function takeAlien(run: Run, frame: Frame): boolean {
  const sender = run.connection[frame.direction];
  const isFirst = sender.frames === 0 && !sender.foreign && !frame.isGuessed;
  // Nearly every frame: no more is asked of it.
  if (!isFirst && !cannotBegin(frame.header)) return false;
  const octets = octetsAt(run, frame);
  const isSent = () => otherEnd(run.connection, sender).sendings.has(octets.known);
  const alien = alienAt(octets, { isFirst, isAgreed: isFirst && isAgreed(run), isSent });
  if (alien) passAlien(run, frame, alien, octets);
  return alien !== null;
}

/** The opening handshake was that of RFC 6455, and of no draft before it. */
function isAgreed({ connection: { response } }: Run): boolean {
  return response !== null && combinedValue(response, 'Sec-WebSocket-Accept') !== null;
}

function passAlien(run: Run, frame: Frame, { kind, after, isOfOtherLayer, length }: Alien, octets: Octets): void {
  const sender = run.connection[frame.direction];
  const stream = run.streams[frame.direction];
  const { row, octet } = startOf(frame);
  const known = octets.known.subarray(0, length);
  const place: readonly [number, number] = [octet, octet + Math.max(1, known.length)];
  stepForeign(run.connection, frame.direction, {
    row,
    place,
    octets: known,
    isPassedOver: after === 'frames',
    isOfOtherLayer,
  });
  run.subjects[frame.direction] = null;
  const rest = { ...cutOctets(octets.known.subarray(length), octets.length - length), exact: octets.exact };
  if (after === 'frames') stream.passOver(frame, { row, octet: octet + length, octets: rest });
  else if (after === 'found-again') stream.doubt();
  else stream.expect(run.connection.response ? 'body' : 'idle');
  const says = `${kind} where a frame should begin: ${AFTER_ALIEN[after]}`;
  ask(run, 'alien', { says, row, octets: [octet, octet + 1], by: sender.role }, { row, sender });
}

const AFTER_ALIEN: Readonly<Record<Alien['after'], string>> = {
  frames: 'it is passed over',
  'found-again': 'nothing is read until a row begins with a frame again',
  nothing: 'nothing after it is read',
};

/** The octets of the row in which the frame begins, from there on. */
function octetsAt(run: Run, frame: Frame): Octets {
  const { row, octet } = startOf(frame);
  const found = run.held.find(row)?.row;
  if (found?.kind !== 'octets') return wholeOctets(frame.header);
  if (octet === 0) return found.octets;
  const { known, length, exact } = found.octets;
  return { ...cutOctets(known.subarray(octet), length - octet), exact };
}
