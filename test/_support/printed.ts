/** What commands that run in this process have printed since each test began. One file of tests has one of these. */
import { afterEach, beforeEach, vi } from 'vitest'

/** On stdout. */
export let out = ''
/** On stderr. */
export let err = ''

export const clearOut = (): void => {
  out = ''
}

export const clearErr = (): void => {
  err = ''
}

/** Call it once, at the top of the file. Nothing is shown while a test runs; all mocks end with it. */
export const catchPrinted = (): void => {
  beforeEach(() => {
    clearOut()
    clearErr()
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += text
      return true
    })
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += text
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
}
