import './node-version.mjs';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{cli,src}/**/*.built.test.ts'], testTimeout: 60_000, fileParallelism: false },
});
