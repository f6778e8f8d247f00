/** A request in the languages of its callers, with `$token` where the token belongs. Pure. */

export interface SnippetRequest {
  readonly method: string
  /** With host and query. */
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export const snippetLanguages = ['JavaScript', 'Python', 'Go', 'Java', 'PowerShell'] as const
export type SnippetLanguage = (typeof snippetLanguages)[number]

function entries({ headers }: SnippetRequest): readonly [string, string][] {
  return Object.entries(headers)
}

/** As a template of JavaScript names it. */
const templateToken = ['$', '{token}'].join('')

function javaScript(request: SnippetRequest): string {
  const { method, address, body } = request
  const headers = entries(request).map(([name, value]) =>
    value.includes('$token')
      ? `    ${JSON.stringify(name)}: \`${value.replace('$token', templateToken)}\`,`
      : `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  )
  return [
    `const response = await fetch(${JSON.stringify(address)}, {`,
    `  method: ${JSON.stringify(method)},`,
    '  headers: {',
    ...headers,
    '  },',
    ...(body === undefined ? [] : [`  body: JSON.stringify(${body}),`]),
    '})',
    'console.log(response.status, await response.text())',
  ].join('\n')
}

function python(request: SnippetRequest): string {
  const { method, address, body } = request
  const headers = entries(request).map(([name, value]) =>
    value.includes('$token')
      ? `        ${JSON.stringify(name)}: f${JSON.stringify(value.replace('$token', '{token}'))},`
      : `        ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  )
  return [
    'import requests',
    '',
    'response = requests.request(',
    `    ${JSON.stringify(method)},`,
    `    ${JSON.stringify(address)},`,
    '    headers={',
    ...headers,
    '    },',
    ...(body === undefined ? [] : [`    data=${JSON.stringify(body)}.encode(),`]),
    ')',
    'print(response.status_code, response.text)',
  ].join('\n')
}

function go(request: SnippetRequest): string {
  const { method, address, body } = request
  const text = body === undefined ? 'nil' : `strings.NewReader(${JSON.stringify(body)})`
  const headers = entries(request).map(([name, value]) =>
    value.includes('$token')
      ? `request.Header.Set(${JSON.stringify(name)}, ${JSON.stringify(value.replace('$token', ''))}+token)`
      : `request.Header.Set(${JSON.stringify(name)}, ${JSON.stringify(value)})`,
  )
  return [
    `request, err := http.NewRequest(${JSON.stringify(method)}, ${JSON.stringify(address)}, ${text})`,
    'if err != nil {',
    '\tlog.Fatal(err)',
    '}',
    ...headers,
    'response, err := http.DefaultClient.Do(request)',
    'if err != nil {',
    '\tlog.Fatal(err)',
    '}',
    'defer response.Body.Close()',
    'answer, _ := io.ReadAll(response.Body)',
    'fmt.Println(response.StatusCode, string(answer))',
  ].join('\n')
}

function java(request: SnippetRequest): string {
  const { method, address, body } = request
  const publisher = body === undefined ? 'noBody()' : `ofString(${JSON.stringify(body)})`
  const headers = entries(request).map(([name, value]) =>
    value.includes('$token')
      ? `    .header(${JSON.stringify(name)}, ${JSON.stringify(value.replace('$token', ''))} + token)`
      : `    .header(${JSON.stringify(name)}, ${JSON.stringify(value)})`,
  )
  return [
    `var request = HttpRequest.newBuilder(URI.create(${JSON.stringify(address.replaceAll(' ', '%20'))}))`,
    ...headers,
    `    .method(${JSON.stringify(method)}, HttpRequest.BodyPublishers.${publisher})`,
    '    .build();',
    'var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());',
    'System.out.println(response.statusCode() + " " + response.body());',
  ].join('\n')
}

function powerShell(request: SnippetRequest): string {
  const { method, address, body } = request
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const headers = entries(request).map(([name, value]) =>
    value.includes('$token') ? `  ${quoted(name)} = "${value}"` : `  ${quoted(name)} = ${quoted(value)}`,
  )
  return [
    `Invoke-RestMethod -Method ${method} -Uri ${quoted(address)} -Headers @{`,
    ...headers,
    `}${body === undefined ? '' : ` -Body ${quoted(body)}`}`,
  ].join('\n')
}

const writers: Readonly<Record<SnippetLanguage, (request: SnippetRequest) => string>> = {
  JavaScript: javaScript,
  Python: python,
  Go: go,
  Java: java,
  PowerShell: powerShell,
}

export function snippetOf(language: SnippetLanguage, request: SnippetRequest): string {
  return writers[language](request)
}
