import { describe, expect, it } from 'vitest'
import type { Webhook } from '../api.ts'
import { fieldsOf, isReplaced, losesHeaders, newFields, patchOf, postOf } from './fields.ts'

describe('the form of a webhook', () => {
  it('asks for names by areas and one by one, and keeps headers with colons in them', () => {
    const body = postOf({
      ...newFields,
      url: ' https://tickets.example/hook ',
      areas: new Set(['relationships', 'directory']),
      names: 'test-created\n\n granular-admin-* ',
      headers: 'X-Key: a: b\nX-Empty',
      mode: 'binary',
      batch: true,
      handshake: true,
    })
    expect(body).toEqual({
      url: 'https://tickets.example/hook',
      events: ['granular-admin-*', 'relata.granular-admin-*', 'relata.directory.*', 'test-created'],
      customers: null,
      mode: 'binary',
      signing: 'hmac',
      // One event in a request.
      batch: false,
      headers: { 'X-Key': 'a: b', 'X-Empty': '' },
      description: null,
      handshake: true,
    })
  })

  it('shows a webhook so that it is sent as it was', () => {
    const webhook = {
      url: 'https://tickets.example/hook?a=1',
      events: ['relata.taxonomy.*', 'granular-admin-*', 'test-created'],
      customers: ['fab21ca0-0000-4000-8000-000000000002'],
      mode: 'structured',
      signing: 'ed25519',
      batch: true,
      headers: { 'X-Key': null },
      description: 'Tickets',
    } as const
    const fields = fieldsOf(webhook as unknown as Webhook)
    expect([...fields.areas]).toEqual(['taxonomy'])
    expect(fields.names).toBe('granular-admin-*\ntest-created')
    const { signing: _, ...sent } = webhook
    expect(patchOf(fields)).toEqual(sent)
  })

  it('sends null for a header that is kept, another value where one was typed, and nothing of one that was removed', () => {
    const webhook = {
      url: 'https://a.example/',
      events: ['*'],
      headers: { Authorization: null, 'X-Key': null, 'X-Old': null },
    }
    const fields = fieldsOf(webhook as unknown as Webhook)
    expect(fields).toMatchObject({ kept: ['Authorization', 'X-Key', 'X-Old'], headers: '' })
    expect(losesHeaders(webhook, { ...fields, headers: 'X-New: a' })).toBe(false)
    const changed = { ...fields, kept: ['Authorization', 'X-Key'], headers: 'x-key: b\nX-New: a' }
    expect(patchOf(changed).headers).toEqual({ Authorization: null, 'x-key': 'b', 'X-New': 'a' })
    expect(['Authorization', 'X-Key'].map((name) => isReplaced(changed, name))).toEqual([false, true])
    expect(losesHeaders(webhook, { ...fields, headers: 'x-key: b' })).toBe(true)
    expect(losesHeaders(webhook, { ...fields, kept: ['X-Key', 'X-Old'] })).toBe(true)
  })
})
