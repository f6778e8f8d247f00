/**
 * The official cases of the rule resourcePath, resolved against a model with their names. What differs is listed here:
 * a new pass or a new failure breaks the test.
 */
import { describe, expect, it } from 'vitest'
import { entityType, many, one } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { text } from '#edm/props.ts'
import { resolvePath } from '#odata/url/path.ts'
import { answerTo, missingCases, officialCases, passes } from './official.ts'

const can = { list: 'ours', get: 'ours' } as const
const collections: Readonly<Record<string, string>> = {
  Categories: 'Category',
  Products: 'Product',
  Customers: 'Customer',
  OrderItems: 'OrderItem',
  Orders: 'Order',
  Employees: 'Employee',
  People: 'Person',
}

const links: Readonly<Record<string, Readonly<Record<string, ReturnType<typeof one>>>>> = {
  Product: { Supplier: one('Model.Supplier', { doc: 'Who delivers it.', can }) },
}

const lists: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Category: { Products: 'Model.Product' },
  Order: { Items: 'Model.OrderItem' },
}

const entities = [...Object.values(collections), 'Supplier'].map((name) =>
  entityType(`Model.${name}`, {
    doc: name,
    source: 'the official cases',
    props: { id: text({ nullable: false, doc: 'Id.' }) },
    navs: {
      ...links[name],
      ...Object.fromEntries(
        Object.entries(lists[name] ?? {}).map(([link, target]) => [
          link,
          many(target, { doc: link, can, scopes: { own: { branches: [], bind: {} } } }),
        ]),
      ),
    },
  }),
)

const model = modelOf('v1.0', [
  {
    enums: [],
    complexes: [],
    entities,
    roots: [
      ...Object.entries(collections).map(([name, type]) => ({
        kind: 'set' as const,
        name,
        target: `Model.${type}`,
        doc: name,
        can,
      })),
      { kind: 'singleton', name: 'SingletonEntity', target: 'Model.Supplier', doc: 'One.', can },
    ],
  },
])

/** Input → why our answer is another one. */
const differs: Readonly<Record<string, string>> = {
  'Categories(ID=1,Size=5)': 'keys have one part, called id',
  'Categories(ID=wrong)': 'accepted: a key need not be quoted',
  'Categories(KeyAlias=1)': 'there are no alternate keys',
  'Customers(1)/Address/Country': 'complex values have no links',
  'Customers(1)/Address/Products': 'complex values have no links',
  "OrderItems(OrderID=1,ItemID='a')": 'keys have one part, called id',
  'OrderItems/2001/1': 'keys have one part, called id',
}

describe('the official cases of resourcePath', () => {
  const cases = officialCases()?.filter(({ Rule }) => Rule === 'resourcePath')
  if (cases === undefined) {
    it('are resolved', ({ skip }) => skip(missingCases))
    return
  }
  const resolve = (input: string) => resolvePath(model, `/${input}`, false)

  it('pass, but for those listed', () => {
    const failed = cases.filter((entry) => !passes(answerTo(resolve, entry.Input), entry)).map(({ Input }) => Input)
    expect([...new Set(failed)].sort()).toEqual(Object.keys(differs).sort())
  })
})
