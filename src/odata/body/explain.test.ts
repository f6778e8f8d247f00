import { describe, expect, it } from 'vitest'
import { AppError, type ErrorFacts, type ErrorKind } from '#base/errors.ts'
import { explain } from './explain.ts'

describe('the name of a check', () => {
  it.each<[string, ErrorKind, ErrorFacts]>([
    ['group.isEmpty; docs/spec/term-store.md 3.2', 'conflict', { check: 'group.isEmpty', spec: 'term-store.md §3.2' }],
    ['batch.size; docs/spec/protocol.md 1.12', 'invalid', { check: 'batch.size', target: 'requests' }],
    ['option.filter; docs/spec/protocol.md 1.7', 'invalid', { target: '$filter' }],
    ['option.p1; docs/spec/protocol.md 1.7', 'invalid', { target: '@p1' }],
    [
      'header.if-match; docs/spec/protocol.md 1.8',
      'precondition',
      { target: 'If-Match', inner: 'entityTagDoesNotMatch' },
    ],
    ['header.prefer; docs/spec/protocol.md 1.3', 'invalid', { target: 'Prefer' }],
    ['body.labels.name; docs/spec/protocol.md 1.6', 'invalid', { target: 'labels/0/name' }],
    ['conflict.displayName; docs/spec/protocol.md 1.5', 'conflict', { target: 'displayName' }],
    ['address; docs/spec/protocol.md 1.1', 'invalid', { code: 'BadRequest' }],
    [
      'invalid.tooManyResultsRequested; docs/spec/protocol.md 1.5',
      'invalid',
      { inner: 'tooManyResultsRequested', code: 'x' },
    ],
    ['unsupported; docs/spec/protocol.md 1.5', 'unsupported', {}],
    ['option.deltatoken; docs/spec/protocol.md 1.15', 'gone', { target: '$deltatoken', inner: 'resyncRequired' }],
    ['body.json; docs/spec/protocol.md 1.6', 'invalid', { check: 'body.json' }],
    ['query.escape; docs/spec/protocol.md 1.1', 'invalid', { check: 'query.escape' }],
    // A limit of ours follows nothing.
    ['limit.query', 'invalid', { check: 'limit.query' }],
    ['forbidden.accessDenied; docs/spec/protocol.md 1.5', 'forbidden', { code: 'accessDenied' }],
  ])('is %s', (name, kind, facts) => {
    expect(explain(new AppError(kind, 'x', facts))).toBe(name)
  })

  it.each<ErrorKind>([
    ...(['unauthenticated', 'forbidden', 'notFound', 'notAllowed', 'notAcceptable', 'conflict', 'gone'] as const),
    ...(['precondition', 'dependency', 'tooLarge', 'unsupportedMedia', 'throttled', 'unsupported'] as const),
    ...(['unavailable', 'internal'] as const),
  ])('has a section for every %s', (kind) => {
    expect(explain(new AppError(kind, 'x'))).toMatch(new RegExp(`^${kind}; docs/spec/protocol\\.md 1\\.\\d+$`))
  })

  it('holds nothing of a request that a header could not', () => {
    expect(explain(new AppError('invalid', 'x', { target: 'a\r\nb: ü/x' }))).toBe(
      'body.ab.x; docs/spec/protocol.md 1.6',
    )
    expect(explain(new AppError('invalid', 'x', { target: 'y'.repeat(5000) })).length).toBeLessThan(120)
  })
})
