import { isObject } from '../rx/isObject.js';
import { typeError } from '../rx/assertions.js';

/** The first flaw of a value: an unexpected value of a field. */
export interface ValueFlaw {
  /** The place in the value: `.parts[0].text`. */
  readonly place: string;
  readonly expected: string;
  readonly value: unknown;
  /** Whether the value is a name, which a message may quote if the name is short. */
  readonly isName?: boolean;
}

/** Finds the first flaw of a value; returns undefined if the value is valid. */
export type Validator = (value: unknown) => ValueFlaw | undefined;

/** The validators of an object's fields, by name. */
export type FieldValidators = Readonly<Record<string, Validator>>;

export const aString = validator('a string', (value) => typeof value === 'string');
export const aBoolean = validator('true or false', (value) => typeof value === 'boolean');
export const aNumber = validator('a number', (value) => Number.isFinite(value));
export const anObject = validator('an object', isObject);

/** A validator from a predicate. */
/* @__NO_SIDE_EFFECTS__ */
export function validator(expected: string, isValid: (value: unknown) => boolean): Validator {
  return (value) => (isValid(value) ? undefined : { place: '', expected, value });
}

/** Also accepts `undefined`. */
/* @__NO_SIDE_EFFECTS__ */
export function optional(present: Validator): Validator {
  return (value) => (value === undefined ? undefined : present(value));
}

/* @__NO_SIDE_EFFECTS__ */
export function oneOf(...choices: readonly string[]): Validator {
  const known: ReadonlySet<unknown> = new Set(choices);
  const expected = choices.map((choice) => `'${choice}'`).join(' or ');
  return (value) => (known.has(value) ? undefined : { place: '', expected, value, isName: true });
}

/* @__NO_SIDE_EFFECTS__ */
export function listOf(item: Validator): Validator {
  return (value) => {
    if (!Array.isArray(value)) return { place: '', expected: 'a list', value };
    for (let index = 0; index < value.length; index++) {
      const flaw = item(value[index]);
      if (flaw) return { ...flaw, place: `[${String(index)}]${flaw.place}` };
    }
    return undefined;
  };
}

/** Accepts an object with these fields; `rest` validates its other fields. */
/* @__NO_SIDE_EFFECTS__ */
export function objectOf(fields: FieldValidators, rest?: Validator): Validator {
  const known = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return { place: '', expected: 'an object', value };
    for (const [field, validate] of known) {
      const flaw = validate(Object.hasOwn(value, field) ? value[field] : undefined);
      if (flaw) return { ...flaw, place: `.${field}${flaw.place}` };
    }
    if (!rest) return undefined;
    for (const [field, held] of Object.entries(value)) {
      const flaw = Object.hasOwn(fields, field) ? undefined : rest(held);
      if (flaw) return { ...flaw, place: `.${field}${flaw.place}` };
    }
    return undefined;
  };
}

/** @throws TypeError - If the value has a flaw; the message names the place, and quotes no text. */
export function assertValid(name: string, value: unknown, validate: Validator): void {
  const flaw = validate(value);
  if (flaw) throw flawError(name, flaw);
}

export function flawError(name: string, { place, expected, value, isName = false }: ValueFlaw): TypeError {
  const isQuoted = isName && typeof value === 'string' && value.length <= 40;
  if (typeof value !== 'string' || isQuoted) return typeError(`${name}${place}`, expected, value);
  return new TypeError(`Expected \`${name}${place}\` to be ${expected}, got a string`);
}
