/**
 * Reads HTTP/1.1 answers from pieces of bytes, one answer at a time, and keeps none of them but the beginning of a head that
 * is not whole. It looks at bytes only: to make text of each head costs the load as much as all the rest it does.
 */

const [carriageReturn, lineFeed, space, colon] = [13, 10, 32, 58]
const lineEnd = 2
const none = Buffer.alloc(0)
const [lengthName, encodingName] = ['content-length', 'transfer-encoding'].map((name) => Buffer.from(name))
/** After `HTTP/1.1 `. */
const statusAt = 9
/** Where in an answer we are. */
const [inHead, inBody, inSize, inChunk, inTrailer] = [0, 1, 2, 3, 4]

/** `name` is in lower case. */
const isNamed = (bytes, from, name) => {
  if (bytes[from + name.length] !== colon) return false
  for (let at = 0; at < name.length; at += 1) if ((bytes[from + at] | 0x20) !== name[at]) return false
  return true
}

/** Of a digit of base 16; nobody sends anything else in the line of a chunk. */
const digitOf = (byte) => (byte <= 57 ? byte - 48 : (byte | 0x20) - 87)

/** The number that begins there, after spaces. */
const numberAt = (bytes, from) => {
  let at = from
  while (bytes[at] === space) at += 1
  let value = 0
  for (; bytes[at] >= 48 && bytes[at] <= 57; at += 1) value = value * 10 + bytes[at] - 48
  return value
}

/** { end, length, isChunked }, or undefined while the head is not whole. Node's servers send no encoding but chunks. */
const headOf = (bytes) => {
  let length = 0
  let isChunked = false
  for (let line = bytes.indexOf(lineFeed) + 1; line > 0; line = bytes.indexOf(lineFeed, line) + 1) {
    if (bytes[line] === carriageReturn && bytes[line + 1] === lineFeed) return { end: line + 2, length, isChunked }
    if (isNamed(bytes, line, lengthName)) length = numberAt(bytes, line + lengthName.length + 1)
    else if (isNamed(bytes, line, encodingName)) isChunked = true
  }
  return undefined
}

/**
 * `take(piece)` says whether the answer is whole with it; a piece may lie in memory that is used again. `status` is that of
 * the answer the piece belongs to, or 0 where it is not known yet. Throws on bytes after the end: nobody asked for more.
 */
export const answerReader = () => {
  let place = inHead
  let held = none
  /** Bytes to come of the body, or of a chunk and the end of its line; while its size is read, what it is so far. */
  let left = 0
  /** Bytes in a line of the trailer. */
  let inLine = 0

  /** Where the body begins in the piece, or -1. */
  const passHead = (piece) => {
    const bytes = held.length === 0 ? piece : Buffer.concat([held, piece])
    const before = held.length
    const head = headOf(bytes)
    if (head === undefined) {
      held = Buffer.from(bytes)
      reader.status = 0
      return -1
    }
    held = none
    reader.status = numberAt(bytes, statusAt)
    left = head.length
    place = head.isChunked ? inSize : inBody
    return head.end - before
  }

  /** Where the answer ends in the piece, or -1. */
  const passBody = (piece, from) => {
    const end = from + left
    left = Math.max(0, end - piece.length)
    return end > piece.length ? -1 : end
  }

  const passByte = (byte) => {
    if (place === inTrailer) inLine = byte === lineFeed ? 0 : inLine + Number(byte !== carriageReturn)
    else if (byte !== lineFeed) left = byte === carriageReturn ? left : left * 16 + digitOf(byte)
    else if (left === 0) place = inTrailer
    else {
      place = inChunk
      left += lineEnd
    }
  }

  const passChunks = (piece, from) => {
    for (let at = from; at < piece.length; ) {
      if (place === inChunk) {
        const step = Math.min(left, piece.length - at)
        at += step
        left -= step
        if (left === 0) place = inSize
      } else {
        // An empty line in the trailer.
        if (place === inTrailer && inLine === 0 && piece[at] === lineFeed) return at + 1
        passByte(piece[at])
        at += 1
      }
    }
    return -1
  }

  const take = (piece) => {
    const from = place === inHead ? passHead(piece) : 0
    if (from < 0) return false
    const end = place === inBody ? passBody(piece, from) : passChunks(piece, from)
    if (end < 0) return false
    place = inHead
    if (end < piece.length) throw new Error(`${piece.length - end} bytes after the end of an answer`)
    return true
  }

  const reader = { status: 0, take }
  return reader
}
