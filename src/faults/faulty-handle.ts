/** Applies rules to the requests of a handler of Graph's addresses. */
import type { PlainRequest, PlainResponse } from '#engine/request.ts'
import type { FaultPlace, MakeFaulty } from '#engine/session.ts'
import { applyFaults, type FaultedWork } from './apply-faults.ts'
import { faultAnswer, faultHeader } from './fault-answer.ts'
import type { FaultRules } from './fault-rules.ts'
import { emptied, withoutFresh } from './late-lists.ts'
import type { FaultedRequest } from './live-rule.ts'
import { segmentsOf } from './path-glob.ts'
import type { FaultWhat } from './rule.ts'

function faced({ method, version, path, actor, requestId }: PlainRequest, place: FaultPlace): FaultedRequest {
  const segments = segmentsOf(`/${version}${path}`)
  return { place, method, path: segments, tenantId: actor?.tenantId, client: actor?.appId, requestId }
}

function named(answer: PlainResponse, fault: string): PlainResponse {
  return { ...answer, headers: { ...answer.headers, [faultHeader]: fault }, fault }
}

function listed(
  rules: FaultRules,
  { emptyList, listLag }: FaultWhat,
  answer: PlainResponse,
): PlainResponse | undefined {
  if (emptyList === true) return emptied(answer)
  return listLag === undefined ? undefined : withoutFresh(answer, (id) => rules.isFresh(id, listLag))
}

/** Id of the row that was made. */
function madeIn({ status, headers }: PlainResponse): string | undefined {
  const address = status === 201 || status === 204 ? headers['Location'] : undefined
  return address === undefined ? undefined : decodeURIComponent(address.slice(address.lastIndexOf('/') + 1))
}

/** What later requests are answered by. What a group has done may still be undone. */
function note(rules: FaultRules, { place, method, path }: FaultedRequest, answer: PlainResponse): void {
  if (place === 'member' || method === 'GET' || answer.status >= 300) return
  if (method === 'DELETE') rules.noteDeleted(path)
  const made = madeIn(answer)
  if (made !== undefined) rules.noteCreated(made)
}

export function faultyWith(rules: FaultRules): MakeFaulty {
  return (handle, { place, dialectOf }) => {
    const run = (request: PlainRequest): Promise<PlainResponse> => {
      const asked = faced(request, place)
      const work: FaultedWork<PlainResponse> = {
        deadline: request.deadline,
        handle: async () => {
          const answer = await handle(request)
          note(rules, asked, answer)
          return answer
        },
        instead: (what, fault) => faultAnswer(what, fault, request, dialectOf(request), new Date(rules.now())),
        listed: (what, answer) => listed(rules, what, answer),
        named,
      }
      return applyFaults(rules, asked, work)
    }
    return (request) => (rules.isQuiet ? handle(request) : run(request))
  }
}
