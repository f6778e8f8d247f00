/** Functions bound to a row: whether they may be called, the call, and its answer. */
import { AppError, invariant } from '#base/errors.ts'
import type { ComplexType } from '#edm/define.ts'
import { jsonOf } from '#edm/json.ts'
import type { Actor } from '#edm/ports.ts'
import { withContext } from '#odata/body-out.ts'
import { checkCallOptions, type FunctionCall } from '#odata/call.ts'
import type { PathStep } from '#odata/path.ts'
import { checkHolds } from './authorize.ts'
import { walk } from './resolve.ts'
import type { Session } from './session.ts'

export interface CallFacts {
  readonly actor: Actor
  readonly method: string
  readonly query: string
  readonly strict: boolean
}

/** Throws `notAllowed` for anything but GET, `unsupported` and `forbidden` as for any operation. */
export const checkCall = ({ name, facts }: FunctionCall, { actor, method, query, strict }: CallFacts): void => {
  if (method !== 'GET') {
    throw new AppError('notAllowed', 'Specified HTTP method is not allowed for the request target.', {
      headers: { Allow: 'GET' },
    })
  }
  if (facts.evidence === 'later') throw new AppError('unsupported', `Relata does not serve '${name}' yet.`)
  if (strict && facts.evidence === 'ours') throw new AppError('invalid', 'Invalid request')
  checkHolds(actor, facts.scopes)
  checkCallOptions(query)
}

/** Members in the declared order; what the rule left out is null. `masked`: late enum members show as the sentinel. */
const writeValue = (type: ComplexType, value: Readonly<Record<string, unknown>>, masked: boolean): string => {
  const members = Object.entries(type.props)
    .filter(([, prop]) => prop.returned !== 'never')
    .map(([name, prop]) => `"${name}":${jsonOf(prop, value[name], masked)}`)
  if (type.typed === true) members.unshift(`"@odata.type":${JSON.stringify(type.name)}`)
  return `{${members.join(',')}}`
}

/** JSON text of what the function returns. Throws what the rules throw, `notFound` for the path. */
export const call = async (
  session: Session,
  steps: readonly PathStep[],
  { name, facts, of, args }: FunctionCall,
  masked: boolean,
): Promise<string> => {
  const at = await walk(session, steps)
  const { behaviours } = session.engine
  const hook = [at?.type.name ?? of.name, of.name].map((type) => behaviours.get(type)?.functions?.[name]).find(Boolean)
  invariant(hook !== undefined, `a behaviour of ${of.name} answers ${name}`)
  const value = await hook(session.context, at, args)
  return withContext(writeValue(facts.returns, value, masked), `${session.base}/$metadata#${facts.returns.name}`)
}
