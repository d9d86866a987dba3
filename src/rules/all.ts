// Every rule, and the only list of them. Within one frame's header the order is the order of precedence: reserved bits,
// opcode, control FIN, control length, length form, mask, fragmentation (one offending octet, one rule).

import { CLOSE_RULES } from './close.ts';
import { CLOSE_END_RULES } from './close-end.ts';
import { CLOSE_HANDSHAKE_RULES } from './close-handshake.ts';
import { CONTROL_RULES } from './control.ts';
import { DEFLATE_RULES } from './deflate.ts';
import { RSV1_RULES } from './deflate-rsv1.ts';
import { FRAGMENT_RULES } from './fragment.ts';
import { FRAME_RULES, LENGTH_AND_MASK_RULES } from './frame.ts';
import { HANDSHAKE_REACTION_RULES } from './handshake-reaction.ts';
import { HTTP_RULES } from './http.ts';
import { HTTP_CONTENT_RULES } from './http-content.ts';
import { HTTP_FIELD_RULES } from './http-field.ts';
import { FIELD_COUNT_RULES } from './kit/field-count.ts';
import type { Rule } from './kit/rule.ts';
import { LOG_RULES } from './log.ts';
import { MASK_RULES } from './mask.ts';
import { PHASE_RULES } from './phase.ts';
import { PHASE_END_RULES } from './phase-end.ts';
import { PING_RULES } from './ping.ts';
import { PMD_OFFER_RULES } from './pmd-offer.ts';
import { PMD_RESPONSE_RULES } from './pmd-response.ts';
import { PONG_RULES } from './pong.ts';
import { REACTION_RULES } from './reaction.ts';
import { REACTION_CLOSE_RULES } from './reaction-close.ts';
import { REACTION_TCP_RULES } from './reaction-tcp.ts';
import { UNPROVOKED_RULES } from './reaction-unprovoked.ts';
import { REFUSAL_RULES } from './refusal.ts';
import { REQUEST_RULES } from './request.ts';
import { REQUEST_FIELD_RULES } from './request-fields.ts';
import { REQUEST_KEY_RULES } from './request-key.ts';
import { REQUEST_OFFER_RULES } from './request-offer.ts';
import { RESPONSE_RULES } from './response.ts';
import { RESPONSE_ANSWER_RULES } from './response-answer.ts';
import { TEXT_RULES } from './text.ts';

/** All rules, with their sections of RFC 6455, RFC 7692 and the HTTP that these build on. */
export const RULES: readonly Rule[] = [
  ...HTTP_RULES,
  ...HTTP_FIELD_RULES,
  ...HTTP_CONTENT_RULES,
  ...FIELD_COUNT_RULES,
  ...REQUEST_RULES,
  ...REQUEST_KEY_RULES,
  ...REQUEST_FIELD_RULES,
  ...REQUEST_OFFER_RULES,
  ...RESPONSE_RULES,
  ...REFUSAL_RULES,
  ...RESPONSE_ANSWER_RULES,
  ...PMD_OFFER_RULES,
  ...PMD_RESPONSE_RULES,
  ...HANDSHAKE_REACTION_RULES,
  ...RSV1_RULES,
  ...FRAME_RULES,
  ...CONTROL_RULES,
  ...LENGTH_AND_MASK_RULES,
  ...MASK_RULES,
  ...FRAGMENT_RULES,
  ...CLOSE_RULES,
  ...CLOSE_HANDSHAKE_RULES,
  ...CLOSE_END_RULES,
  ...PING_RULES,
  ...PONG_RULES,
  ...TEXT_RULES,
  ...DEFLATE_RULES,
  ...PHASE_RULES,
  ...PHASE_END_RULES,
  ...REACTION_RULES,
  ...REACTION_CLOSE_RULES,
  ...REACTION_TCP_RULES,
  ...UNPROVOKED_RULES,
  ...LOG_RULES,
];

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

/** The rule that has that id, as `Annotation.rule` names it. */
export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}
