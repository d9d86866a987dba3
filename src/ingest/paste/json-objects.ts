// Logs whose lines or elements are JSON objects, with a member that holds the octets and one that says who sent them: seen
// as lines of a label and octets.

/** Objects without others in them; a text that ends within one gives those before it. */
const OBJECT = /\{[^{}]*\}/g;
const HOLDS_OCTETS =
  /^(?:raw_?)?(?:hex|octets?|bytes?|data|raw|frame|buf(?:fer)?|wire|packet|payload|chunk|base64|b64)(?:_?(?:hex|base64|b64))?$/i;
const SAYS_WHO = /^(?:dir(?:ection)?|type|kind|event|op|from|sender|source|src|side|who|role|way|msg|message)$/i;
const IS_HEX = /^(?:0x)?[0-9a-f]{2}(?:[\s:,-]?(?:0x)?[0-9a-f]{2})+$/i;
const LONGEST_WORD = 32;

/** A line an object, such as `send: 81 05`; null where no object has octets. */
export function linesOfObjects(text: string): string | null {
  if (!/^\s*(?:\[\s*)?\{/.test(text)) return null;
  const lines = [...text.matchAll(OBJECT)].flatMap(([object]) => lineOf(object) ?? []);
  return lines.length === 0 ? null : lines.join('\n');
}

function lineOf(object: string): string | null {
  let members: readonly (readonly [string, unknown])[];
  try {
    members = Object.entries(JSON.parse(object));
  } catch {
    return null;
  }
  const [key, octets] = members.find(([name, value]) => HOLDS_OCTETS.test(name) && isSpelt(value, members)) ?? [];
  if (key === undefined) return null;
  const words = members.filter(([name, value]) => name !== key && isWord(value));
  const who = words.find(([name]) => SAYS_WHO.test(name))?.[1];
  // A word of a member that is not known may say who sent it.
  if (who === undefined && words.some(([, word]) => word !== 'base64')) return null;
  const label = who === undefined ? key : `${who}`;
  if (Array.isArray(octets)) return `${label}: [${octets.join(', ')}]`;
  return IS_HEX.test(`${octets}`) ? `${label}: ${octets}` : `${label}  base64: ${octets}`;
}

function isSpelt(value: unknown, members: readonly (readonly [string, unknown])[]): boolean {
  if (Array.isArray(value))
    return value.length > 1 && value.every((one) => Number.isInteger(one) && one >= 0 && one < 256);
  if (typeof value !== 'string') return false;
  const saysBase64 = members.some(([name, other]) => /base64|b64/i.test(`${name} ${isWord(other) ? other : ''}`));
  return IS_HEX.test(value) || (saysBase64 && /^[\w+/-]{4,}={0,2}$/.test(value));
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_WORD && /^[\w .:>-]+$/.test(value);
}
