import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['*.test.mjs'],
    // Vitest runs five concurrent tests of a file at a time unless told otherwise.
    maxConcurrency: 100,
    // They all end when the last one does.
    testTimeout: 60_000,
  },
})
