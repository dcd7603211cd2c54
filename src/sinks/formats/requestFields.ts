import { isObject, type Fields } from '../../rx/isObject.js';
import { wrongRequest } from './wrongRequest.js';

/** Readers of the fields of a request body, which may have any shape. A field that is null counts as absent. */

/** An object in a list, and its place. */
export interface PlacedFields {
  readonly place: string;
  readonly fields: Fields;
}

/** Returns the objects of a list; an absent list is empty. */
export function objectsAt(value: unknown, place: string): PlacedFields[] {
  return listAt(value ?? [], place).map((item, index) => {
    const at = `${place}[${String(index)}]`;
    return { place: at, fields: objectAt(item, at) };
  });
}

export function listAt(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongRequest(place, 'a list');
  return value;
}

export function objectAt(value: unknown, place: string): Fields {
  if (!isObject(value)) throw wrongRequest(place, 'an object');
  return value;
}

export function stringAt(value: unknown, place: string): string {
  if (typeof value !== 'string') throw wrongRequest(place, 'a string');
  return value;
}

/** The name of a tool: a call without a name would be a piece of the call before. */
export function toolNameAt(value: unknown, place: string): string {
  const name = stringAt(value, place);
  if (name === '') throw wrongRequest(place, 'a name');
  return name;
}

export function optionalStringAt(value: unknown, place: string): string | undefined {
  return value == null ? undefined : stringAt(value, place);
}
