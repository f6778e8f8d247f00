/** Operations on worlds, snapshots and faults, which only the stand-in has. */
import type { Operations } from './operation.ts'
import {
  anything,
  closed,
  described,
  flag,
  instant,
  object,
  orNull,
  schemaNamed,
  text,
  values,
  whole,
} from './schemas.ts'

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

const snapshot = object({
  format: text,
  name: text,
  createdDateTime: instant,
  version: described(text, 'The release of Relata that made it.'),
  schema: described(whole, 'The number of the last migration of its rows.'),
  world: described(text, 'The world it is from.'),
  clock: object({ now: instant, ahead: { type: 'number' }, held: orNull({ type: 'number' }) }),
  ids: orNull(object({ seed: whole, made: whole })),
  bytes: whole,
  sha256: text,
  rows: described({ type: 'object', additionalProperties: whole }, 'Rows by table.'),
})
const rule = schemaNamed('shownFaultRule')
const ruleWish = described(
  { anyOf: [schemaNamed('faultRule'), schemaNamed('faultScenario')] },
  'A rule, or a scenario with `rules` (docs/faults.md); as `application/yaml` also YAML, and JSON with comments.',
)
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
    POST: {
      summary: 'Puts the world back to how it began.',
      body: closed({}),
      isBodyOptional: true,
      refusals: [409],
    },
  },
  '/_relata/seed': {
    POST: {
      summary: 'Adds the content of seeds to the world.',
      body: described({}, 'A seed, or `seed` with a seed, the name of a pack, or a list of these (docs/seeds.md).'),
      answer: { schema: values(anything) },
      refusals: [409],
    },
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
    GET: { summary: 'A snapshot.', answer: { schema: snapshot }, refusals: [400] },
    DELETE: { summary: 'Removes a snapshot.', refusals: [400] },
  },
  '/_relata/snapshots/{name}/load': {
    POST: { summary: 'Puts the world into that state.', body: closed({}), isBodyOptional: true, refusals: [409] },
  },
  '/_relata/export': {
    GET: {
      summary: 'The world, or a snapshot, as one file.',
      query: whichSnapshot,
      answer: { type: 'application/octet-stream', schema: {} },
      refusals: [404],
    },
  },
  '/_relata/import': {
    POST: {
      summary: 'Takes such a file.',
      query: { snapshot: described(text, 'It becomes this snapshot, and the world stays as it is.') },
      body: 'binary',
      answer: { schema: snapshot },
      refusals: [409],
    },
  },
  '/_relata/faults': {
    GET: {
      summary: 'What goes wrong on purpose.',
      query: { as: described(text, '`scenario`: as they were given, to be added again.') },
      answer: { schema: { anyOf: [values(rule), schemaNamed('faultScenario')] } },
    },
    POST: {
      summary: 'Adds a rule, or a scenario.',
      body: ruleWish,
      answer: { status: 201, schema: { anyOf: [rule, values(rule)] } },
      refusals: [409],
    },
    DELETE: { summary: 'Removes all rules.' },
  },
  '/_relata/faults/{id}': {
    GET: { summary: 'A rule.', answer: { schema: rule } },
    PATCH: { summary: 'Changes a rule.', body: schemaNamed('faultChange'), answer: { schema: rule }, refusals: [409] },
    DELETE: { summary: 'Removes a rule.' },
  },
}
