import { describe, expect, it } from 'vitest'
import { splitTarget, versionOf } from './target.ts'

describe('a request target', () => {
  it.each([
    ['/', '/', ''],
    ['/a%2Fb?x=%3F?y', '/a%2Fb', 'x=%3F?y'],
    ['/a?', '/a', ''],
  ])('%s is split, not decoded', (raw, path, query) => {
    expect(splitTarget(raw)).toEqual({ path, query })
  })

  it.each([
    ['HTTP://host:80/a?b', '/a', 'b', 'host:80'],
    ['https://host', '/', '', 'host'],
    ['https://host?b', '/', 'b', 'host'],
  ])('%s says for whom it is', (raw, path, query, authority) => {
    expect(splitTarget(raw)).toEqual({ path, query, authority })
  })

  it.each(['*', '', 'host:80', 'ftp://host/a'])('%j names no path', (raw) => {
    expect(splitTarget(raw)).toBeUndefined()
  })
})

describe('the version', () => {
  it.each([
    ['/v1.0', 'v1.0', '/'],
    ['/V1.0/', 'v1.0', '/'],
    ['/BETA/a/B', 'beta', '/a/B'],
  ])('of %s is its first segment', (path, version, below) => {
    expect(versionOf(path)).toEqual({ version, path: below })
  })

  it.each(['/', '/v1', '/v1.00', '/v1x0/a', '/betaa', '/a/beta', '//beta'])('%s has none', (path) => {
    expect(versionOf(path)).toBeUndefined()
  })
})
