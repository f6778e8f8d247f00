/** Rows that are being typed: kept with Enter, Tab or by leaving them; pasted lists become as many terms. */
import { mostInBatch } from '../../../data/batch.ts'
import type { RequestPlan } from '../../../data/plan.ts'
import { t } from '../../../i18n/t.ts'
import { announce } from '../../../kit/announce.ts'
import { createGroupPlan, createSetPlan, createTermPlan, groupNode, newTermNode, setNode } from '../../api.ts'
import {
  type Draft,
  draftKey,
  findNode,
  insertNode,
  keyOfTerm,
  type Line,
  putBranch,
  removeNode,
  rootKey,
  type TreeNode,
} from '../../rows.ts'
import { type BatchOutcome, failed, nameIn, sendBatch, type TreeUi, tellBatch, typedName } from '../commands.ts'
import { inTurn } from '../reading/turns.ts'
import { write } from '../sent.ts'

export interface FailedDraft {
  readonly draft: Draft
  readonly text: string
  readonly message: string
}

function put(ui: TreeUi, draft: Draft | undefined): void {
  ui.store.change((now) => ({ ...now, draft }))
}

/** Puts an empty row below a node, or as a sibling behind it. The root key: a group. */
export async function beginDraft(ui: TreeUi, key: string, isBeside: boolean): Promise<void> {
  const { store } = ui
  const found = findNode(store.get(), key)
  const parentKey = isBeside ? (found?.parentKey ?? rootKey) : key
  const parent = findNode(store.get(), parentKey)?.node
  if (parent !== undefined) {
    if (!store.get().open.has(parentKey)) store.open(parentKey)
    await store.load(parentKey).catch(() => undefined)
  }
  put(ui, { id: crypto.randomUUID(), parentKey, after: isBeside ? key : undefined })
  ui.focus(draftKey)
  announce(
    parent === undefined
      ? t('tree.draft.group')
      : t(parent.kind === 'group' ? 'tree.draft.set' : 'tree.draft.term', { parent: nameIn(ui, parent) }),
  )
}

export function dropDraft(ui: TreeUi): void {
  const { draft } = ui.store.get()
  if (draft === undefined) return
  put(ui, undefined)
  ui.focus(draft.after ?? draft.parentKey)
}

/** Makes the draft a child of the row above it (1), or a sibling of its parent (-1). */
export function shiftDraft(ui: TreeUi, step: 1 | -1): void {
  const { store } = ui
  const { draft, branches } = store.get()
  if (draft === undefined) return
  if (step > 0) {
    const above = draft.after === undefined ? undefined : findNode(store.get(), draft.after)?.node
    if (above === undefined || above.kind !== 'term') {
      announce(t('tree.draft.nothingAbove'))
      return
    }
    if (!branches.has(above.key) && above.children === 0) store.change((now) => putBranch(now, above.key, {}))
    if (!store.get().open.has(above.key)) store.open(above.key)
    const last = store.get().branches.get(above.key)?.items.at(-1)
    put(ui, { id: draft.id, parentKey: above.key, after: last?.key })
  } else {
    const parent = findNode(store.get(), draft.parentKey)
    if (parent?.node.kind !== 'term') {
      announce(t('tree.draft.outmost'))
      return
    }
    put(ui, { id: draft.id, parentKey: parent.parentKey, after: parent.node.key })
  }
  ui.focus(draftKey)
}

async function keepTerm(ui: TreeUi, draft: Draft, parent: TreeNode, name: string, opensNext: boolean): Promise<void> {
  const { store } = ui
  const setId = parent.setId
  const { id } = draft
  const key = keyOfTerm(setId, id)
  store.noteOwn(id)
  store.change((now) => ({
    ...putBranch(insertNode(now, parent.key, newTermNode(setId, id, name, ui.language), draft.after), key, {}),
    draft: opensNext ? { id: crypto.randomUUID(), parentKey: parent.key, after: key } : undefined,
  }))
  ui.focus(opensNext ? draftKey : key)
  try {
    await inTurn(() => {
      store.noteOwn(id)
      return write(createTermPlan(parent, id, name, ui.language), {
        done: t('tree.done.create', { name }),
        isQuiet: true,
        touches: ['relata.taxonomy.set-changed'],
        undone: () => {
          store.change((now) => removeNode(now, key))
          ui.focus(parent.key)
        },
      })
    })
  } catch (error) {
    store.change((now) => removeNode(now, key))
    throw error
  }
}

async function keepSetOrGroup(ui: TreeUi, draft: Draft, parent: TreeNode | undefined, name: string): Promise<void> {
  const { store } = ui
  const parentKey = parent?.key ?? rootKey
  let node: TreeNode | undefined
  const words = {
    done: t('tree.done.create', { name }),
    undone: () => {
      if (node !== undefined) {
        const { key } = node
        store.change((now) => removeNode(now, key))
      }
      ui.focus(parentKey)
    },
  }
  node = await inTurn(async () => {
    if (parent === undefined) return groupNode((await write(createGroupPlan(name), words)).body)
    return setNode((await write(createSetPlan(parent.id, name, ui.language), words)).body, false)
  })
  const made = { ...node, children: 0 }
  store.noteOwn(made.id)
  store.change((now) => {
    const isThere = findNode(now, made.key) !== undefined
    const next = isThere ? now : insertNode(now, parentKey, made, draft.after)
    return { ...putBranch(next, made.key, {}), draft: undefined }
  })
  ui.focus(made.key)
}

/** What keeping the draft sends. */
export function draftPlan(ui: TreeUi, draft: Draft, name: string): RequestPlan {
  const parent = findNode(ui.store.get(), draft.parentKey)?.node
  if (parent === undefined) return createGroupPlan(name)
  if (parent.kind === 'group') return createSetPlan(parent.id, name, ui.language)
  return createTermPlan(parent, draft.id, name, ui.language)
}

/** Keeps what was typed. Undefined: it is kept, or there was nothing to keep. */
export async function keepDraft(ui: TreeUi, text: string, opensNext: boolean): Promise<FailedDraft | undefined> {
  const { store } = ui
  const { draft } = store.get()
  const name = typedName(text)
  if (draft === undefined) return undefined
  if (name === '') {
    dropDraft(ui)
    return undefined
  }
  const parent = findNode(store.get(), draft.parentKey)?.node
  try {
    if (parent === undefined || parent.kind === 'group') await keepSetOrGroup(ui, draft, parent, name)
    else await keepTerm(ui, draft, parent, name, opensNext)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // The next one is being typed already: its text is not to be lost.
    const typed = document.querySelector<HTMLInputElement>(`[data-key="${draftKey}"] input`)?.value ?? ''
    if (typed !== '') {
      failed(new Error(`${text}: ${message}`))
      return undefined
    }
    put(ui, { ...draft, id: crypto.randomUUID() })
    ui.focus(draftKey)
    announce(message, 'assertive')
    return { draft, text, message }
  }
}

interface MadeLine {
  readonly depth: number
  readonly node: TreeNode
  readonly above: TreeNode
}

function madeOf(ui: TreeUi, parent: TreeNode, lines: readonly Line[]): MadeLine[] {
  const parents: TreeNode[] = [parent]
  return lines.map(({ text, depth }) => {
    const above = parents[depth] ?? parent
    const node = newTermNode(parent.setId, crypto.randomUUID(), typedName(text), ui.language)
    parents.splice(depth + 1, parents.length, node)
    return { depth, node, above }
  })
}

/** Level by level, as a parent has to be there before its children. */
async function sendLines(ui: TreeUi, made: readonly MadeLine[], sent: BatchOutcome): Promise<void> {
  let isMore = false
  const deepest = Math.max(0, ...made.map(({ depth }) => depth))
  for (let depth = 0; depth <= deepest; depth += 1) {
    const level = made.filter((one) => one.depth === depth)
    for (let at = 0; at < level.length; at += mostInBatch) {
      const part = level.slice(at, at + mostInBatch)
      const plans = part.map(({ node, above }) => createTermPlan(above, node.id, nameIn(ui, node), ui.language))
      await sendBatch(plans, sent, { isMore })
      isMore = true
    }
  }
}

/** Makes a tree of terms of pasted lines, with one way back for all. */
export async function keepLines(ui: TreeUi, lines: readonly Line[]): Promise<void> {
  const { store } = ui
  const { draft } = store.get()
  const parent = draft && findNode(store.get(), draft.parentKey)?.node
  if (parent === undefined || parent.kind === 'group') return
  const made = madeOf(ui, parent, lines)
  put(ui, undefined)
  store.noteOwn(...made.map(({ node }) => node.id))
  const sent: BatchOutcome = { changes: [], refused: [] }
  await inTurn(() => sendLines(ui, made, sent)).catch(failed)
  tellBatch(sent, {
    done: t('tree.done.createMany', { n: made.length - sent.refused.length }),
    undone: async () => {
      await store.refresh([parent.key])
      ui.focus(parent.key)
    },
  })
  await store.refresh([parent.key])
  const first = made[0]?.node.key
  ui.focus(first !== undefined && findNode(store.get(), first) !== undefined ? first : parent.key)
}
