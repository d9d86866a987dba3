// Advice on `pmd/`: the negotiation of permessage-deflate.

import type { AdviceTable } from './table.ts';

export const PMD_ADVICE: AdviceTable = {
  'pmd/offer-unknown-param': [
    'The server has to decline the offer, and nothing is compressed.',
    'A name is misspelt, or an option of a library, such as a level or a threshold, is sent as a parameter.',
    'Send only the four parameters of RFC 7692, and keep local options local.',
  ],
  'pmd/offer-duplicate-param': [
    'The server has to decline the offer, and nothing is compressed.',
    'Defaults and configuration are joined without removing what both hold.',
    'Send each parameter once in an offer.',
  ],
  'pmd/offer-invalid-window-bits': [
    'The server has to decline the offer, and nothing is compressed.',
    'The size is given in octets instead of bits, with a sign or a leading zero, or without the value that it needs.',
    'Send 8 to 15 in digits; only client_max_window_bits may stand without a value.',
  ],
  'pmd/offer-takeover-value': [
    'The server has to decline the offer, and nothing is compressed.',
    'The parameter is written as a setting with the value true, false or 1.',
    'Send the name alone where the takeover is to be off, and nothing where it is not.',
  ],
  'pmd/window-bits-8': [
    'A peer on zlib cannot make such a stream and uses 9 bits instead, which some inflaters then refuse.',
    'Eight is the least value that the RFC allows, and is taken for the safe choice.',
    'Ask for 9 at least.',
  ],
  'pmd/response-unknown-param': [
    'Every client has to drop the connection.',
    'An option of the server, or a misspelt name, is sent as a parameter.',
    'Answer only with parameters of RFC 7692.',
  ],
  'pmd/response-duplicate-param': [
    'Every client has to drop the connection.',
    'The answer is put together from what the client asked and from the configuration of the server.',
    'Merge the two first, and send each parameter once.',
  ],
  'pmd/response-invalid-window-bits': [
    'Every client has to drop the connection.',
    'The server repeats client_max_window_bits without a value as the offer had it, or sends a size in octets.',
    'Send 8 to 15 in digits; in an answer each of the two needs a value.',
  ],
  'pmd/response-takeover-value': [
    'Every client has to drop the connection.',
    'The parameter is written as a setting with the value true, false or 1.',
    'Send the name alone, or leave it out.',
  ],
  'pmd/response-client-bits-not-offered': [
    'The client may be unable to shrink its window, and has to drop the connection.',
    'The server sends its configured limit to every client.',
    'Send client_max_window_bits only where the offer has it.',
  ],
  'pmd/response-server-bits-too-large': [
    'The client set aside a smaller window and cannot inflate what comes.',
    'The server ignores server_max_window_bits, or takes the larger of both values.',
    'Take the smaller one, and say it in the answer.',
  ],
  'pmd/response-server-takeover-missing': [
    'The client throws its window away after each message and cannot inflate the next one.',
    'The server ignores the parameter, or honours it without saying so.',
    'Repeat server_no_context_takeover in the answer, and reset the deflater after each message.',
  ],
  'pmd/response-matches-no-offer': [
    'The client asked for none of these combinations and has to drop the connection.',
    'The server picks parameters from several offers, where it has to accept one of them as a whole.',
    'Take the first offer that can be accepted, and answer that one.',
  ],
  'pmd/accepted-invalid-offer': [
    'Both ends may understand the agreement differently, and compressed messages fail.',
    'The server looks only for the name of the extension and skips parameters that it does not know.',
    'Check each offer as a whole, and decline those with unknown, double or invalid parameters.',
  ],
  'pmd/client-bits-above-hint': [
    'Nothing breaks: the client uses the smaller window of its hint, and the server keeps memory for nothing.',
    'The server sends its own limit without looking at the hint.',
    'Answer with the smaller of both.',
  ],
  'pmd/window-too-small': [
    'Messages are hardly compressed, and cost processor time all the same.',
    'The window was made as small as the protocol allows, to save memory for many connections.',
    'Use 10 bits or more, or no compression.',
  ],
};
