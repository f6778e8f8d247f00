/** The operations of exchange.md §10.2, by the type that they are called on. */
import { invariant } from '#base/errors.ts'
import type { OperationRule } from '#edm/ports.ts'
import type { TermStoreSettings } from '../settings.ts'
import { deletedItems, purge } from './bin.ts'
import { delta } from './delta.ts'
import { history } from './listing.ts'
import { restore } from './restore.ts'
import { undo } from './undo.ts'

type Rules = Readonly<Record<string, OperationRule>>

export const historyRules: Rules = { history: { function: history } }

function textIn(args: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = args[name]
  return typeof value === 'string' ? value : undefined
}

export function storeHistoryRules(settings: TermStoreSettings): Rules {
  return {
    ...historyRules,
    deletedItems: {
      function: (context, at, args) => {
        invariant(at !== undefined, 'the recycle bin is that of a store')
        return deletedItems(context, at, args)
      },
    },
    delta: {
      function: (context, at, args) => {
        invariant(at !== undefined, 'changes are those of a store')
        return delta(context, at, args)
      },
    },
    undo: {
      action: (context, at, args) => {
        invariant(at !== undefined, 'changes are those of a store')
        return undo(settings, context, { at, changeId: textIn(args, 'changeId') ?? '' })
      },
    },
    restore: {
      action: (context, at, args) => {
        invariant(at !== undefined, 'the recycle bin is that of a store')
        return restore(settings, context, {
          at,
          deletedItemId: textIn(args, 'deletedItemId') ?? '',
          set: textIn(args, 'set')?.toLowerCase(),
          parent: textIn(args, 'parent')?.toLowerCase(),
          onClash: args['onClash'] === 'rename' ? 'rename' : 'refuse',
        })
      },
    },
    purge: {
      action: async (context, at, args) => {
        invariant(at !== undefined, 'the recycle bin is that of a store')
        await purge(settings, context, at, textIn(args, 'deletedItemId') ?? '')
      },
    },
  }
}
