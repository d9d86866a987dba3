// Counts above 2^53 in JSON: as digits, which a reader that needs them exact takes for a big integer.

/** Since ECMAScript 2026, which the types do not know yet. */
const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (text: string) => unknown };

/** For `JSON.stringify`, which takes no bigint. */
export function exactNumber(count: number | bigint | null): unknown {
  return typeof count === 'bigint' ? rawJSON(String(count)) : count;
}
