/**
 * Puts the entities together: as published, then corrected, then extended; inheritance resolved and types parsed.
 * It never validates a value.
 */
import { accountEntities } from "./account-entities.ts"
import { adminEntities } from "./admin-entities.ts"
import { curationEntities } from "./curation-entities.ts"
import { addedEntities, alwaysPresent, fieldCorrections } from "./entity-corrections.ts"
import type { FieldCorrections } from "./entity-corrections.ts"
import { extensions } from "./extensions.ts"
import { instanceEntities } from "./instance-entities.ts"
import { notificationEntities } from "./notification-entities.ts"
import { parseType } from "./notation.ts"
import type { Definitions, TypeNode } from "./notation.ts"
import { statusEntities } from "./status-entities.ts"

export interface FieldRule {
  readonly required: boolean
  readonly type: TypeNode
}

/** A named type: an entity with its fields, or another name for a type. */
export type NamedType =
  | { readonly kind: "entity"; readonly fields: ReadonlyMap<string, FieldRule> }
  | { readonly kind: "alias"; readonly type: TypeNode }

type MutableFields = Map<string, { required: boolean; type: string }>

const published: Definitions = {
  ...accountEntities,
  ...statusEntities,
  ...notificationEntities,
  ...curationEntities,
  ...instanceEntities,
  ...adminEntities,
  ...addedEntities,
}

/** Every named type of the contract. */
export const entityTable: ReadonlyMap<string, NamedType> = buildEntityTable()

function buildEntityTable(): ReadonlyMap<string, NamedType> {
  const own = new Map<string, MutableFields>()
  const result = new Map<string, NamedType>()
  for (const [name, definition] of Object.entries(published)) {
    if (typeof definition === "string") result.set(name, { kind: "alias", type: parseType(definition) })
    else own.set(name, new Map(Object.entries(definition).map(([key, type]) => fieldOf(key, type))))
  }
  correct(own, fieldCorrections)
  requireAlways(own)
  correct(own, extensions)
  for (const name of own.keys()) result.set(name, { kind: "entity", fields: parseFields(inherit(own, name)) })
  return result
}

function fieldOf(key: string, type: string): [string, { required: boolean; type: string }] {
  return [key.replace(/\?$/, ""), { required: !key.endsWith("?"), type }]
}

function correct(entities: Map<string, MutableFields>, corrections: FieldCorrections): void {
  for (const [at, { as }] of Object.entries(corrections)) {
    const dot = at.indexOf(".")
    entityOf(entities, at.slice(0, dot)).set(...fieldOf(at.slice(dot + 1), as))
  }
}

function requireAlways(entities: Map<string, MutableFields>): void {
  for (const [name, keys] of Object.entries(alwaysPresent)) {
    for (const key of keys) {
      const field = entityOf(entities, name).get(key)
      if (field === undefined) throw new Error(`no such field in the contract: ${name}.${key}`)
      field.required = true
    }
  }
}

function entityOf(entities: ReadonlyMap<string, MutableFields>, name: string): MutableFields {
  const entity = entities.get(name)
  if (entity === undefined) throw new Error(`no such entity in the contract: ${name}`)
  return entity
}

function inherit(entities: ReadonlyMap<string, MutableFields>, name: string): MutableFields {
  const fields = entityOf(entities, name)
  const parent = fields.get("...")
  if (parent === undefined) return fields
  const all: MutableFields = new Map([...inherit(entities, parent.type), ...fields])
  all.delete("...")
  return all
}

function parseFields(fields: MutableFields): ReadonlyMap<string, FieldRule> {
  return new Map([...fields].map(([key, { required, type }]) => [key, { required, type: parseType(type) }]))
}
