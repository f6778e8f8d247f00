/** Runs the steps of a request (steps.ts: read that file first), and makes the engine they run on. */
import { checkTime } from '#base/deadline.ts'
import type { Dialect } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import type { Version } from '#edm/props.ts'
import type { WriteNotes } from '#edm/records/reading.ts'
import { isRecorded } from '#edm/records/recording.ts'
import { withCurrentRoles } from './access/current-roles.ts'
import { lastStep, withThrottling } from './access/throttling.ts'
import { batchOn, inOneTransaction } from './batch/batch.ts'
import { knownAddresses } from './cache/known-addresses.ts'
import { pathsOf } from './cache/paths.ts'
import { partsOf } from './changes/branches.ts'
import { changesOn } from './changes/change-log.ts'
import { historyOn } from './changes/history.ts'
import { pastOn } from './changes/past.ts'
import { recordReadsOn } from './changes/record-reads.ts'
import { recordPrunings } from './changes/record-retention.ts'
import { recorderOn } from './changes/recorder.ts'
import { settleRows } from './changes/settled.ts'
import { failure } from './failure.ts'
import { plansOf } from './plans/plans.ts'
import { documentsOf } from './read/documents.ts'
import type { Handle, PlainRequest, PlainResponse } from './request.ts'
import type { RequestContext, Routes } from './request-context.ts'
import type { Engine, EngineControls, EngineFacts, FaultPlace, Past } from './session.ts'
import { knownStep, type Letter, letterOf, steps } from './steps.ts'
import { agendaOf } from './time/agenda.ts'
import { pruningOf, Retention } from './time/retention.ts'
import { behavioursOf } from './walk/type-rules.ts'
import { rehearsed } from './write/dry-run.ts'

/** Runs the steps of a request. The only place where its errors are caught. */
function pipelineOn(engine: Engine, routes: Routes): Handle {
  const { onStep } = engine
  return async (request) => {
    const context: RequestContext = { engine, routes, request }
    let letter: Letter | undefined
    let current = ''
    try {
      for (const [name, work, letters] of steps) {
        if (letter === undefined && context.address !== undefined) letter = letterOf(request, context.address)
        if (letter !== undefined && !letters.includes(letter)) continue
        current = name
        checkTime(request.deadline)
        onStep?.(name, request)
        const answer = await work(context)
        if (answer !== undefined) return answer
      }
      throw new Error('no step has answered the request')
    } catch (error) {
      const refused = (): PlainResponse => failure(engine, request, error, context.address?.steps.at(-1), current)
      return rehearsed(context, error, refused) ?? refused()
    } finally {
      const { trail } = request
      if (trail !== undefined) {
        trail.letter = letter
        trail.last = current
      }
    }
  }
}

/** Answers a row at a known address by one statement, and everything else by the steps. */
function withKnownAddresses(engine: Engine, pipeline: Handle): Handle {
  const { addresses, agenda, unenforced } = engine
  // With `warn` every request runs its checks, so that each refusal is reported.
  if (addresses === undefined || unenforced?.warn !== undefined) return pipeline
  return async (request) => {
    const { actor } = request
    const known = actor && addresses.lookup(request, actor)
    if (known === undefined) return pipeline(request)
    try {
      // What is due by now is fired first.
      const answer = agenda.pending() === undefined ? await known.read() : undefined
      if (answer === undefined) return await pipeline(request)
      if (request.trail !== undefined) request.trail.last = knownStep
      return answer
    } catch (error) {
      return failure(engine, request, error, known.step)
    }
  }
}

/** Undefined: nothing is ever removed. */
function retentionOf(engine: Engine): Retention | undefined {
  const { store, clock, changes, history, records, onPruned, report } = engine
  if (records === undefined) return undefined
  const prunings = [
    ...records.map((record) => pruningOf(store, clock, record)),
    ...(engine.prunings ?? []),
    ...(changes === undefined ? [] : [changes.pruning]),
    ...(history === undefined ? [] : recordPrunings(store, clock, engine)),
  ]
  return new Retention({ store, clock, prunings, onPruned: onPruned ?? (() => undefined), report })
}

/** What the engine does besides answering requests. */
function controlsOf(engine: Engine, routes: Routes): Omit<EngineControls, 'served'> {
  const retention = retentionOf(engine)
  const { agenda, strict, ids, steadyRows, history, record } = engine
  return {
    settle: async () => agenda.pending(),
    inTenant: async (tenantId, actor, work, recorded) => {
      let isRecordedNow = false
      const done = await agenda.write(tenantId, async (tx, timed) => {
        const recorder = recorded && history && recorderOn(tx, isRecorded)
        const { verb = '', ...known } = recorded ?? {}
        const notes: WriteNotes = known
        const context = { tx: recorder?.tx ?? tx, actor, prefer: new Map(), strict, ids, record, notes, ...timed }
        const result = await work(context)
        if (!recorder || history === undefined) return result
        await settleRows(engine, context, recorder.rows())
        for (const { rows, ...bin } of partsOf(recorder.rows(), context.notes.branches)) {
          const change = await history.keep(tx, rows, { verb, ...context, notes: { ...context.notes, ...bin } })
          isRecordedNow ||= change !== undefined
        }
        return result
      })
      if (isRecordedNow) engine.onRecorded?.(recorded?.verb ?? '')
      return done
    },
    withRules: (rules) => {
      const { unenforced: _, ...enforced } = engine
      const behaviours = behavioursOf(Object.values(engine.models), rules)
      // What a seed brings is there from the beginning: it is no change.
      const bare = {
        ...enforced,
        behaviours,
        silentCreates: new Set<string>(),
        strict: false,
        strictBodies: false,
        history: undefined,
      }
      return pipelineOn({ ...bare, real: { ...bare, plans: (engine.real ?? engine).plans } }, routes)
    },
    forget: (tenantId) => {
      for (const address of steadyRows.keys()) if (address.startsWith(`${tenantId}|`)) steadyRows.delete(address)
    },
    prune: async () => retention?.settle(),
    close: async () => {
      engine.past?.close()
      await retention?.close()
      await agenda.close()
    },
  }
}

/** In strict mode nothing can be named that Microsoft does not publish. */
function modelsFor({ models, strict }: EngineFacts): EngineFacts['models'] {
  if (!strict) return models
  const only = (version: Version): Model => ({ ...models[version], onlyPublished: true })
  return { 'v1.0': only('v1.0'), beta: only('beta') }
}

/** Answers from a store that holds an earlier state: nothing happens there by itself, and nothing is recorded. */
function pastOf(facts: EngineFacts): Past | undefined {
  const { pastStore, clock } = facts
  if (pastStore === undefined) return undefined
  const { records: _, agendaEntry: __, pastStore: ___, faulty: ____, onPruned: _____, ...usual } = facts
  return pastOn({ clock, open: pastStore, answering: (store) => makeEngine({ ...usual, store, unrecorded: true }) })
}

function engineOf(given: EngineFacts): Engine {
  const facts = { ...given, models: modelsFor(given) }
  const changes = changesOn(facts.store, facts.clock, Object.values(facts.models), facts.changeDays)
  const { store } = changes ?? facts
  const people = facts.historyPeople !== false
  const history = facts.unrecorded === true ? undefined : historyOn(Object.values(facts.models), { people })
  const plain: Engine = {
    ...facts,
    store,
    ...(changes === undefined ? {} : { changes }),
    history,
    past: pastOf(given),
    record: history && recordReadsOn(store, Object.values(facts.models), facts.clock, facts.binDays),
    agenda: agendaOf({ ...facts, store }),
    behaviours: behavioursOf(Object.values(facts.models), facts.behaviours),
    plans: plansOf(store),
    addresses: facts.addressCache === false ? undefined : knownAddresses(),
    steadyRows: new Map(),
  }
  return { ...plain, real: { ...plain, plans: plansOf(store, 'real') } }
}

/** Makes the handler that http/ calls, with the controls that app/ needs. */
export function makeEngine(facts: EngineFacts): Handle & EngineControls {
  const engine = engineOf(facts)
  const fail = (request: PlainRequest, error: unknown): PlainResponse => failure(engine, request, error)
  const routes: Routes = {
    documentOf: documentsOf(facts),
    pathOf: pathsOf(engine),
    batch: (request, actor) => batch(request, actor),
  }
  const handle = withKnownAddresses(engine, pipelineOn(engine, routes))
  const throttling = (inner: Handle): Handle => withThrottling(engine, routes, inner)
  const { rolesNow, faulty = (inner) => inner } = facts
  const dialectOf = (request: PlainRequest): Dialect => lastStep(routes, request)?.target.dialect ?? 'graph'
  const guarded = (inner: Handle, place: FaultPlace): Handle => throttling(faulty(inner, { place, dialectOf }))
  const batch = batchOn({
    handle: guarded(handle, 'item'),
    grouped: (tenantId, work, deadline) =>
      inOneTransaction(engine, tenantId, (bound) => work(guarded(pipelineOn(bound, routes), 'member')), deadline),
    fail,
    explain: engine.explain === true,
    strictBodies: engine.strictBodies === true,
    strict: engine.strict,
  })
  const whoever = rolesNow === undefined ? handle : withCurrentRoles(handle, rolesNow, fail)
  const own = throttling(whoever)
  const served = facts.faulty === undefined ? own : guarded(whoever, 'graph')
  return Object.assign(own, { ...controlsOf(engine, routes), served })
}
