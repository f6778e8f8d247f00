/** Compares secrets without telling by its time how much of them was right. */
import { createHash, timingSafeEqual } from 'node:crypto'

export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}
