// Which lines of a list are in sight. Lines are one screen line high, always, so all of this is arithmetic.

export interface Area {
  readonly width: number;
  readonly height: number;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** The first visible line, so that no more of the window is empty than has to be. */
export function clampTop(top: number, height: number, length: number): number {
  return clamp(top, 0, Math.max(length - height, 0));
}

/** The first visible line with the cursor in sight: as near as possible, or around it after a far jump. */
export function topFor(top: number, cursor: number, height: number, length: number): number {
  if (cursor >= top && cursor < top + height) return clampTop(top, height, length);
  if (cursor < top - height || cursor >= top + 2 * height) return clampTop(cursor - (height >> 1), height, length);
  return clampTop(cursor < top ? cursor : cursor - height + 1, height, length);
}
