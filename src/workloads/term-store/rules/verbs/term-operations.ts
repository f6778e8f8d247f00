/** The operations of terms: what was sent, read and given to the verbs (exchange.md §9.2). */
import { invariant } from '#base/errors.ts'
import type { OperationRule, ReadTx } from '#edm/ports.ts'
import type { Property } from '../labels/labels.ts'
import { findPlace, rowIn } from '../places/tree.ts'
import { missing } from '../refusals.ts'
import type { TermStoreSettings } from '../settings.ts'
import { type ActionRule, needAt, seenTermIn, setIn, termAt, termIdIn, textIn } from './arguments.ts'
import { setAvailability } from './availability.ts'
import { needSet } from './checks.ts'
import { copyTerm } from './copy/copy-term.ts'
import { deprecateTerm, undeprecateTerm } from './deprecation.ts'
import { setLocalProperties } from './local-properties.ts'
import { mergeTerm } from './merge/merge-term.ts'
import { moveTerm } from './move-term.ts'
import { orderChildren } from './order.ts'
import { reassignSource } from './reassign-source.ts'

/** The parent of a sibling in a set, for a move that names no parent. */
async function parentOf(tx: ReadTx, setId: string, siblingId: string | null, target: string): Promise<string | null> {
  if (siblingId === null) return null
  const row = await rowIn(tx, setId, siblingId)
  if (row === undefined) throw missing('Term', siblingId, target)
  return row.parentId
}

function moving(settings: TermStoreSettings): ActionRule {
  return async (context, at, args) => {
    const { tx } = context
    const from = termAt(at)
    const setId = (await setIn(tx, needAt(at), args, 'set'))?.id ?? from.setId
    const [before, after] = [await termIdIn(tx, args, 'before'), await termIdIn(tx, args, 'after')]
    const sibling = before ?? after
    const parentId =
      (await termIdIn(tx, args, 'parent')) ?? (await parentOf(tx, setId, sibling, before === null ? 'after' : 'before'))
    const beside = { before: before ?? undefined, after: after ?? undefined }
    await moveTerm(settings, context, from, { setId, parentId, ...beside })
    return { id: from.termId }
  }
}

/** A copy stands beside its original, in another set at the root. */
function copying(settings: TermStoreSettings): ActionRule {
  return async (context, at, args) => {
    const { tx } = context
    const from = termAt(at)
    const target = await setIn(tx, needAt(at), args, 'set')
    const parent = await termIdIn(tx, args, 'parent')
    const setId = target?.id ?? from.setId
    const beside = setId === from.setId ? ((await findPlace(tx, from.setId, from.termId))?.row.parentId ?? null) : null
    const id = await copyTerm(settings, context, from, {
      setId,
      parentId: parent ?? beside,
      name: textIn(args, 'name') ?? undefined,
      withChildren: args['withChildren'] === true,
      shared: args['shared'] === 'keep' ? 'keep' : 'flatten',
    })
    return { id }
  }
}

function merging(settings: TermStoreSettings): ActionRule {
  return async (context, at, args) => {
    const { tx } = context
    const { setId, termId } = termAt(at)
    const into = await seenTermIn(tx, needAt(at), args, 'into')
    invariant(into !== null, 'the parameter is needed')
    const onChildClash = args['onChildClash'] === 'merge' ? 'merge' : 'refuse'
    await mergeTerm(settings, context, { setId, termId }, { into, onChildClash })
    return { id: into }
  }
}

function reassigning(settings: TermStoreSettings): ActionRule {
  return async (context, at, args) => {
    const { termId } = termAt(at)
    const to = await setIn(context.tx, needAt(at), args, 'set')
    invariant(to !== null, 'the parameter is needed')
    await reassignSource(settings, context, termId, { setId: to.id, withBranch: args['withBranch'] === true })
    return { id: termId }
  }
}

function ordering(settings: TermStoreSettings): ActionRule {
  return async (context, at, args) => {
    const { setId, termId } = termAt(at)
    await needSet(context.tx, setId)
    await orderChildren(settings, context, { setId, parentId: termId }, args['ids'] as readonly string[])
    return { id: termId }
  }
}

export function termOperations(settings: TermStoreSettings): Readonly<Record<string, OperationRule>> {
  const deprecating =
    (write: typeof deprecateTerm): ActionRule =>
    async (context, at, args) => {
      const given = await seenTermIn(context.tx, needAt(at), args, 'replacedBy')
      await write(settings, context, termAt(at), args['replacedBy'] === undefined ? undefined : given)
      return { id: termAt(at).termId }
    }
  return {
    move: { action: moving(settings) },
    copy: { action: copying(settings) },
    merge: { action: merging(settings) },
    deprecate: { action: deprecating(deprecateTerm) },
    undeprecate: { action: deprecating(undeprecateTerm) },
    setAvailableForTagging: {
      async action(context, at, args) {
        await setAvailability(settings, context, termAt(at), args['value'] === true)
        return { id: termAt(at).termId }
      },
    },
    setLocalProperties: {
      async action(context, at, args) {
        await setLocalProperties(settings, context, termAt(at), args['properties'] as readonly Partial<Property>[])
        return { id: termAt(at).termId }
      },
    },
    reassignSource: { action: reassigning(settings) },
    order: { action: ordering(settings) },
  }
}
