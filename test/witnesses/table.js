/**
 * The witnesses: programs around clients that other people wrote, unmodified. Plain JavaScript, because scripts/witnesses.js
 * reads it before anything is installed. README.md says how to add one.
 */

const signIn = ['sign-in', 'sign-in.certificate']
const termStore = ['group', 'set', 'term', 'pin', 'reuse', 'relations'].map((name) => `term-store.${name}`)
const gdap = ['create', 'lock', 'approve', 'assignment', 'terminate', 'customers'].map((name) => `gdap.${name}`)

/** The contract: what a client of Graph is asked for. */
const everything = [...signIn, ...termStore, 'paging', 'error', 'if-match', ...gdap]

/** With packages of the tests. */
const inNode = { folder: 'javascript', tools: [], prepare: [], preparedFrom: [], runs: 'always' }

/** Generated from our OpenAPI document, which leaves signing in to the program. */
const generated = {
  folder: 'generated',
  tools: ['npm'],
  prepare: [
    ['npm', 'ci', '--silent', '--no-audit', '--no-fund'],
    ['npm', 'run', '--silent', 'build'],
  ],
  preparedFrom: [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'src/hey-api.ts',
    'src/openapi-fetch.ts',
    'src/steps.ts',
    '../../../generated/openapi-v1.0.json',
  ],
  runs: 'ci',
  steps: everything.filter((step) => step !== 'sign-in.certificate'),
}

/**
 * `folder`: its working directory, below this one. `tools`: programs that must be on the machine. `prepare`: commands that
 * install or compile, run where a file of `preparedFrom` changed. `runs`: `always`, in whole runs with `CI` set (`ci`), or
 * only in `npm run test:witnesses` (`asked`). `versions`: a file that pins, and the packages to name. `steps`: what the
 * program must show, no more and no less. `transparent`: the client knows Microsoft's hosts only.
 */
export const witnesses = [
  {
    name: 'javascript-graph-client',
    ...inNode,
    command: ['node', 'graph-client.mjs'],
    versions: ['../../package.json', ['@microsoft/microsoft-graph-client', '@azure/identity']],
    steps: everything,
  },
  {
    name: 'generated-openapi-fetch',
    ...generated,
    command: ['node', 'out/src/openapi-fetch.js'],
    versions: ['package.json', ['openapi-typescript', 'openapi-fetch']],
  },
  {
    name: 'generated-hey-api',
    ...generated,
    command: ['node', 'out/src/hey-api.js'],
    versions: ['package.json', ['@hey-api/openapi-ts']],
  },
]
