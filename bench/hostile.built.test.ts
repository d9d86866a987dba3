// Twice the input may take twice the time. CPU seconds are compared, because other work on the machine takes none of them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
// @ts-expect-error: a script without types
import { runShape, SHAPES, writeShape } from './hostile.mjs';

interface Shape {
  readonly name: string;
  readonly what: string;
  readonly small: number;
}

const directory = mkdtempSync(join(tmpdir(), 'wirelog-growth-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What the start takes, and what chance adds. */
const ALLOWANCE = 0.5;
/** By its square it would be four. */
const MOST_GROWTH = 3;

it.each(SHAPES as readonly Shape[])('$name: $what', { timeout: 300_000 }, (shape) => {
  const file = join(directory, shape.name);
  const cpu = [shape.small, 2 * shape.small].map((size) => {
    writeShape(shape, size, file);
    const { cpu: seconds, code, says } = runShape(shape, size, file, 'dist/wirelog.js');
    expect([0, 1, 2], says).toContain(code);
    return seconds as number;
  });
  rmSync(file);
  expect(cpu[1]).toBeLessThan(MOST_GROWTH * (cpu[0] ?? 0) + ALLOWANCE);
});
