/** A planned request in words. */
import type { RequestPlan } from '../plan.ts'

export function fullAddress({ path }: RequestPlan): string {
  return `${location.origin}${path}`
}

/** A file by its name, which is in the folder where the command runs; all else as JSON. */
export function bodyWords(body: unknown): string {
  if (body instanceof File) return `@${body.name}`
  if (body instanceof Blob) return '@file'
  return typeof body === 'string' ? body : JSON.stringify(body)
}
