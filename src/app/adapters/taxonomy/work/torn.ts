/** Rows that are read in pages may be of several states of the store. */
import { AppError } from '#base/errors.ts'

/** Name of the check that refuses rows that do not fit together, as something was changed while they were read. */
export const tornCheck = 'exchange.torn'

export function torn(): AppError {
  const text = 'The taxonomy was changed while it was read; try again.'
  return new AppError('unavailable', text, { check: tornCheck, headers: { 'Retry-After': '1' } })
}
