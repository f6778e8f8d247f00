import { expect, it } from 'vitest'
import { type SnippetRequest, snippetLanguages, snippetOf } from './snippets.ts'

const request: SnippetRequest = {
  method: 'POST',
  address: "https://localhost:4365/v1.0/termStore/sets/s/children?$filter=a eq 'b'",
  headers: { Authorization: 'Bearer $token', 'Content-Type': 'application/json' },
  body: '{"labels":[{"name":"It\'s \\"hot\\""}]}',
}

it.each(snippetLanguages)('writes the request in %s, with a place for the token', (language) => {
  const text = snippetOf(language, request)
  expect(text).toContain('POST')
  expect(text).toMatch(/\$token|\$\{token\}|\{token\}|\+ ?token/)
  expect(text).toContain('labels')
})

it('closes what it quotes', () => {
  expect(snippetOf('PowerShell', request)).toContain('\'{"labels":[{"name":"It\'\'s')
  expect(snippetOf('JavaScript', request)).toMatch(/Bearer \$\{token\}/)
  expect(snippetOf('Python', { ...request, body: undefined })).not.toContain('data=')
})
