/** What the witnesses sent and got when they were recorded, sent again to a fresh server. No tool chain is needed. */
import { describe, expect, it } from 'vitest'
import { recordedHost } from './framework/canonical.ts'
import { recordedNames } from './framework/recording.ts'
import { needRecording, replayed } from './framework/replayed.ts'
import { versionsOf } from './framework/versions.ts'
import { witnesses } from './table.js'

describe('what is recorded', () => {
  it('is of the witnesses in the table, and of all', () => {
    expect(recordedNames()).toEqual(witnesses.map(({ name }) => name).sort())
  })

  it.each(recordedNames())('shows the steps of %s', (name) => {
    const { witness, steps } = needRecording(name)
    expect(witness).toBe(name)
    expect(steps.map(({ step }) => step).sort()).toEqual(witnesses.find((one) => one.name === name)?.steps.toSorted())
  })

  it.each(witnesses)('is of the versions that $name pins', (witness) => {
    expect(needRecording(witness.name).versions).toEqual(versionsOf(witness))
  })

  it.each(recordedNames())('holds no token, no secret and no other port in %s', (name) => {
    const text = JSON.stringify(needRecording(name))
    expect(text.match(/eyJ[\w-]+\.eyJ[\w.-]*|relata-local-secret|BEGIN [A-Z ]+/g)).toBeNull()
    const hosts = text.match(/(?:localhost|127\.0\.0\.1)(?::|%3A)\d+/gi) ?? []
    expect(hosts.filter((host) => host.replace('%3A', ':') !== recordedHost)).toEqual([])
  })
})

describe('a fresh server', () => {
  it.each(recordedNames())('gives the answers that %s got', (name) => replayed(name))
})
