import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { matchesSchema } from '../../../src/emulator/values/matchesSchema.js';
import { NoValueError, schemaValue } from '../../../src/emulator/values/schemaValue.js';

const valueOf = (schema: unknown, prompt = '', seed = 0) => schemaValue(schema, { prompt, seed });

/** Whether zod accepts a value for a schema. */
function isValid(schema: object, value: unknown): boolean {
  return z.fromJSONSchema(schema as never).safeParse(value).success;
}

const leaf = fc.oneof(
  fc.record({ minimum: fc.integer({ min: -50, max: 50 }), size: fc.nat(100) }).map(({ minimum, size }) => ({
    type: 'integer',
    minimum,
    maximum: minimum + size,
  })),
  fc
    .record({ minimum: fc.integer({ min: -5, max: 5 }), size: fc.integer({ min: 1, max: 9 }) })
    .map(({ minimum, size }) => ({ type: 'number', exclusiveMinimum: minimum, exclusiveMaximum: minimum + size })),
  fc.constantFrom(5, 0.5, 0.1, 25).map((multipleOf) => ({ type: 'number', multipleOf, minimum: -3, maximum: 300 })),
  fc.record({ least: fc.nat(30), more: fc.nat(30) }).map(({ least, more }) => ({
    type: 'string',
    minLength: least,
    maxLength: least + more,
  })),
  fc
    .constantFrom('date-time', 'date', 'time', 'duration', 'email', 'uri', 'uuid', 'ipv4', 'ipv6')
    .map((format) => ({ type: 'string', format })),
  fc
    .constantFrom(
      '^[A-Z]{2}-\\d{4}$',
      '^(foo|ba[rz])+$',
      '^#[0-9a-f]{6}$',
      '^\\w+@\\w+\\.(com|org)$',
      'x{2,3}',
      '^[^a-y]$',
    )
    .map((pattern) => ({ type: 'string', pattern })),
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 })
    .map((values) => ({ enum: values })),
  fc.constantFrom({ type: 'boolean' }, { type: 'null' }, { const: 'fixed' }, { type: ['string', 'null'] }),
);

const anySchema = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc
      .record({
        properties: fc.dictionary(fc.constantFrom('name', 'price', 'tags', 'city', 'id', '__proto__x'), tie('schema')),
        isClosed: fc.boolean(),
      })
      .map(({ properties, isClosed }) => ({
        type: 'object',
        properties,
        required: Object.keys(properties).slice(0, 2),
        ...(isClosed && { additionalProperties: false }),
      })),
    fc.record({ items: tie('schema'), minItems: fc.nat(3), more: fc.nat(3) }).map(({ items, minItems, more }) => ({
      type: 'array',
      items,
      minItems,
      maxItems: minItems + more,
    })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((prefixItems) => ({
      type: 'array',
      prefixItems,
      items: false,
      minItems: prefixItems.length,
    })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    tie('schema')
      .map((schema) => ({ $ref: '#/$defs/one', $defs: { one: schema } }))
      .filter(({ $defs }) => !JSON.stringify($defs).includes('$ref')),
    fc.dictionary(fc.constantFrom('a', 'b'), leaf).map((properties) => ({
      allOf: [
        { type: 'object', properties, required: Object.keys(properties) },
        { type: 'object', properties: { own: { type: 'integer' } }, required: ['own'] },
      ],
    })),
  ),
})).schema;

/** A reference points into the root, so that one within a schema is moved there. */
const rooted = anySchema.filter((schema) => !JSON.stringify(schema).slice(1).includes('"$ref"') || '$ref' in schema);

describe('schemaValue', () => {
  it('makes a value that zod and its own check accept', () => {
    fc.assert(
      fc.property(
        rooted,
        fc.constantFrom('', 'three teas', 'in Paris for 2 people, "like this"'),
        fc.nat(5),
        (schema, prompt, seed) => {
          const value = valueOf(schema, prompt, seed);
          expect(matchesSchema(value, schema, schema as never)).toBe(true);
          expect(isValid(schema, value), JSON.stringify({ schema, value })).toBe(true);
          expect(valueOf(schema, prompt, seed)).toEqual(value);
          expect(JSON.parse(JSON.stringify(value))).toEqual(value);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has other values for other seeds', () => {
    const schema = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } }, required: ['id'] };
    expect(valueOf(schema, '', 1)).not.toEqual(valueOf(schema, '', 2));
  });

  it('reads the OpenAPI form of Gemini', () => {
    const schema = {
      type: 'OBJECT',
      properties: {
        name: { type: 'STRING', nullable: true },
        tags: {
          type: 'ARRAY',
          items: { type: 'STRING', format: 'enum', enum: ['A', 'B'] },
          minItems: '4',
          maxItems: '4',
        },
        count: { type: 'INTEGER', minimum: 3, maximum: 3 },
        ratio: { type: 'NUMBER' },
        open: { type: 'BOOLEAN' },
        none: { type: 'NULL' },
      },
      required: ['tags', 'count', 'name', 'ratio', 'open', 'none'],
      propertyOrdering: ['count', 'tags'],
    };
    const value = valueOf(schema) as Record<string, unknown>;
    expect(value).toMatchObject({ count: 3, none: null });
    expect(value['tags']).toHaveLength(4);
    expect(typeof value['ratio']).toBe('number');
    expect(Object.keys(value).slice(0, 2)).toEqual(['count', 'tags']);
  });

  it('ends a schema that refers to itself', () => {
    const node = {
      type: 'object',
      properties: {
        value: { type: 'integer' },
        next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        children: { type: 'array', items: { $ref: '#/$defs/node' } },
      },
      required: ['value', 'next', 'children'],
    };
    const schema = { $ref: '#/$defs/node', $defs: { node } };
    const value = valueOf(schema);
    expect(isValid(schema, value)).toBe(true);
    expect(JSON.stringify(value).length).toBeLessThan(20_000);
    const list = { type: 'array', items: { $ref: '#' } };
    expect(matchesSchema(valueOf(list), list, list)).toBe(true);
  });

  it.each([
    ['oneOf', { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 10 }] }],
    ['not', { type: 'integer', minimum: 1, maximum: 2, not: { const: 1 } }],
    ['contains', { type: 'array', items: { type: ['string', 'integer'] }, contains: { type: 'integer' } }],
    ['uniqueItems', { type: 'array', items: { enum: ['a', 'b', 'c'] }, minItems: 3, uniqueItems: true }],
    ['a map', { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 3 }],
    [
      'patternProperties',
      {
        type: 'object',
        patternProperties: { '^x-': { type: 'integer' } },
        additionalProperties: false,
        minProperties: 1,
      },
    ],
    [
      'propertyNames',
      {
        type: 'object',
        propertyNames: { pattern: '^[a-z]{3}$' },
        additionalProperties: { type: 'null' },
        minProperties: 2,
      },
    ],
    [
      'if',
      {
        type: 'object',
        properties: { a: { const: 1 }, b: { type: 'string' } },
        required: ['a'],
        if: { required: ['a'] },
        then: { required: ['b'] },
      },
    ],
    ['draft 4', { type: 'number', minimum: 2, exclusiveMinimum: true, maximum: 2.5 }],
    ['definitions', { definitions: { 'a/b': { type: 'integer' } }, $ref: '#/definitions/a~1b' }],
    ['an anchor', { $defs: { x: { $anchor: 'here', const: 4 } }, $ref: '#here' }],
    ['no type', {}],
    ['true', true],
  ])('meets %s', (_, schema) => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect(matchesSchema(valueOf(schema, '', seed), schema, schema === true ? {} : schema)).toBe(true);
    }
  });

  it.each([
    [
      'a lookahead',
      { type: 'string', pattern: '^(?=a)b$' },
      'for the schema: a text that matches the pattern "^(?=a)b$"',
    ],
    [
      'a place',
      {
        type: 'object',
        properties: { a: { type: 'array', minItems: 1, items: { type: 'string', pattern: '(' } } },
        required: ['a'],
      },
      '`a[0]`',
    ],
    ['no value', { type: 'object', properties: { a: false }, required: ['a'] }, '`a`'],
    ['a reference', { $ref: '#/$defs/none' }, 'a schema at #/$defs/none'],
    ['an endless value', { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }, 'finite depth'],
    ['a loop', { $ref: '#' }, 'refer to itself'],
    ['limits', { type: 'integer', minimum: 3, maximum: 2 }, 'all of its limits'],
    ['an empty enum', { enum: [] }, 'limits'],
    ['a vast pattern', { type: 'string', pattern: '^(((a{1000}){1000}){1000}){1000}$' }, 'pattern'],
    ['a vast text', { type: 'string', minLength: 1e9 }, 'limits'],
    ['a vast list', { type: 'array', items: {}, minItems: 1e9 }, 'finite depth'],
  ])('names the place without a value: %s', (_, schema, message) => {
    expect(() => valueOf(schema)).toThrow(NoValueError);
    expect(() => valueOf(schema)).toThrow(message);
  });

  it('relates values to names and to the prompt', () => {
    const strings = (...names: string[]) => ({
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
      required: names,
    });
    const item = strings('name');
    expect(valueOf({ type: 'array', items: item }, 'List two teas')).toEqual([
      { name: 'Sencha' },
      { name: 'Darjeeling' },
    ]);
    expect(valueOf(strings('origin', 'destination'), 'Fly from Oslo to Rio de Janeiro')).toEqual({
      origin: 'Oslo',
      destination: 'Rio de Janeiro',
    });
    expect(valueOf(strings('email'), 'Write to ada@lovelace.org.')).toEqual({ email: 'ada@lovelace.org' });
    expect(valueOf({ enum: ['positive', 'negative'] }, 'A negative review')).toBe('negative');
    const rating = { type: 'object', properties: { rating: { type: 'integer' } }, required: ['rating'] };
    expect((valueOf(rating) as { rating: number }).rating).toBeLessThanOrEqual(5);
  });
});
