/** The reference model: a shop, of no real service, with everything OData asks a model to have. */
import { entityType, many, one, returning, type Workload } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { choice, complex, complexType, duration, enumType, flag, guid, instant, text, whole } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { changeEntry } from '#edm/records/tracking.ts'
import type { TextForm } from '#edm/text-form.ts'

const can = { list: 'ours', get: 'ours', create: 'ours', update: 'ours', replace: 'ours', delete: 'ours' } as const
const scopes = { read: ['Shop.Read'], write: ['Shop.Write'] }
const everything = { own: { branches: [constant(true)], bind: {} } }

export const status = enumType('shop.status', 'Where a product stands.', ['planned', 'sold', 'withdrawn'])

export const money = complexType('shop.money', 'An amount.', {
  amount: whole({ nullable: false, doc: 'In the smallest unit.' }),
  currency: text({ doc: 'Three letters.' }),
})
export const address = complexType('shop.address', 'Where someone is.', {
  city: text({ doc: 'City.' }),
  street: text({ doc: 'Street.' }),
})
export const note = complexType('shop.note', 'A remark in one language.', {
  language: text({ doc: 'Language.' }),
  text: text({ doc: 'The remark.' }),
})

export const plug = complexType('shop.plug', 'How something is connected.', {
  kind: text({ doc: 'Letter of the plug.' }),
  volts: whole({ doc: 'Tension.' }),
})
export const customs = complexType('shop.customs', 'What customs know of a parcel.', {
  file: guid({ doc: 'Number of the file.' }),
})
/** How what is written on a parcel is stored. */
export const labelForm: TextForm = { blanks: 'single', instead: { '&': '＆' } }

const thing = entityType('shop.thing', {
  doc: 'Anything with an id.',
  source: 'none',
  abstract: true,
  props: { id: text({ nullable: false, readOnly: true, doc: 'Id.' }) },
  navs: {},
})

export const product = entityType('shop.product', {
  doc: 'A product.',
  source: 'none',
  base: thing,
  dialect: 'graph',
  tag: 'optional',
  typed: true,
  scopes,
  // Roles of the shop’s own: who comes from another tenant is let in by one of them.
  delegated: { read: ['keeper', 'guest'], write: ['keeper'] },
  page: { size: 5, most: 20 },
  props: {
    name: text({ nullable: false, required: true, fold: true, doc: 'Name.' }),
    status: choice(status, { initial: 'planned', doc: 'Where it stands.' }),
    stock: whole({ nullable: false, initial: 0, doc: 'Pieces there.' }),
    rating: whole({ doc: 'Stars.' }),
    isSpecial: flag({ doc: 'Whether it is special.' }),
    since: instant({ doc: 'On sale since.' }),
    warranty: duration({ doc: 'How long it is warranted.' }),
    price: complex(money, { doc: 'Price.' }),
    notes: complex(note, { collection: true, elements: ['text'], doc: 'Remarks.' }),
    tags: text({ collection: true, doc: 'Tags.' }),
    sold: whole({ nullable: false, initial: 0, readOnly: true, doc: 'Pieces sold.' }),
  },
  navs: {
    category: one('shop.category', {
      stored: true,
      accepts: 'optional',
      doc: 'Its category.',
      can: { get: 'ours', link: 'ours', unlink: 'ours' },
    }),
    parts: many('shop.part', {
      inverse: 'product',
      contained: true,
      deep: true,
      upsert: 'always',
      doc: 'What it is made of.',
      can,
    }),
    suppliers: many('shop.supplier', {
      linkedBy: { type: 'shop.supply', from: 'productId', to: 'supplierId' },
      doc: 'Who delivers it.',
      can: { list: 'ours', get: 'ours', link: 'ours', unlink: 'ours' },
    }),
  },
  functions: {
    priceFor: {
      doc: 'The price of several.',
      params: { pieces: { type: 'Edm.Int32', doc: 'How many.' } },
      returns: money,
      scopes: scopes.read,
      evidence: 'ours',
    },
    cheapest: {
      doc: 'The cheapest of the collection.',
      on: 'collection',
      params: {},
      returns: returning({ entity: 'shop.product' }),
      scopes: scopes.read,
      evidence: 'ours',
    },
    withTag: {
      doc: 'Those with a tag.',
      on: 'collection',
      params: { tag: { type: 'Edm.String', doc: 'Tag.' } },
      returns: returning({ entity: 'shop.product' }, { collection: true }),
      scopes: scopes.read,
      evidence: 'ours',
    },
    stockOf: {
      doc: 'Pieces of a name.',
      on: 'service',
      params: { name: { type: 'Edm.String', doc: 'Name.' } },
      returns: returning('Edm.Int32'),
      scopes: scopes.read,
      evidence: 'ours',
    },
    statuses: {
      doc: 'What a product may be.',
      on: 'service',
      params: {},
      returns: returning(status, { collection: true }),
      scopes: scopes.read,
      evidence: 'ours',
    },
  },
  actions: {
    sell: {
      doc: 'Sells some.',
      params: { pieces: whole({ nullable: false, doc: 'How many.' }), to: complex(address, { doc: 'To whom.' }) },
      returns: money,
      scopes: scopes.write,
      evidence: 'ours',
    },
    withdraw: { doc: 'Takes it off the shelves.', params: {}, scopes: ['Shop.Withdraw'], evidence: 'ours' },
    discount: {
      doc: 'Makes all cheaper.',
      on: 'collection',
      params: {
        percent: whole({ nullable: false, doc: 'By how much.' }),
        tags: text({ collection: true, doc: 'Only.' }),
      },
      returns: returning({ entity: 'shop.product' }, { collection: true }),
      scopes: scopes.write,
      evidence: 'ours',
    },
    restock: {
      doc: 'Sets every stock.',
      on: 'service',
      params: { pieces: whole({ nullable: false, doc: 'To how many.' }) },
      scopes: scopes.write,
      evidence: 'ours',
    },
  },
  indexes: [{ keys: ['name'] }],
  carry: ['categoryId'],
  searched: 'notes',
  tracked: true,
})

export const machine = entityType('shop.machine', {
  doc: 'A product with a motor.',
  source: 'none',
  base: product,
  carry: ['categoryId', 'makerId'],
  props: { power: whole({ doc: 'In watts.' }), plug: complex(plug, { doc: 'How it is connected.' }) },
  navs: {
    maker: one('shop.supplier', {
      stored: true,
      accepts: 'optional',
      doc: 'Who makes it.',
      can: { get: 'ours', link: 'ours', unlink: 'ours' },
    }),
  },
})

export const robot = entityType('shop.robot', {
  doc: 'A machine that moves by itself.',
  source: 'none',
  base: machine,
  carry: ['categoryId', 'makerId'],
  props: { arms: whole({ nullable: false, required: true, doc: 'How many.' }) },
  navs: {},
  functions: {
    strongest: {
      doc: 'The one with most arms.',
      on: 'collection',
      params: {},
      returns: returning({ entity: 'shop.robot' }),
      scopes: scopes.read,
      evidence: 'ours',
    },
  },
})

export const prototype = entityType('shop.prototype', {
  doc: 'A product that the shop tries out; none is made by a request.',
  source: 'none',
  base: product,
  creatable: false,
  props: { secret: text({ doc: 'What is new.' }) },
  navs: {},
})

/** Its key and its members are GUIDs as a type of OData, where those of Graph are strings. */
export const parcel = entityType('shop.parcel', {
  doc: 'Something on its way.',
  source: 'none',
  dialect: 'graph',
  keys: 'guid',
  scopes,
  page: { size: 5, most: 20 },
  props: {
    id: guid({ nullable: false, readOnly: true, doc: 'Id.' }),
    tracking: guid({ nullable: false, required: true, doc: 'By which it is followed.' }),
    order: guid({ doc: 'The order it is part of.' }),
    stops: guid({ collection: true, doc: 'Where it has been.' }),
    customs: complex(customs, { doc: 'What customs know.' }),
    owner: text({ guid: true, doc: 'A GUID that is a string.' }),
    label: text({ form: labelForm, fold: true, doc: 'What is written on it.' }),
  },
  navs: {},
  functions: {
    isSame: {
      doc: 'Whether it is followed by this.',
      params: { tracking: { type: 'Edm.Guid', doc: 'Which.' } },
      returns: returning('Edm.Guid'),
      scopes: scopes.read,
      evidence: 'ours',
    },
  },
  indexes: [{ keys: ['tracking'], unique: true }],
})

export const category = entityType('shop.category', {
  carry: ['parentId'],
  doc: 'A category.',
  source: 'none',
  base: thing,
  dialect: 'graph',
  scopes,
  props: { name: text({ nullable: false, required: true, fold: true, doc: 'Name.' }) },
  navs: {
    products: many('shop.product', {
      inverse: 'category',
      deep: true,
      doc: 'Its products.',
      can: { list: 'ours', get: 'ours', create: 'ours', link: 'ours', unlink: 'ours' },
    }),
    parent: one('shop.category', { stored: true, accepts: 'optional', doc: 'The one above.', can: { get: 'ours' } }),
    children: many('shop.category', {
      inverse: 'parent',
      deep: true,
      doc: 'Those below.',
      can: { list: 'ours', get: 'ours', create: 'ours' },
    }),
  },
})

export const part = entityType('shop.part', {
  carry: ['productId'],
  doc: 'A part of a product.',
  source: 'none',
  base: thing,
  dialect: 'graph',
  scopes,
  props: {
    name: text({ nullable: false, required: true, doc: 'Name.' }),
    weight: whole({ doc: 'In grams.' }),
    made: complex(address, { doc: 'Where it is made.' }),
  },
  navs: {
    product: one('shop.product', {
      stored: true,
      held: true,
      nullable: false,
      accepts: 'optional',
      doc: 'Its product.',
      can: { get: 'ours', link: 'ours', unlink: 'ours' },
    }),
    screws: many('shop.screw', { inverse: 'part', contained: true, deep: true, doc: 'Its screws.', can }),
  },
})

const screw = entityType('shop.screw', {
  doc: 'A screw of a part.',
  source: 'none',
  base: thing,
  dialect: 'graph',
  scopes,
  props: { size: whole({ nullable: false, required: true, doc: 'In millimetres.' }) },
  navs: { part: one('shop.part', { stored: true, held: true, nullable: false, doc: 'Its part.', can: {} }) },
})

export const supplier = entityType('shop.supplier', {
  doc: 'Who delivers.',
  source: 'none',
  base: thing,
  dialect: 'graph',
  scopes,
  props: { name: text({ nullable: false, required: true, doc: 'Name.' }), home: complex(address, { doc: 'Home.' }) },
  navs: {},
})

const supply = entityType('shop.supply', {
  doc: 'Who delivers what.',
  source: 'none',
  base: thing,
  published: false,
  props: {},
  navs: {
    product: one('shop.product', { stored: true, held: true, doc: 'What.' }),
    supplier: one('shop.supplier', { stored: true, held: true, doc: 'Who.' }),
  },
})

export const company = entityType('shop.company', {
  doc: 'The company.',
  source: 'none',
  base: thing,
  dialect: 'graph',
  tag: 'optional',
  scopes,
  props: { name: text({ nullable: false, doc: 'Name.' }), seat: complex(address, { doc: 'Seat.' }) },
  navs: { notices: many('shop.category', { scopes: everything, doc: 'All categories.', can: { list: 'ours' } }) },
})

const set = (name: string, target: string, more: object = {}) =>
  ({ kind: 'set', name, target, doc: `All of ${target}.`, can, ...more }) as const

export const shop: Workload = {
  enums: [status],
  complexes: [money, address, note, plug, customs],
  entities: [
    thing,
    product,
    machine,
    robot,
    prototype,
    parcel,
    category,
    part,
    screw,
    supplier,
    supply,
    company,
    changeEntry,
  ],
  roots: [
    set('products', 'shop.product', { upsert: 'asked' }),
    set('categories', 'shop.category', { upsert: 'always' }),
    set('suppliers', 'shop.supplier'),
    set('parcels', 'shop.parcel', { upsert: 'always' }),
    {
      kind: 'singleton',
      name: 'company',
      target: 'shop.company',
      doc: 'The company.',
      can: { get: 'ours', update: 'ours', replace: 'ours' },
    },
  ],
}

export const shopModels = { 'v1.0': modelOf('v1.0', [shop]), beta: modelOf('beta', [shop]) }
