/** Marks what the pages ask by themselves, so that the list of requests can leave it out: by how its id begins. */
const start = '9a6e5000-'

/** For the header `client-request-id`. */
export function ownRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6))
  return `${start}0000-4000-8000-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

export function isOwnRequestId(id: string | undefined): boolean {
  return id?.startsWith(start) === true
}
