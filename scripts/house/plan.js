/** The plan of the house as data: which floor may import what, and the limits. docs/adr/0022 says why. */

const pure = ['node:buffer', 'node:crypto', 'node:util']
const node = ['node:*']

/** Floor → the floors, files of floors, packages and modules of Node it may import beside itself. Lowest first. */
export const floors = {
  base: [...pure],
  edm: ['#base', ...pure],
  odata: ['#edm', '#base', ...pure],
  store: ['#edm', '#base', 'kysely', 'pg', ...node],
  workloads: ['#edm', '#base', ...pure],
  exchange: [
    ...['#workloads', '#edm', '#base'],
    ...['@rubensworks/saxes', 'csv-parse/sync', 'fflate', 'jsonld-streaming-parser', 'n3', 'rdfxml-streaming-parser'],
    ...pure,
    'node:stream',
  ],
  notify: ['#workloads', '#edm', '#base', ...node],
  // Lists of customers and Microsoft's tool come as CSV.
  bulk: ['#workloads/directory/role-catalogue.ts', '#edm', '#base', 'csv-parse/sync', ...pure],
  sharepoint: ['#workloads', '#edm', '#base', ...pure],
  engine: ['#odata', '#edm', '#base', ...pure],
  faults: ['#engine', '#odata', '#edm', '#base', ...pure],
  auth: ['#edm', '#base', 'jose', ...pure],
  control: ['#edm', '#base', ...pure],
  http: [
    '#engine',
    '#auth',
    '#control',
    '#edm',
    '#base',
    '#odata/body/error-body.ts',
    '#sharepoint/address/target.ts',
    ...node,
  ],
  worlds: ['#http', '#control', '#engine', '#edm', '#base', ...node],
  app: [
    ...[
      '#worlds',
      '#http',
      '#control',
      '#auth',
      '#faults',
      '#engine',
      '#bulk',
      '#exchange',
      '#notify',
      '#sharepoint',
      '#workloads',
      '#store',
      '#odata',
      '#edm',
      '#base',
    ],
    ...['@opentelemetry/*', '@peculiar/x509', 'commander', 'pino', 'prom-client', 'reflect-metadata', 'yaml', ...node],
  ],
  testing: ['#app', '#worlds', '#http', '#control', '#base', 'vitest', ...node],
  cli: [
    '#app',
    '#worlds',
    '#http',
    '#control',
    '#auth',
    '#bulk',
    '#exchange',
    '#workloads',
    '#store',
    '#edm',
    '#base',
    'commander',
    // Templates of GDAP are files of YAML.
    'yaml',
    ...node,
  ],
}

/** Serve any model, so they name no workload. */
export const sharedFloors = ['edm', 'odata', 'store', 'engine']

/** Room → rooms of its own floor that it must not know. */
export const closedRooms = [
  ...['schema', 'migrations', 'query', 'rows', 'write'].flatMap((room) => [
    { room: `store/${room}`, not: 'store/sqlite' },
    { room: `store/${room}`, not: 'store/postgres' },
  ]),
  { room: 'store/sqlite', not: 'store/postgres' },
  { room: 'store/postgres', not: 'store/sqlite' },
]

/** Floor → the folder's name for its rooms' order; migrations are frozen, so no limit counts them. */
export const frozen = ['store/migrations']

export const limits = {
  entriesOfRoom: 16,
  linesOfFile: 400,
  linesOfFunction: 80,
  /** Interface of the ports → methods at most, inherited ones included. */
  members: { Store: 13, Tx: 12, Rules: 10 },
  /** Fewer files than this mean that the reader is blind, not that the house is in order. */
  leastFiles: 300,
}
