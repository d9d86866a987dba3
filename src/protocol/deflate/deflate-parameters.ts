// The parameters of permessage-deflate (RFC 7692 §7): which are faulty, and whether an answer keeps to an offer.

import type { Extension, ExtensionParameter } from '../handshake/extension.ts';
import type { Head } from '../handshake/handshake.ts';

export const PERMESSAGE_DEFLATE = 'permessage-deflate';

const KINDS: Readonly<Record<string, 'flag' | 'bits'>> = {
  server_no_context_takeover: 'flag',
  client_no_context_takeover: 'flag',
  server_max_window_bits: 'bits',
  client_max_window_bits: 'bits',
};

/** What holds where nothing limits it, and so what an offer of it asks for (RFC 7692 §7.1.2). */
const LARGEST_WINDOW_BITS = 15;
const WINDOW_BITS = /^(?:[89]|1[0-5])$/;

export type ParameterFault = 'unknown-param' | 'duplicate-param' | 'invalid-window-bits' | 'takeover-value';

export interface FaultyParameter {
  readonly parameter: ExtensionParameter;
  readonly fault: ParameterFault;
}

export function deflateElements(extensions: readonly Extension[]): readonly Extension[] {
  return extensions.filter(({ name }) => name === PERMESSAGE_DEFLATE);
}

/** The faulty parameters, each with its first fault. */
export function parameterFaults({ parameters }: Extension, kind: Head['kind']): readonly FaultyParameter[] {
  const seen = new Set<string>();
  return parameters.flatMap((parameter) => {
    const fault = seen.has(parameter.name) ? 'duplicate-param' : faultOf(parameter, kind);
    seen.add(parameter.name);
    return fault === null ? [] : [{ parameter, fault }];
  });
}

function faultOf({ name, value }: ExtensionParameter, kind: Head['kind']): ParameterFault | null {
  const known = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (known === undefined) return 'unknown-param';
  if (known === 'flag') return value === null ? null : 'takeover-value';
  // Only an offer may name client_max_window_bits without saying how many (RFC 7692 §7.1.2.2).
  if (value === null) return kind === 'request' && name === 'client_max_window_bits' ? null : 'invalid-window-bits';
  return WINDOW_BITS.test(value) ? null : 'invalid-window-bits';
}

/** The number that the parameter gives; null where it is absent, has none, or is faulty. */
export function windowBits({ parameters }: Extension, name: string): number | null {
  const value = parameters.find((parameter) => parameter.name === name)?.value ?? null;
  return value !== null && WINDOW_BITS.test(value) ? Number(value) : null;
}

export function parameterNamed({ parameters }: Extension, name: string): ExtensionParameter | undefined {
  return parameters.find((parameter) => parameter.name === name);
}

/** What an answer can do to an offer that it may not: the tails of the rules' ids. */
export type UnkeptOffer = 'client-bits-not-offered' | 'server-bits-too-large' | 'server-takeover-missing';

const KEEPS: Readonly<Record<UnkeptOffer, (offer: Extension, answer: Extension) => boolean>> = {
  'client-bits-not-offered': (offer, answer) => {
    // Without a number it is a fault of its own.
    const isLimited = windowBits(answer, 'client_max_window_bits') !== null;
    return !isLimited || parameterNamed(offer, 'client_max_window_bits') !== undefined;
  },
  'server-bits-too-large': (offer, answer) => {
    const limit = windowBits(offer, 'server_max_window_bits') ?? LARGEST_WINDOW_BITS;
    const isFaulty =
      parameterNamed(answer, 'server_max_window_bits') && windowBits(answer, 'server_max_window_bits') === null;
    const bits = windowBits(answer, 'server_max_window_bits') ?? LARGEST_WINDOW_BITS;
    return isFaulty === true || bits <= limit;
  },
  'server-takeover-missing': (offer, answer) =>
    !parameterNamed(offer, 'server_no_context_takeover') ||
    parameterNamed(answer, 'server_no_context_takeover') !== undefined,
};

function unkeptBy(offer: Extension, answer: Extension): readonly UnkeptOffer[] {
  return (Object.keys(KEEPS) as UnkeptOffer[]).filter((what) => !KEEPS[what](offer, answer));
}

export interface DeflateAnswer {
  readonly answer: Extension;
  /** The offers that did not have to be declined. */
  readonly usable: readonly Extension[];
  /** The usable offers that the answer keeps to as a whole. */
  readonly kept: readonly Extension[];
  /** What the answer does to every usable offer. */
  readonly unkept: readonly UnkeptOffer[];
}

/** Null where there is nothing to compare: no offer of permessage-deflate, or no answer to one. */
export function deflateAnswer(offered: readonly Extension[], answered: readonly Extension[]): DeflateAnswer | null {
  const offers = deflateElements(offered);
  const answer = deflateElements(answered)[0];
  if (!answer || offers.length === 0) return null;
  const usable = offers.filter((offer) => parameterFaults(offer, 'request').length === 0);
  const all = usable.map((offer) => unkeptBy(offer, answer));
  return {
    answer,
    usable,
    kept: usable.filter((_, i) => all[i]?.length === 0),
    unkept: (all[0] ?? []).filter((what) => all.every((some) => some.includes(what))),
  };
}
