// Text that may have been escaped already, and may not.

import { escapeText } from '../model/octets.ts';

/** No control, bidi or invisible character is left; a backslash may be one of the text or of an escape. */
export function escapeOnce(text: string): string {
  return text.split('\\').map(escapeText).join('\\');
}
