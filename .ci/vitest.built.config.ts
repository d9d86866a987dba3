import './node-version.mjs';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{cli,src,bench}/**/*.built.test.ts'], testTimeout: 60_000, fileParallelism: false },
});
