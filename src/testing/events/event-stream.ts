/** Reads server-sent events (HTML standard, 9.2) of an answer. */
import type { RelataEvent } from '../relata.ts'

function eventIn(block: string): RelataEvent | undefined {
  let [type, id]: [string, string | undefined] = ['message', undefined]
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? []
    if (name === 'event') type = value
    else if (name === 'id') id = value
    else if (name === 'data') data.push(value)
  }
  if (data.length === 0) return undefined
  const text = data.join('\n')
  return { id, type, data: /^[[{"]/.test(text) ? JSON.parse(text) : text }
}

/** Ends with the stream; whoever stops reading ends it. */
export async function* eventsIn(stream: ReadableStream<Uint8Array>): AsyncGenerator<RelataEvent, void, undefined> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      text = `${text}${value}`.replaceAll('\r\n', '\n')
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = eventIn(text.slice(0, end))
        text = text.slice(end + 2)
        if (event !== undefined) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
