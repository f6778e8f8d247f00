/** At the end of a write the rules see what has become of each row, and may refuse it all. */
import type { WriteContext } from '#edm/ports.ts'
import type { Engine } from '../session.ts'
import type { RecordedRow } from './recorder.ts'

export async function settleRows(
  { behaviours }: Pick<Engine, 'behaviours'>,
  context: WriteContext,
  rows: readonly RecordedRow[],
): Promise<void> {
  for (const { type, action, row, before } of rows) {
    const settle = behaviours.get(type.name)?.settle
    if (settle === undefined) continue
    const whole = { ...row, ...before } as never
    await settle(context, {
      before: action === 'create' ? undefined : whole,
      after: action === 'delete' ? undefined : (row as never),
    })
  }
}
