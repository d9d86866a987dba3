// Colour as escape codes, or not at all. Sixteen colours, so that the user's theme is followed.

const CODES = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

export type Ink = keyof typeof CODES;

export type Paint = (ink: Ink, text: string) => string;

export function painter(color: boolean): Paint {
  if (!color) return (_, text) => text;
  return (ink, text) => (text === '' ? '' : `\x1b[${CODES[ink]}m${text}\x1b[0m`);
}
