/**
 * The witnesses: programs around clients that other people wrote, unmodified. Plain JavaScript, because scripts/witnesses.js
 * reads it before anything is installed. README.md says how to add one.
 */
import { delimiter } from 'node:path'

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

const python = process.platform === 'win32' ? '.venv/Scripts/python.exe' : '.venv/bin/python'
const inPython = {
  folder: 'python',
  tools: ['python3'],
  prepare: [
    ['python3', '-m', 'venv', '.venv'],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'],
  ],
  preparedFrom: ['requirements.txt'],
  runs: 'ci',
}

/** Where the witness has packages of its own; scripts of packages are not run. */
const npmInstall = ['npm', 'install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/**
 * `folder`: its working directory, below this one. `tools`: programs that must be on the machine. `prepare`: commands that
 * install or compile, run where a file of `preparedFrom` changed. `runs`: `always`, in whole runs with `CI` set (`ci`), or
 * only in `npm run test:witnesses` (`asked`). `versions`: a file that pins, and the packages to name. `steps`: what the
 * program must show, no more and no less. `transparent`: the client knows Microsoft's hosts only.
 */
export const witnesses = [
  // Two run at once, so the longest one comes first.
  {
    name: 'm365',
    folder: 'm365',
    tools: ['npm'],
    prepare: [npmInstall],
    preparedFrom: ['package-lock.json'],
    runs: 'ci',
    command: ['node', 'm365.mjs'],
    versions: ['package.json', ['@pnp/cli-microsoft365']],
    steps: [...everything.filter((step) => step !== 'paging'), 'tenant', 'directory', 'roles'],
    transparent: true,
  },
  {
    name: 'go-msgraph-sdk',
    folder: 'go',
    tools: ['go'],
    // One package at a time: some of the SDK's take more than a gigabyte of memory to compile.
    prepare: [['go', 'build', '-p', '1', '-o', 'bin/witness', '.']],
    preparedFrom: ['go.mod', 'go.sum', ...['main', 'sign_in', 'term_store', 'gdap'].map((name) => `${name}.go`)],
    runs: 'asked',
    command: ['bin/witness'],
    versions: [
      'go.mod',
      ['github.com/microsoftgraph/msgraph-sdk-go', 'github.com/Azure/azure-sdk-for-go/sdk/azidentity'],
    ],
    steps: everything,
  },
  {
    name: 'java-microsoft-graph',
    folder: 'java',
    tools: ['java', 'mvn', 'keytool'],
    prepare: [['mvn', '-q', '-B', 'package']],
    preparedFrom: [
      'pom.xml',
      ...['Witness', 'SignIn', 'TermStore', 'Gdap'].map((name) => `src/main/java/${name}.java`),
    ],
    runs: 'asked',
    command: ['java', '-cp', `target/witness.jar${delimiter}target/lib/*`, 'Witness'],
    versions: ['pom.xml', ['microsoft-graph', 'azure-identity']],
    steps: everything,
  },
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
  {
    name: 'javascript-msgraph-sdk',
    ...inNode,
    command: ['node', 'msgraph-sdk.mjs'],
    versions: ['../../package.json', ['@microsoft/msgraph-sdk', '@azure/identity']],
    steps: everything,
  },
  {
    name: 'curl',
    folder: 'curl',
    tools: ['bash', 'curl', 'sed'],
    prepare: [],
    preparedFrom: [],
    runs: 'always',
    command: ['bash', 'witness.sh'],
    // Any version: what is used of it is as old as `--fail-with-body` (7.76, of 2021).
    versions: ['witness.sh', []],
    steps: [
      'sign-in',
      'term-store.group',
      'error',
      'if-match',
      ...['create', 'approve', 'terminate'].map((name) => `gdap.${name}`),
    ],
  },
  {
    name: 'curl-transparent',
    folder: 'curl',
    tools: ['bash', 'curl', 'sed'],
    prepare: [],
    preparedFrom: [],
    runs: 'always',
    command: ['bash', 'transparent.sh'],
    versions: ['transparent.sh', []],
    steps: ['sign-in', 'term-store.group'],
    transparent: true,
  },
  {
    name: 'python-msgraph-sdk',
    ...inPython,
    command: [python, 'graph.py'],
    versions: ['requirements.txt', ['msgraph-sdk', 'azure-identity']],
    steps: [...everything, 'sign-in.sync', 'slash'],
  },
  {
    name: 'python-msgraph-sdk-default',
    ...inPython,
    command: [python, 'default_host.py'],
    versions: ['requirements.txt', ['msgraph-sdk', 'azure-identity']],
    steps: ['slash'],
    transparent: true,
  },
  {
    name: 'python-msgraph-sdk-small',
    ...inPython,
    command: [python, 'small.py', 'Kitchen'],
    versions: ['requirements.txt', ['msgraph-sdk', 'azure-identity']],
    steps: ['term-store.pin'],
  },
  {
    name: 'python-msal',
    ...inPython,
    command: [python, 'msal_requests.py'],
    versions: ['requirements.txt', ['msal', 'requests']],
    steps: [...signIn, 'error', 'paging'],
  },
  {
    name: 'python-office365',
    ...inPython,
    command: [python, 'office365_client.py'],
    versions: ['requirements.txt', ['office365-rest-python-client', 'msal']],
    steps: [
      ...signIn,
      ...termStore.slice(0, 3),
      ...['paging', 'error', 'tenant', 'gdap.customers', 'gdap.relationships', 'directory'],
    ],
    transparent: true,
  },
]

/** No client, and nothing it sends is the same twice: it has a suite of its own, schemathesis.test.ts. */
export const schemathesis = {
  name: 'schemathesis',
  ...inPython,
  folder: 'schemathesis',
  command: [python, 'run.py'],
  versions: ['requirements.txt', ['schemathesis']],
  steps: ['schemathesis.v1.0', 'schemathesis.beta'],
}
