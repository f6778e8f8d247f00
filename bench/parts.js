/** What the bench can measure, in the order in which it does. `run(report, { postgres })` reports rows. */
import { beforePart } from './parts/before.js'
import { boundedPart } from './parts/bounded.js'
import { chainPart } from './parts/chain.js'
import { copyPart } from './parts/copy.js'
import { deliveriesPart } from './parts/deliveries.js'
import { duePart } from './parts/due.js'
import { exchangePart } from './parts/exchange.js'
import { firstStartPart } from './parts/first-start.js'
import { growthPart } from './parts/growth.js'
import { movePart } from './parts/move.js'
import { pagesPart } from './parts/pages.js'
import { partnersPart } from './parts/partners.js'
import { peersPart } from './parts/peers.js'
import { pinPart } from './parts/pin.js'
import { searchPart } from './parts/search.js'
import { memoryPart, startPart } from './parts/start.js'
import { taxonomyPart } from './parts/taxonomy.js'
import { testsPart } from './parts/tests.js'
import { postgresPart, readsPart, writesPart } from './parts/throughput.js'
import { uploadsPart } from './parts/uploads.js'
import { workersPart } from './parts/workers.js'
import { worldsPart } from './parts/worlds.js'

export const parts = {
  reads: { title: 'Reads, on SQLite', run: readsPart },
  writes: { title: 'Writes, on SQLite', run: writesPart },
  chain: { title: 'Creates on SQLite, with the chain over the log and without it', run: chainPart },
  postgres: { title: 'The same, on PostgreSQL', run: postgresPart },
  peers: { title: 'Open-source peers, on the same terms', run: peersPart },
  pin: { title: 'Pinning a branch', run: pinPart },
  move: { title: 'Moving a branch', run: movePart },
  taxonomy: { title: 'A taxonomy that people manage', run: taxonomyPart },
  search: { title: 'Typing into a search', run: searchPart },
  growth: { title: 'Ten times as many terms', run: growthPart },
  workers: { title: 'Two workers', run: workersPart },
  start: { title: 'Start to the first answer', run: startPart },
  firstStart: { title: 'The first start of a fresh clone', run: firstStartPart },
  memory: { title: 'Resident memory', run: memoryPart },
  tests: { title: 'Tests with a world each', run: testsPart },
  uploads: { title: 'Uploads without a token', run: uploadsPart },
  due: { title: 'Entries due at one moment', run: duePart },
  deliveries: { title: 'Events to a receiver', run: deliveriesPart },
  copy: { title: 'Copying a whole database', run: copyPart },
  exchange: { title: 'Taxonomies as files', run: exchangePart },
  partners: { title: 'A partner with 9,000 customers', run: partnersPart },
  pages: { title: 'The pages, in a browser', run: pagesPart },
  worlds: { title: 'Worlds', run: worldsPart },
  bounded: { title: 'Others, while the worst requests run', run: boundedPart },
  before: { title: 'Beside an earlier Relata', run: beforePart },
}
