/** What each command of `relata terms` does; returns its exit code (exchange.md §2.9, decisions.md 28). */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readJson } from '#exchange/json/read.ts'
import { writeFolder } from '#exchange/json/write-folder.ts'
import { zipFolder } from '#exchange/json/zip.ts'
import { isEmpty } from '#exchange/plan/plan.ts'
import { type Plan, parsePlan } from '#exchange/plan/records.ts'
import { WrongUsage } from '../command-settings.ts'
import { ServerRefusal } from '../remote/call.ts'
import { say } from '../remote/shown.ts'
import { filesIn, writeFiles } from './folder-files.ts'
import { exitCodes, isConfirmed } from './outcome.ts'
import { planShown } from './shown-plan.ts'
import type { ApplyOutcome, PlannedFile, TermsOptions, TermsTarget } from './terms-target.ts'

/** A file, or a folder as exchange.md §7.3 has it, which goes as a zip file. */
export async function fileToPlan(path: string): Promise<PlannedFile> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new Error(`there is no file or folder ${path}`)
  if (!found.isDirectory()) {
    const bytes = new Uint8Array(await readFile(path))
    if (bytes.length === 0) throw new Error(`${path} is empty`)
    return { name: basename(path), bytes }
  }
  const files = await filesIn(path)
  if (!files.has('relata.json'))
    throw new Error(
      `${path} has no relata.json, so it is no folder of a taxonomy\ntip: relata terms pull --dir ${path} makes one`,
    )
  return { name: `${basename(path)}.zip`, bytes: zipFolder(files) }
}

/** Throws in words of people where the file cannot be written. */
async function writeOut(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') throw new Error(`${path} is a folder: --output names a file`)
    if (error.code === 'ENOENT') throw new Error(`${path} cannot be written: there is no folder ${dirname(path)}`)
    throw error
  })
}

async function planIn(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`there is no file ${path}`)
    if (error.code === 'EISDIR')
      throw new Error(
        `${path} is a folder, and no plan\ntip: relata terms apply --dir ${path} plans it and applies that`,
      )
    throw error
  })
}

export interface PlanCommand {
  readonly path: string
  readonly options: TermsOptions
  readonly output: string | undefined
  readonly isJson: boolean
  readonly isLong: boolean
  /** `--detailed-exit-code` */
  readonly tellsPending: boolean
}

function isPending(plan: Plan): boolean {
  return !isEmpty(plan)
}

export async function runPlan(target: TermsTarget, wish: PlanCommand): Promise<number> {
  const text = await target.plan(await fileToPlan(wish.path), wish.options)
  if (wish.output !== undefined) await writeOut(wish.output, text)
  if (wish.isJson) say(text.trimEnd())
  else for (const line of planShown(text, wish.isLong)) say(line)
  const plan = parsePlan(text)
  if (plan.summary.refused > 0) return exitCodes.refused
  return wish.tellsPending && isPending(plan) ? exitCodes.pending : exitCodes.done
}

export interface ApplyWish {
  readonly allowRefused: boolean
  readonly replan: boolean
  /** The file that the plan was made from, where it is known. */
  readonly source?: string
  /** Nobody is asked. */
  readonly yes: boolean
  readonly isJson: boolean
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} `)
}

async function applied(target: TermsTarget, text: string, allowRefused: boolean): Promise<ApplyOutcome> {
  const outcome = await target.apply(text, allowRefused, showProgress)
  if (process.stderr.isTTY) process.stderr.write('\r')
  return outcome
}

function tell({ state, done, total, stale, error }: ApplyOutcome, isJson: boolean): void {
  if (isJson) {
    say(JSON.stringify({ state, done, total, stale, ...(error === undefined ? {} : { error }) }))
    return
  }
  say(`${state}: ${done} of ${total} records applied`)
  for (const id of stale) say(`stale: the set ${id} is not as it was when the plan was made; nothing was done in it`)
  if (error !== undefined) say(`${error.code}: ${error.message}`)
}

/** The options of a plan, as they were given. */
function optionsOf({ as, options }: Plan['head']): TermsOptions {
  const given = new Map<string, readonly string[]>(as === 'folder' ? [] : [['format', [as]]])
  for (const [name, value] of Object.entries(options)) {
    if (name === 'mapped')
      given.set(
        'language',
        Object.entries(value as Record<string, string>).map(([from, to]) => `${from}=${to}`),
      )
    else given.set(name === 'adds' ? 'addLanguages' : name, [Array.isArray(value) ? value.join(',') : String(value)])
  }
  return given
}

/** A plan knows the name of its file: it is looked for here and beside the plan. */
async function sourceOf({ source }: Plan['head'], planFile: string | undefined): Promise<string> {
  const name = source[0]?.file.replace(/\.zip$/, '') ?? ''
  const places = [name, ...(planFile === undefined ? [] : [join(dirname(planFile), name)])]
  for (const place of places) if (name !== '' && (await stat(place).catch(() => undefined)) !== undefined) return place
  throw new Error(`the file '${name}' that the plan was made from is not here, so it cannot be planned again`)
}

/** Plans again what was stale, and applies it where nothing new is refused. */
async function again(target: TermsTarget, plan: Plan, wish: ApplyWish, file: string | undefined): Promise<number> {
  const source = wish.source ?? (await sourceOf(plan.head, file))
  const text = await target.plan(await fileToPlan(source), optionsOf(plan.head))
  const next = parsePlan(text)
  if (next.summary.refused > plan.summary.refused) {
    for (const line of planShown(text, false)) say(line)
    return exitCodes.refused
  }
  const outcome = await applied(target, text, wish.allowRefused)
  tell(outcome, wish.isJson)
  return outcome.state === 'done' ? exitCodes.done : exitCodes.failed
}

async function applyText(target: TermsTarget, text: string, wish: ApplyWish, file?: string): Promise<number> {
  const plan = parsePlan(text)
  if (plan.summary.refused > 0 && !wish.allowRefused) {
    const { refused } = plan.summary
    const which = refused === 1 ? 'One record is' : `${refused} records are`
    say(`${which} refused, so nothing is applied; --allow-refused applies the others`)
    return exitCodes.refused
  }
  const outcome = await applied(target, text, wish.allowRefused).catch((error: unknown) => {
    if (error instanceof ServerRefusal && error.status === 409) return error
    throw error
  })
  if (outcome instanceof ServerRefusal) {
    say(outcome.message)
    return exitCodes.refused
  }
  tell(outcome, wish.isJson)
  if (outcome.stale.length > 0 && wish.replan) return again(target, plan, wish, file)
  return outcome.state === 'done' ? exitCodes.done : exitCodes.failed
}

export async function runApply(target: TermsTarget, path: string, wish: ApplyWish): Promise<number> {
  const text = await planIn(path)
  if (!wish.yes && process.stdin.isTTY) {
    for (const line of planShown(text, false)) say(line)
    if (!(await isConfirmed('Apply this plan?'))) return exitCodes.failed
  }
  return applyText(target, text, wish, path)
}

export async function runImport(
  target: TermsTarget,
  paths: readonly string[],
  options: TermsOptions,
  wish: ApplyWish,
): Promise<number> {
  if (!wish.yes && !process.stdin.isTTY)
    throw new WrongUsage('nobody can be asked here; --yes applies the plan without asking')
  for (const path of paths) {
    const text = await target.plan(await fileToPlan(path), options)
    const plan = parsePlan(text)
    if (!wish.isJson) for (const line of planShown(text, false)) say(line)
    if (!isPending(plan) && plan.summary.refused === 0) continue
    if (!wish.yes && !(await isConfirmed(`Apply the plan for ${path}?`))) return exitCodes.failed
    const code = await applyText(target, text, { ...wish, source: path })
    if (code !== exitCodes.done) return code
  }
  return exitCodes.done
}

export async function runExport(
  target: TermsTarget,
  options: TermsOptions,
  output: string | undefined,
): Promise<number> {
  const { bytes, losses } = await target.export(options)
  if (output === undefined) process.stdout.write(bytes)
  else {
    await writeOut(output, bytes)
    say(`wrote ${output} (${bytes.byteLength} bytes)`)
  }
  if (losses > 0)
    process.stderr.write(`${losses} facts are not in the file, as its format cannot hold them; --report lists them\n`)
  return exitCodes.done
}

/** Writes what the target holds over a folder: only files of what differs change. */
export async function runPull(
  target: TermsTarget,
  folder: string,
  options: TermsOptions,
  { isSorting }: { readonly isSorting: boolean },
): Promise<number> {
  const { bytes } = await target.export(new Map([...options, ['format', ['json']]]))
  const doc = readJson(new TextDecoder().decode(bytes), { file: 'the server' })
  const [wrong] = doc.faults
  if (wrong !== undefined) throw new Error(`the server's answer cannot be read: ${wrong.text}`)
  const before = await filesIn(folder)
  const isWhole = !options.has('group') && !options.has('set')
  const written = writeFolder(doc, { before, whole: isWhole, ...(isSorting ? { sort: true } : {}) })
  await writeFiles(folder, written)
  for (const path of written.changed.keys()) say(`${before.has(path) ? 'changed' : 'new'} ${path}`)
  for (const path of written.removed) say(`removed ${path}`)
  if (written.changed.size + written.removed.length === 0) say('nothing has changed')
  return exitCodes.done
}
