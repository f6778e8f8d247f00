import { describe, expect, it } from 'vitest'
import { answerReader } from '../../bench/answers.js'

const answers = {
  'with a length': ['HTTP/1.1 200 OK', 'Date: today', 'Content-Length: 11', '', 'hello\r\n\r\nyo'],
  'with a length in other letters': ['HTTP/1.1 201 Created', 'content-length:5', 'X-More: 7', '', 'hello'],
  'without a body': ['HTTP/1.1 204 No Content', 'Connection: keep-alive', '', ''],
  'in chunks': [
    'HTTP/1.1 404 Not Found',
    'Transfer-Encoding: chunked',
    '',
    'C',
    '0\r\n\r\n2345678',
    '1',
    'x',
    '0',
    '',
    '',
  ],
  'in chunks with a trailer': [
    'HTTP/1.1 200 OK',
    'transfer-encoding: chunked',
    '',
    '1a',
    'x'.repeat(26),
    '0',
    'X: y',
    '',
    '',
  ],
}

describe.each(Object.entries(answers))('the reader of answers of the load, %s', (_, lines) => {
  const bytes = Buffer.from(lines.join('\r\n'))
  const status = Number(lines[0]?.slice(9, 12))

  it('finds the end wherever the pieces part, one answer after another', () => {
    const reader = answerReader()
    for (let at = 1; at < bytes.length; at += 1) {
      expect(reader.take(bytes.subarray(0, at)), `first ${at} bytes`).toBe(false)
      expect(reader.take(bytes.subarray(at)), `after ${at} bytes`).toBe(true)
      expect(reader.status).toBe(status)
    }
  })

  it('finds the end byte by byte, of memory that is used again', () => {
    const reader = answerReader()
    const memory = Buffer.alloc(1)
    const ends = [...bytes].map((byte) => {
      memory[0] = byte
      return reader.take(memory)
    })
    expect(ends.indexOf(true)).toBe(bytes.length - 1)
    expect(reader.status).toBe(status)
  })

  it('refuses bytes after the end', () => {
    expect(() => answerReader().take(Buffer.concat([bytes, Buffer.from('H')]))).toThrow('1 bytes after the end')
  })
})
