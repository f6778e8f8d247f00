/** The canonical functions of $filter and $orderby: what they take and what they give. A row for each. */
import {
  bigType,
  dateType,
  durationType,
  flagType,
  instantType,
  realType,
  textType,
  timeType,
  type ValueType,
  wholeType,
} from '../syntax/literal.ts'

interface FunctionFacts {
  readonly takes: readonly ValueType[]
  /** Fewest arguments; absent: all of them. */
  readonly least?: number
  readonly gives: ValueType
}

const part: FunctionFacts = { takes: [instantType], gives: wholeType }
const test: FunctionFacts = { takes: [textType, textType], gives: flagType }
const change: FunctionFacts = { takes: [textType], gives: textType }

const rounding: FunctionFacts = { takes: [realType], gives: realType }

/** Names in lower case, as they stand in the `call` expressions the store must serve. */
export const functions: ReadonlyMap<string, FunctionFacts> = new Map([
  ['contains', test],
  ['startswith', test],
  ['endswith', test],
  ['length', { takes: [textType], gives: wholeType }],
  ['indexof', { takes: [textType, textType], gives: wholeType }],
  ['substring', { takes: [textType, bigType, bigType], least: 2, gives: textType }],
  ['concat', { takes: [textType, textType], gives: textType }],
  ['tolower', change],
  ['toupper', change],
  ['trim', change],
  ['year', part],
  ['month', part],
  ['day', part],
  ['hour', part],
  ['minute', part],
  ['second', part],
  ['fractionalseconds', { takes: [instantType], gives: realType }],
  ['round', rounding],
  ['floor', rounding],
  ['ceiling', rounding],
  ['date', { takes: [instantType], gives: dateType }],
  ['time', { takes: [instantType], gives: timeType }],
  ['totaloffsetminutes', part],
  ['totalseconds', { takes: [durationType], gives: realType }],
])
