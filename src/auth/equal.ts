/** Compares secrets in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto'

export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}
