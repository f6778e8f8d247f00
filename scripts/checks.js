/** What `npm run check` runs, and test/tooling/check.test.ts tool by tool: each with its script and arguments. */
import { join } from 'node:path'
import { root } from './install.js'

function packaged(path) {
  return join(root, 'node_modules', path)
}

/** Paths of the tools' own scripts, so that no shell and no search path is involved. */
export const tools = {
  biome: packaged('@biomejs/biome/bin/biome'),
  house: join(root, 'scripts/check-house.js'),
  knip: packaged('knip/bin/knip.js'),
  tsc: packaged('typescript/bin/tsc'),
}

/** [what is looked at, tool, arguments] */
export const checks = [
  ['types', 'tsc', ['--noEmit']],
  ['types of the pages', 'tsc', ['--noEmit', '-p', 'web']],
  ['types of the tests of the pages', 'tsc', ['--noEmit', '-p', 'test/pages']],
  ['format and lint', 'biome', ['ci', '--error-on-warnings', '--max-diagnostics=100', '.']],
  ['dead files, exports and dependencies', 'knip', ['-t', 'tsconfig.build.json', '--no-progress']],
  ['floors, circles, sizes and words', 'house', []],
]
