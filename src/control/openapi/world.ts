/** Operations on worlds, snapshots and faults, which only the stand-in has. */
import type { Operations } from './operation.ts'
import { anything, closed, described, flag, instant, object, text, values, whole } from './schemas.ts'

const world = object({
  id: text,
  url: text,
  'port?': whole,
  header: object({ 'relata-world': text }),
  createdDateTime: instant,
  requestCount: whole,
  idleSeconds: whole,
})

const worldWish = closed({
  'id?': described(text, 'Lower-case letters, digits and hyphens; absent: one is made.'),
  'from?': described(text, 'A world or a snapshot; absent: `default`.'),
  'seed?': described({}, 'Data that is added.'),
  'clock?': described(instant, 'Where its clock stands still.'),
  'ids?': described(whole, 'Ids follow from this number.'),
  'port?': described(whole, '0 selects a free one; absent: it has no port of its own.'),
})

const snapshot = object({ name: text, createdDateTime: instant })
const rule = object({
  id: text,
  on: flag,
  startDateTime: instant,
  matches: whole,
  hits: whole,
  lastHit: described({}, 'With `dateTime` and `requestId`; null: it was never applied.'),
})
const ruleWish = described(anything, 'A rule, or a scenario with `rules` (docs/faults.md).')
const whichSnapshot = { snapshot: described(text, 'A snapshot instead of the world.') }

export const worldOperations: Operations = {
  '/_relata/worlds': {
    GET: { summary: 'The worlds of the server.', answer: { schema: values(world) } },
    POST: {
      summary: 'Makes a world.',
      body: worldWish,
      isBodyOptional: true,
      answer: { status: 201, schema: world },
      refusals: [404, 409],
    },
  },
  '/_relata/worlds/{id}': {
    GET: { summary: 'A world.', answer: { schema: world } },
    DELETE: { summary: 'Ends a world.', refusals: [409] },
  },
  '/_relata/reset': {
    POST: { summary: 'Puts the world back to how it began.', body: closed({}), isBodyOptional: true },
  },
  '/_relata/snapshots': {
    GET: { summary: 'The snapshots of the server.', answer: { schema: values(snapshot) } },
    POST: {
      summary: 'Keeps the state of the world under a name.',
      body: closed({ name: text, 'replace?': flag }),
      answer: { status: 201, schema: snapshot },
      refusals: [409],
    },
  },
  '/_relata/snapshots/{name}': {
    GET: { summary: 'A snapshot.', answer: { schema: snapshot } },
    DELETE: { summary: 'Removes a snapshot.' },
  },
  '/_relata/snapshots/{name}/load': {
    POST: { summary: 'Puts the world into that state.', body: closed({}), isBodyOptional: true, refusals: [409] },
  },
  '/_relata/export': {
    GET: {
      summary: 'The world, or a snapshot, as one file.',
      query: whichSnapshot,
      answer: { type: 'application/octet-stream', schema: {} },
    },
  },
  '/_relata/import': {
    POST: {
      summary: 'Takes such a file.',
      query: { snapshot: described(text, 'It becomes this snapshot, and the world stays as it is.') },
      body: 'binary',
      answer: { schema: anything },
      refusals: [409],
    },
  },
  '/_relata/faults': {
    GET: {
      summary: 'What goes wrong on purpose.',
      query: { as: described(text, '`scenario`: as they were given, to be added again.') },
      answer: { schema: anything },
    },
    POST: {
      summary: 'Adds a rule, or a scenario.',
      body: ruleWish,
      answer: { status: 201, schema: anything },
      refusals: [409],
    },
    DELETE: { summary: 'Removes all rules.' },
  },
  '/_relata/faults/{id}': {
    GET: { summary: 'A rule.', answer: { schema: rule } },
    PATCH: { summary: 'Changes a rule.', body: anything, answer: { schema: rule }, refusals: [409] },
    DELETE: { summary: 'Removes a rule.' },
  },
}
