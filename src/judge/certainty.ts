// What a finding stands on beside the octets that it names. Where that is a guess, or lies before the log, no rule can be
// certain. All rules are asked about it here and nowhere else: none of them has to think of it.

import { type Connection, lacksBeginning } from '../protocol/connection.ts';
import type { Frame } from '../protocol/frame/frame.ts';
import { missingMeaning } from '../rules/frame.ts';
import { areaOf, type Found, NEVER_MASKED, type Rule } from '../rules/kit/rule.ts';
import type { Finding } from '../rules/kit/rule-runner.ts';

/** What the finding is about. */
interface AboutFrame {
  readonly frame?: Frame;
}

/** Areas whose rules look at one frame, or at what its own sender sent before: the other side's frames are no matter. */
const AREAS_OF_ONE_SIDE: ReadonlySet<string> = new Set(['frame', 'control', 'fragment', 'text', 'mask', 'deflate']);

/** The finding; where what it stands on is not known, with what is missing. */
export function unlessOpen(finding: Finding, about: AboutFrame, connection: Connection): Finding {
  const { rule, found } = finding;
  const frame = frameOf(found, about);
  if (frame && isClearPayload(found, frame, connection)) return { rule, found: { ...found, missing: NEVER_MASKED } };
  if (found.missing !== undefined || rule.by.length === 0) return finding;
  const unread = frame && isOfPayload(found, frame) ? missingForPayload(frame, connection) : null;
  if (unread !== null) return { rule, found: { ...found, missing: unread } };
  const missing = missingFor(finding, about, connection);
  return missing === null ? finding : { rule, found: { ...found, missing, isOfRule: true } };
}

function frameOf({ on }: Found, { frame }: AboutFrame): Frame | undefined {
  return typeof on === 'object' && 'ordinal' in on ? on : frame;
}

/** It names octets of the payload; those of a frame that a row alone tells of begin with it. */
function isOfPayload({ octets }: Found, { headerLength }: Frame): boolean {
  return octets !== undefined && octets[0] >= headerLength && octets[1] > 1;
}

/** What is wrong with a payload is not certain where that seems to be shown before it was masked. */
function isClearPayload(found: Found, frame: Frame, { header }: Connection): boolean {
  // The log of a test suite shows what is on the wire.
  return frame.clearOnWire === true && isOfPayload(found, frame) && header.report === null;
}

/** An extension may have changed a payload, or put something before it (RFC 6455 §5.2). */
function missingForPayload({ rsv }: Frame, connection: Connection): string | null {
  return rsv !== 0 || connection.unknownExtension !== null ? missingMeaning(connection) : null;
}

function missingFor({ rule, found }: Finding, about: AboutFrame, connection: Connection): string | null {
  const { rx, tx, roleGuessed } = connection;
  const frame = frameOf(found, about);
  const isGuess = about.frame?.isGuessed || frame?.isGuessed;
  if (isGuess || ((rx.hasGuesses || tx.hasGuesses) && !isOfOneSide(rule))) {
    return 'where frames begin, of which nothing tells but the look of the octets';
  }
  if (rule.needs === 'beginning' && lacksBeginning(connection)) return 'what came before the log begins';
  return roleGuessed && standsOnRole(rule) ? 'which side is the client' : null;
}

/** A fault of one frame, after which its receiver has to fail the connection, is such in any area. */
function isOfOneSide(rule: Rule): boolean {
  return AREAS_OF_ONE_SIDE.has(areaOf(rule.id)) || rule.reaction !== 'none';
}

/** Only one role can break it. What has a mask comes from a client, or is wrong in itself. */
function standsOnRole(rule: Rule): boolean {
  return rule.by.length === 1 && areaOf(rule.id) !== 'mask';
}
