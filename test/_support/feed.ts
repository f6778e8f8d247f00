/** Reads the live feed of a server as a client of server-sent events does. */

export interface FeedMessage {
  readonly id: string | undefined
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: a test says which event it expects
  readonly data: any
}

export interface ReadFeed {
  /** The next message, and with a name the next of that name; what comes before it is passed over. */
  next(event?: string): Promise<FeedMessage>
  /** Everything up to the end of the stream. */
  rest(): Promise<FeedMessage[]>
  /** The id of the last message that had one. */
  readonly lastId: string | undefined
  readonly response: Response
  close(): Promise<void>
}

function messageOf(block: string): FeedMessage | undefined {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
  const data = field('data')
  if (data === undefined) return undefined
  return { id: field('id'), event: field('event') ?? 'message', data: JSON.parse(data) }
}

/** Throws unless the answer is 200. */
export async function readFeed(url: string, headers: Readonly<Record<string, string>> = {}): Promise<ReadFeed> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers } })
  if (response.status !== 200 || response.body === null) throw new Error(`${response.status} ${await response.text()}`)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let lastId: string | undefined
  const one = async (): Promise<FeedMessage | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end === -1) {
        const { done, value } = await reader.read()
        if (done) return undefined
        text += value
        continue
      }
      const message = messageOf(text.slice(0, end))
      text = text.slice(end + 2)
      if (message === undefined) continue
      lastId = message.id ?? lastId
      return message
    }
  }
  return {
    response,
    get lastId() {
      return lastId
    },
    next: async (event) => {
      for (;;) {
        const message = await one()
        if (message === undefined) throw new Error(`the feed ended before ${event ?? 'the next message'}`)
        if (event === undefined || message.event === event) return message
      }
    },
    rest: async () => {
      const all: FeedMessage[] = []
      for (let message = await one(); message !== undefined; message = await one()) all.push(message)
      return all
    },
    close: () => reader.cancel(),
  }
}
