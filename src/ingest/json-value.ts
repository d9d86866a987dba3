// What a value of somebody else's JSON is, where it may be anything.

export type JsonRecord = Readonly<Record<string, unknown>>;

/** An object with the members of the value; without any where it is none. */
export function recordOf(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null ? (value as JsonRecord) : {};
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Null where it is no text. */
export function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
