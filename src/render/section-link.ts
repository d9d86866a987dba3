// Where a section of an RFC can be read.

/** The address of the first section that the text names; null where it names none. */
export function sectionLink(section: string): string | null {
  const [, rfc, number] = /RFC (\d+)(?: §([\d.]*\d))?/.exec(section) ?? [];
  if (rfc === undefined) return null;
  return `https://www.rfc-editor.org/rfc/rfc${rfc}${number === undefined ? '' : `#section-${number}`}`;
}
