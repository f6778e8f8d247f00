/** The write transaction of a request: its rules and rows, the record of what it changed, and what it would change. */
import { untilEnd } from '#base/deadline.ts'
import { AppError, invariant } from '#base/errors.ts'
import type { Tx, WriteContext } from '#edm/ports.ts'
import type { AuditEvent } from '#edm/records/reading.ts'
import { isRecorded } from '#edm/records/recording.ts'
import { type Recorder, recorderOn } from '../changes/recorder.ts'
import { settleRows } from '../changes/settled.ts'
import { inContext, type Session, type TransactionTime, type WriteWork } from '../session.ts'
import { dryRun, effectsOf, isDryRun, Rehearsal } from './dry-run.ts'

type Writing<T> = (writing: Session<WriteContext>) => Promise<T>

/** Undoes a transaction, whose work then runs again with the answer to the question. */
class Question extends Error {
  override readonly name = 'Question'
  readonly ask: () => Promise<unknown>

  constructor(question: string, ask: () => Promise<unknown>) {
    super(question)
    this.ask = ask
  }
}

type Answers = Map<string, unknown>

/** Rules that go on asking would never end. */
const mostQuestions = 4

/**
 * `ask` throws what refuses the request. To be called when all else has been checked, before anything is written. Absent in
 * a dry run, in a group of a batch, and when time has come.
 */
function outsideOf(answers: Answers): NonNullable<WriteContext['outside']> {
  return (question, ask) => {
    if (!answers.has(question)) throw new Question(question, ask)
    return answers.get(question) as never
  }
}

/** What the rules of one run get, and what is noted of it. */
interface Run {
  readonly context: WriteContext
  readonly recorder: Recorder | undefined
  /** Refusals for want of rights that did not end it. */
  readonly lacks: AppError[]
}

function runOf(session: Session, tx: Tx, time: TransactionTime, note: WriteContext['note'], answers: Answers): Run {
  const { engine } = session
  const { actor, request, prefer, strict, record, pass } = session.context
  const isDry = isDryRun(session.context)
  const lacks: AppError[] = []
  const { history } = engine
  const recorder =
    isDry || history !== undefined
      ? recorderOn(
          tx,
          (type) => isDry || isRecorded(type),
          async () => history?.prepare(tx),
        )
      : undefined
  // What was undone may run again.
  const remarks: string[] = []
  session.wrote.remarks = remarks
  const rights = {
    tx: recorder?.tx ?? tx,
    actor,
    request,
    note,
    notes: {},
    remark: (text: string): void => void remarks.push(text),
    prefer,
    strict,
    record,
    ids: engine.ids,
    outside: isDry || engine.isInGroup === true ? undefined : outsideOf(answers),
    ...time,
  }
  if (isDry) {
    const told = (refusal: AppError): void => {
      lacks.push(refusal)
      pass?.(refusal)
    }
    return { context: { ...rights, effects: new Map(), pass: told }, recorder, lacks }
  }
  return { context: pass === undefined ? rights : { ...rights, pass }, recorder, lacks }
}

/** Records what the run changed, or ends a dry run by undoing it. */
async function conclude(session: Session, verb: string, tx: Tx, { context, recorder, lacks }: Run): Promise<void> {
  if (recorder === undefined) return
  const { engine } = session
  const rows = recorder.rows()
  await settleRows(engine, context, rows)
  if (context.effects !== undefined) throw new Rehearsal(await effectsOf(engine, tx, rows, context.effects), lacks)
  session.wrote.change = await engine.history?.keep(tx, rows, { verb, ...context })
}

/**
 * Runs the work in the tenant's write transaction, with a session whose context can write. `verb` says in the record of
 * changes what was done. Throws `Rehearsal` at the end of a dry run.
 */
export async function inTransaction<T>(session: Session, verb: string, work: Writing<T>): Promise<T> {
  const answers: Answers = new Map()
  for (;;)
    try {
      return await runOnce(session, verb, work, answers)
    } catch (error) {
      if (!(error instanceof Question)) throw error
      invariant(answers.size < mostQuestions, `the rules ask one question after another: ${error.message}`)
      answers.set(error.message, await untilEnd(error.ask(), session.deadline))
    }
}

function runOnce<T>(session: Session, verb: string, work: Writing<T>, answers: Answers): Promise<T> {
  const { engine } = session
  const { actor, request, prefer, strict } = session.context
  // A preference is usually ignored where it is not known, but whoever sends this one wants nothing changed.
  if (strict && prefer.has(dryRun))
    throw new AppError('invalid', 'This server runs with --strict and has no dry runs. Nothing was changed.')
  const { onAudit, onRecorded } = engine
  let recordedAs: string | undefined
  const noted: AuditEvent[] = []
  const note = onAudit && ((event: AuditEvent): void => void noted.push(event))
  const writing: WriteWork<T> = async (tx, { now, agenda, cause }) => {
    // What was undone may run again.
    noted.length = 0
    const run = runOf(session, tx, { now, agenda, cause }, note, answers)
    const result = await work(inContext(session, run.context, true))
    await conclude(session, verb, tx, run)
    recordedAs = session.wrote.change === undefined ? undefined : (run.context.notes?.verb ?? verb)
    return result
  }
  const done = engine.agenda.write(actor.tenantId, writing, {
    deadline: session.deadline,
    // Each run of the rules mints ids.
    mayReadAhead: engine.ids.state === undefined,
  })
  if (onAudit === undefined && onRecorded === undefined) return done
  return done.then((result) => {
    for (const event of noted) onAudit?.(event, { actor, request })
    if (recordedAs !== undefined) onRecorded?.(recordedAs)
    return result
  })
}
