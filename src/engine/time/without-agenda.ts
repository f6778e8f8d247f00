/** The agenda of an engine without a type for entries: nothing ever happens by itself. */
import { instantOf } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import type { AgendaFacts, EngineAgenda } from './timed.ts'

export function withoutAgenda({ store, clock }: AgendaFacts): EngineAgenda {
  const refuse = async (): Promise<void> => invariant(false, 'the engine has an agenda')
  const agenda = { set: refuse, drop: refuse }
  return {
    pending: () => undefined,
    write: (tenantId, work) =>
      store.write(tenantId, (tx) => work(tx, { now: instantOf(clock.now()), agenda, cause: 'request' })),
    close: async () => undefined,
  }
}
