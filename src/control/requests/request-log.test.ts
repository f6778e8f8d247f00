import { describe, expect, it } from 'vitest'
import type { LoggedRequest } from './logged.ts'
import { RequestLog } from './request-log.ts'
import { logBudget, segmentBytes } from './segments.ts'

function requestOf(id: string, more: Partial<LoggedRequest> = {}): LoggedRequest {
  return {
    at: Date.parse('2026-05-01T00:00:00Z'),
    method: 'GET',
    path: `/v1.0/${id}`,
    query: '',
    headers: { accept: '*/*' },
    body: undefined,
    requestId: id,
    clientRequestId: id,
    actor: undefined,
    remote: undefined,
    note: undefined,
    trail: undefined,
    status: 200,
    ms: 1.5,
    answer: { headers: { 'Content-Type': 'text/plain' }, body: id },
    ownHeaders: undefined,
    ...more,
  }
}

const bodyOf = (log: RequestLog, id: string) => {
  const { answerBody } = log.find(id) ?? {}
  return answerBody && new TextDecoder().decode(answerBody.bytes)
}

describe('the request log', () => {
  it('gives back what it was given', () => {
    const log = new RequestLog()
    log.add(
      requestOf('a', {
        query: 'x=ü'.normalize('NFC'),
        headers: { accept: '*/*', 'x-latin': 'ü', absent: undefined, empty: '' },
        body: new Uint8Array([0, 255]),
        answer: { headers: { ETag: '"1"' }, body: 'é😀\n' },
        ownHeaders: ['Vary', 'Origin'],
      }),
    )
    expect(log.find('A')).toMatchObject({
      sequence: 1,
      at: new Date('2026-05-01T00:00:00Z'),
      ms: 1.5,
      path: '/v1.0/a',
      query: 'x=ü',
      headers: [
        ['accept', '*/*'],
        ['x-latin', 'ü'],
        ['empty', ''],
      ],
      body: { bytes: new Uint8Array([0, 255]), size: 2 },
      answerHeaders: [
        ['ETag', '"1"'],
        ['Vary', 'Origin'],
      ],
    })
    expect(bodyOf(log, 'a')).toBe('é😀\n')
  })

  it('gives back headers that several answers share', () => {
    const log = new RequestLog()
    const headers = { 'Content-Type': 'text/plain', ETag: 'x' }
    for (const id of ['a', 'b', 'c'])
      log.add(requestOf(id, { answer: { headers, body: id }, ownHeaders: ['Vary', '*'] }))
    for (const { answerHeaders } of log.entries())
      expect(answerHeaders).toEqual([...Object.entries(headers), ['Vary', '*']])
  })

  it('does not keep what proves who asks', () => {
    const log = new RequestLog()
    log.add(requestOf('a', { headers: { authorization: 'Bearer secret' } }))
    log.add(requestOf('b', { headers: { authorization: 'secret' } }))
    for (const id of ['a', 'b']) expect(JSON.stringify(log.find(id)?.headers)).not.toContain('secret')
  })

  it('forgets the oldest beyond its number', () => {
    const log = new RequestLog({ entries: 3 })
    for (const id of ['a', 'b', 'c', 'd', 'e']) log.add(requestOf(id))
    expect([...log.entries()].map(({ requestId }) => requestId)).toEqual(['e', 'd', 'c'])
    expect([log.size, log.dropped, log.last]).toEqual([3, 2, 5])
    expect([log.after(0)?.sequence, log.after(4)?.sequence, log.after(5)]).toEqual([3, 5, undefined])
    expect(['c', 'd', 'e'].map((id) => bodyOf(log, id))).toEqual(['c', 'd', 'e'])
  })

  it.each([1, 2, 5])('stays within its bytes, and what it has is whole (%i segments)', (segments) => {
    const budget = logBudget()
    const log = new RequestLog({ bytes: segments * segmentBytes, budget })
    for (let at = 0; at < 400; at += 1) {
      const body = `${at}`.repeat(((at * 7919) % 20_000) + 1)
      log.add(requestOf(`${at}`, { answer: { headers: {}, body } }))
      expect(budget.held).toBeLessThanOrEqual(segments * segmentBytes)
    }
    expect(log.size).toBeGreaterThan(0)
    expect(log.size).toBeLessThan(400)
    for (const { requestId } of log.entries())
      expect(bodyOf(log, requestId)).toBe(requestId.repeat(((Number(requestId) * 7919) % 20_000) + 1).slice(0, 65_536))
  })

  it('shares its bytes with others of the server, of which each keeps one segment', () => {
    const budget = logBudget(4 * segmentBytes)
    const logs = Array.from({ length: 6 }, () => new RequestLog({ budget }))
    const body = 'x'.repeat(60_000)
    for (const log of logs)
      for (let at = 0; at < 30; at += 1) log.add(requestOf(`${at}`, { answer: { headers: {}, body } }))
    expect(budget.held).toBe(9 * segmentBytes)
    for (const log of logs) expect(bodyOf(log, '29')).toBe(body)
    for (const log of logs) log.close()
    expect(budget.held).toBe(0)
  })

  it('is empty when it was cleared, and goes on counting', () => {
    const log = new RequestLog()
    const told: string[] = []
    log.watch((what) => told.push(what))
    log.add(requestOf('a'))
    log.clear()
    log.add(requestOf('b'))
    expect([...log.entries()].map(({ sequence, requestId }) => [sequence, requestId])).toEqual([[2, 'b']])
    expect(told).toEqual(['added', 'cleared', 'added'])
  })
})
