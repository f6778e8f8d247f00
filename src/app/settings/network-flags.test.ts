import { describe, expect, it } from 'vitest'
import { networkFlags } from './network-flags.ts'

describe('settings of the network', () => {
  it('take host names, addresses, and all names below one', () => {
    const { read } = networkFlags.allowedHost
    expect(read('Relata, *.terms.example,[::1],10.0.0.1')).toEqual(['relata', '*.terms.example', '::1', '10.0.0.1'])
    for (const wrong of ['', 'a,', 'https://a', 'a:80', 'a/b', '*', 'a.*.b', '-a'])
      expect(() => read(wrong), wrong).toThrow(/empty entry|neither a host name nor/)
  })

  it('take addresses and ranges of proxies', () => {
    const { read } = networkFlags.trustedProxy
    expect(read('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1'])
    for (const wrong of ['10.0.0.0/33', 'fe80::/129', 'proxy', '10.0.0.0/8/8', '10.0/8', ''])
      expect(() => read(wrong), wrong).toThrow(/empty entry|no IP address or range/)
  })

  it('take an origin for links', () => {
    const { read } = networkFlags.publicUrl
    expect(read('https://Terms.example/')).toBe('https://terms.example')
    for (const wrong of ['terms.example', 'https://terms.example/graph', 'ftp://terms.example', 'https://a@b', ''])
      expect(() => read(wrong), wrong).toThrow('is not an address such as')
  })
})
