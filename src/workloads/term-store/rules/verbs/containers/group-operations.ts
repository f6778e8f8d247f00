/** The operations of groups: what was sent, read and given to the verbs (exchange.md §9.2). */
import type { OperationRule } from '#edm/ports.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { needAt, textIn } from '../arguments.ts'
import { copyGroup, moveGroup, setRoles } from './group-verbs.ts'
import { termsIn } from './set-operations.ts'

export function groupOperations(settings: TermStoreSettings): Readonly<Record<string, OperationRule>> {
  return {
    copy: {
      async action(context, at, args) {
        const name = textIn(args, 'name') ?? undefined
        return { id: await copyGroup(settings, context, needAt(at).id, { name, terms: termsIn(args['terms']) }) }
      },
    },
    move: {
      async action(context, at, args) {
        const { id } = needAt(at)
        await moveGroup(settings, context, id, textIn(args, 'siteId'))
        return { id }
      },
    },
    setRoles: {
      async action(context, at, args) {
        const { id } = needAt(at)
        await setRoles(settings, context, id, args)
        return { id }
      },
    },
  }
}
