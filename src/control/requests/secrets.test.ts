import { describe, expect, it } from 'vitest'
import { withoutSecretsOf } from './secret-values.ts'
import { bodyWithout, bytesWithout, formWithout, headerWithout } from './secrets.ts'

const value = 'S3CRETvalue'
const form = 'application/x-www-form-urlencoded'
const json = 'application/json'

const bodies: Readonly<Record<string, readonly [string, string]>> = {
  'a form that is said to be JSON': [json, `client_id=x&client_secret=${value}`],
  'a form with spaces': ['text/plain', `scope=a b&client_secret=${value}`],
  'a form with line breaks': [form, `client_id=x&\nclient_secret=${value}`],
  'a form with spaces before its names': [form, `client_id=x& client_secret=${value}&+password=${value}`],
  'a form with semicolons': [form, `client_id=x;client_secret=${value}`],
  'a form whose name is written in percents': [form, `client%5Fsecret=${value}`],
  'a form in UTF-16': [form, [...`client_secret=${value}`].join('\0')],
  'a form with an address that has a code': [
    form,
    `next=${encodeURIComponent(`https://a.example/?x=1&code=${value}`)}`,
  ],
  'a part of multipart': [
    'multipart/form-data; boundary=b',
    `--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n${value}\r\n--b--\r\n`,
  ],
  'what a subscription is known by': [json, `{"resource":"users","clientState":"${value}"}`],
  'an object': [json, `{"secret":{"value":"${value}"}}`],
  'a list': [json, `{"secrets":["${value}", ["${value}"]], "password": [{"a":"]${value}"}]}`],
  'a name in escapes': [json, `{"\\u0073ecret":"${value}"}`],
  'other spellings': [
    json,
    `{"client-secret":"${value}","adminPassword":"${value}","api_key":"${value}","X-Api-Key":"${value}"}`,
  ],
  'JSON in JSON': [json, JSON.stringify({ body: JSON.stringify({ client_secret: value }) })],
  'a form in JSON': [json, JSON.stringify({ body: `grant_type=password&password=${value}` })],
  'an address in JSON': [
    json,
    JSON.stringify({ url: `/me?access_token=${value}`, to: `https://me:${value}@a.example/` }),
  ],
  'JSON with single quotes': [json, `{'secret': '${value}'}`],
  'JSON without quotes': [json, `{secret: ${value}}`],
  'JSON that is cut off': [json, `{"a":{"password":"${value}`],
  'JSON in JSON that is cut off': [
    json,
    JSON.stringify({ body: JSON.stringify({ client_secret: value }) }).slice(0, -4),
  ],
  'a page with an address': ['text/html', `<a href="https://a.example/?x=1&amp;code=${value}">next</a>`],
  YAML: ['application/yaml', `tenants:\n  - secret: ${value} ${value}\n`],
}

describe('secrets of requests', () => {
  it.each(Object.entries(bodies))('are removed from %s', (_, [type, text]) => {
    const shown = bodyWithout(text, type)
    expect(shown.replaceAll('\0', '')).not.toContain(value)
    expect(decodeURIComponent(shown)).toContain('[removed ')
  })

  it.each([form, json, 'text/plain'])('leave the rest as it is (%s)', (type) => {
    for (const text of [
      'a=1&b=%FF;c&$skiptoken=abc',
      '{"a": 1.0, "b":[1,"x=1",{"displayName":"secret: none"}], "error":{"code":"itemNotFound"}, "password":null}',
      '{"big":12345678901234567890,"a":1,"a":2',
      'a b\nc: d',
    ])
      expect(bodyWithout(text, type)).toBe(text)
  })

  it('leave JSON as JSON', () => {
    const text = '{"a": 1.0, "token" : {"x":["}"]} ,"b":"?token=x y","c":"\\"{"}'
    expect(bodyWithout(text, json)).toBe(
      '{"a": 1.0, "token" : "[removed token]" ,"b":"?token=[removed token] y","c":"\\"{"}',
    )
  })

  it('are removed from bytes that are no text', () => {
    const bytes = Buffer.concat([Buffer.from(`client_secret=${value}&x=`), Buffer.from([0xff])])
    expect(Buffer.from(bytesWithout(bytes, form)).toString('latin1')).toBe(
      'client_secret=[removed client_secret]&x=\xff',
    )
  })

  it('are removed from headers and addresses', () => {
    const all = [
      headerWithout('Location', `https://a.example/?x=1#code=${value}&state=2`),
      headerWithout('Referer', `https://me:${value}@a.example/`),
      headerWithout('X-Original-Url', `/me?access_token=${value}`),
      headerWithout('x-ms-authorization-auxiliary', `Bearer ${value}`),
      headerWithout('x-api-key', value),
      headerWithout('x-other', `Bearer ${value}`),
      formWithout(`a=b;access_token=${value}`),
      formWithout(`a=b?access_token=${value}`),
      formWithout(`redirect_uri=${encodeURIComponent(`http://a/?code=${value}`)}`),
    ]
    expect(all.join('\n')).not.toContain(value)
    const challenge = 'Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ=="'
    expect(headerWithout('WWW-Authenticate', challenge)).toBe(challenge)
  })

  it('are removed from a refusal that repeats them', () => {
    const odd = 'a"b\\c-odd'
    const answer = JSON.stringify({ error: { message: `'${odd}' is no list; ${value}` } })
    const sent = [`x=1&client_secret=${value}`, JSON.stringify({ tenants: [{ secret: [odd], token: 'is' }] })]
    expect(withoutSecretsOf(answer, sent)).toBe(
      '{"error":{"message":"\'[removed value]\' is no list; [removed value]"}}',
    )
  })

  it('are looked for in a time that grows with the text only', () => {
    const length = 64 * 1024
    for (const piece of [
      'a',
      ':',
      '"',
      '\\',
      '{"a":',
      'x://',
      '; name=a',
      'password',
      '=',
      'secret:',
      "'",
      '[removed ',
    ])
      for (const type of [form, json, 'text/html', 'multipart/form-data'])
        bodyWithout(`content-disposition${piece.repeat(length / piece.length)}`, type)
  })
})
