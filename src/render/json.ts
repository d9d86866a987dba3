// How text gets into JSON. JSON escapes C0 controls only; a log must not drive the terminal that the records are printed
// on either.

const UNSAFE = /[\x7f-\x9f\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** The value as JSON on one line, in which no control, bidi or invisible character is left. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, asciiEscape);
}

/** The value as JSON in ASCII alone; `indent`: blanks a level, of which none leave it on one line. */
export function asciiJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(/[\x7f-\uffff]/g, asciiEscape);
}

function asciiEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
