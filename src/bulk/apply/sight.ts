/**
 * Whether an empty list of relationships says that there are none. People outside of AdminAgents get the same answer, with 200
 * (gdap.md §2.2), and a plan made of it would ask all customers anew (events.md §7.4).
 */
import { type BulkReply, type GraphPort, isSuccess, messageOf } from './graph-port.ts'
import { customersPath } from './read-state.ts'

export interface Doubt {
  /** A sentence. */
  readonly text: string
  /** Something is hidden for certain; else there may be nothing yet. */
  readonly isCertain: boolean
}

/** The partner’s group whose members may see and change relationships. */
const agentGroup = 'AdminAgents'

const groupsOfMe = '/me/memberOf?$select=id,displayName&$top=999'

/** What both Graph and Relata answer to an application that asks for `/me`. */
function isOfApplication(reply: BulkReply): boolean {
  return reply.status === 400 && /delegated authentication flow/i.test(messageOf(reply))
}

function namesIn({ body }: BulkReply): unknown[] {
  const rows: readonly BulkReply['body'][] = Array.isArray(body?.value) ? body.value : []
  return rows
    .filter((row) => row?.['@odata.type'] === undefined || row['@odata.type'] === '#microsoft.graph.group')
    .map((row) => row?.displayName)
}

const outside = `the token belongs to somebody who is not in the group ${agentGroup}, and such people get an empty list`

/**
 * To be asked where the list of relationships is empty. Undefined: it may be believed, as the token is an application's or that
 * of somebody in AdminAgents. `isApplication`: the token says so itself.
 */
export async function doubtOf(
  { list, send }: GraphPort,
  { isApplication }: { readonly isApplication: boolean },
): Promise<Doubt | undefined> {
  const [customer] = await list(`${customersPath}?$select=id&$top=1`)
  if (customer !== undefined)
    return {
      text: 'the service lists customers with relationships in force, but no relationships: the token may not see them',
      isCertain: true,
    }
  if (isApplication) return undefined
  const [reply] = await send([{ method: 'GET', path: groupsOfMe }])
  if (reply === undefined || isOfApplication(reply)) return undefined
  const names = isSuccess(reply) ? namesIn(reply) : [null]
  if (names.some((name) => String(name).toLowerCase() === agentGroup.toLowerCase())) return undefined
  const isReadable = names.every((name) => typeof name === 'string') && reply.body['@odata.nextLink'] === undefined
  const unknown = `only people in the group ${agentGroup} are shown any, and the token may not read in which groups its owner is (User.Read and GroupMember.Read.All)`
  return { text: isReadable ? outside : unknown, isCertain: false }
}
