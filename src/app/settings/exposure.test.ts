import { expect, it } from 'vitest'
import { type Config, defaultConfig } from '../config.ts'
import { exposureWarnings } from './exposure.ts'

const warnings = (more: Partial<Config>) => exposureWarnings({ ...defaultConfig, ...more })

it('a server that others reach says what is open to them (B7)', () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.7', 'box']) {
    expect(warnings({ host })).toEqual([expect.stringMatching(/secrets are well known.*--control loopback/)])
    expect(warnings({ host, control: 'any' })).toEqual([expect.stringMatching(/move the clock.*--control any/)])
  }
  expect(warnings({ host: '0.0.0.0', auth: 'off' })).toHaveLength(2)
})

it('one that takes everybody for a proxy says what that lets clients do', () => {
  for (const range of ['0.0.0.0/0', '::/0', '128.0.0.0/1'])
    for (const registry of [true, false])
      expect(warnings({ registry, trustedProxy: ['10.0.0.1', range] })).toEqual([
        expect.stringMatching(new RegExp(`^--trusted-proxy ${range}: everybody counts as a proxy`)),
      ])
  expect(warnings({ trustedProxy: ['10.0.0.0/8', 'fd00::/10', '127.0.0.1', '::1'] })).toEqual([])
})

it('one that only this machine reaches, or that asks everybody for a token, says nothing', () => {
  for (const host of ['127.0.0.1', '127.0.0.2', 'localhost', '::1']) expect(warnings({ host })).toEqual([])
  expect(warnings({ host: '0.0.0.0', registry: true })).toEqual([])
})
