/** How an answer is written: what clients accept, and the forms of its bodies (exchange.md §13.6). */
import { AppError } from '#base/errors.ts'
import type { RestAnswer, RestRequest } from '../request.ts'

export interface AnswerForm {
  /** Without annotations but the address of the next page and the count. */
  readonly isBare: boolean
  /** The form of OData 2, which `contextinfo` alone has. */
  readonly isVerbose: boolean
}

const usual: AnswerForm = { isBare: false, isVerbose: false }

/** Throws `notAcceptable` where JSON is not accepted. */
export function formOf({ headers }: Pick<RestRequest, 'headers'>): AnswerForm {
  const ranges = (headers['accept'] ?? '')
    .toLowerCase()
    .split(',')
    .map((range) => range.trim())
  if (ranges.length === 1 && ranges[0] === '') return usual
  const fitting = ranges.find((range) => /^application\/(?:json|\*)(?:\s*;|$)/.test(range))
  if (fitting === undefined) {
    if (ranges.some((range) => /^\*\/\*(?:\s*;|$)/.test(range))) return usual
    throw new AppError('notAcceptable', 'Only application/json is answered here.', {
      code: 'invalidRequest',
      target: 'Accept',
      check: 'header.accept',
    })
  }
  const plain = fitting.replaceAll(/\s/g, '')
  return {
    isBare: /;(?:odata=nometadata|odata\.metadata=none)(?:;|$)/.test(plain),
    isVerbose: /;odata=verbose(?:;|$)/.test(plain),
  }
}

const version = { 'OData-Version': '4.0' } as const

export function jsonAnswer(
  form: AnswerForm,
  status: number,
  value: unknown,
  headers: RestAnswer['headers'] = {},
): RestAnswer {
  const level = form.isBare ? 'none' : 'minimal'
  return {
    status,
    headers: { 'Content-Type': `application/json;odata.metadata=${level};charset=utf-8`, ...version, ...headers },
    body: JSON.stringify(value),
  }
}

export interface ListFacts {
  readonly '@odata.context'?: string
  readonly count?: number | undefined
  /** JSON texts. */
  readonly value: readonly string[]
  /** Address of the next page. */
  readonly next?: string | undefined
}

export function listAnswer(form: AnswerForm, { count, value, next, ...context }: ListFacts): RestAnswer {
  const before = { ...context, ...(count === undefined ? {} : { '@odata.count': count }) }
  const after = next === undefined ? {} : { '@odata.nextLink': next }
  const members = [before, after].map((part) => JSON.stringify(part).slice(1, -1))
  const list = [members[0], `"value":[${value.join(',')}]`, members[1]].filter((text) => text !== '').join(',')
  return { ...jsonAnswer(form, 200, undefined), body: `{${list}}` }
}

export function emptyAnswer(headers: RestAnswer['headers'] = {}): RestAnswer {
  return { status: 204, headers: { ...version, ...headers }, body: undefined }
}
