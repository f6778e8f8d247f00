import { describe, expect, it } from 'vitest'
import { isPermitted, nameConstraints, permissionFor } from './name-constraints.ts'

describe('name constraints', () => {
  it('are encoded as RFC 5280 has them', () => {
    expect(nameConstraints(['ab.example', '127.0.0.0/8', '10.1.2.3']).toString('hex')).toBe(
      // SEQUENCE { [0] { SEQUENCE { dNSName }, SEQUENCE { iPAddress with mask }, … } }
      '3028a026' + '300c820a61622e6578616d706c65' + '300a87087f000000ff000000' + '300a87080a010203ffffffff',
    )
  })

  it('permit a name, all names below it, and no other that ends alike', () => {
    const permitted = ['localhost', 'lan.example', '127.0.0.0/8', '0:0:0:0:0:0:0:1/128']
    for (const name of [
      'localhost',
      'a.w.localhost',
      'lan.example',
      'x.lan.example',
      '*.lan.example',
      '127.9.9.9',
      '::1',
    ])
      expect(isPermitted(permitted, name), name).toBe(true)
    for (const name of [
      'notlocalhost',
      'xlan.example',
      'example',
      '*.example',
      '128.0.0.1',
      '::2',
      'localhost.example',
    ])
      expect(isPermitted(permitted, name), name).toBe(false)
    expect(isPermitted(undefined, 'any.example')).toBe(true)
  })

  it('are asked for by name or by the single address', () => {
    expect(['*.lan.example', 'a.example', '10.1.2.3', 'fd00::7'].map(permissionFor)).toEqual([
      'lan.example',
      'a.example',
      '10.1.2.3/32',
      'fd00:0:0:0:0:0:0:7/128',
    ])
  })
})
