import { isObject } from '../../rx/isObject.js';
import type { EmulatorRequest } from '../exchange.js';
import { fieldOf } from '../requestBody.js';
import { schemaOf } from '../values/schemaFields.js';
import { schemaValue } from '../values/schemaValue.js';
import { itemName, topicOf } from '../values/topic.js';

/** The format of an answer that is not prose. */
export interface AskedFormat {
  readonly mimeType: 'application/json' | 'text/x.enum';
  /** The schema; undefined if any JSON will do. */
  readonly schema: unknown;
}

/**
 * Reads the format that a request asks for: `responseMimeType` with `responseJsonSchema` or `responseSchema`, or
 * `responseFormat`; of an interaction, `response_format`. Undefined for prose.
 */
export function askedFormat({ body, interaction }: EmulatorRequest): AskedFormat | undefined {
  const config = fieldOf(body, 'generationConfig');
  const holders = interaction ? [body, config] : [config];
  const [format] = holders.flatMap((holder) => formatsIn(fieldOf(holder, 'responseFormat')));
  const [mimeType] = [format, ...holders].flatMap((holder) => mimeTypeIn(holder));
  const schemas = holders.flatMap((holder) => [
    fieldOf(holder, 'responseJsonSchema'),
    fieldOf(holder, 'responseSchema'),
  ]);
  const schema = format?.schema ?? schemas.find((value) => value !== undefined);
  if (mimeType === 'text/x.enum') return { mimeType, schema };
  if (mimeType === 'application/json') return { mimeType, schema };
  return undefined;
}

interface TextFormat {
  readonly mimeType: unknown;
  readonly schema: unknown;
}

/** The formats for text in one format, or in a list of them. An interaction may also have the schema itself here. */
function formatsIn(value: unknown): TextFormat[] {
  const formats = [value].flat().filter(isObject);
  return formats.flatMap((format) => {
    const text = isObject(format['text']) ? format['text'] : format;
    const { type, schema } = text;
    const mimeType = fieldOf(text, 'mimeType');
    if (type === 'text' || mimeType !== undefined || schema !== undefined) return [{ mimeType, schema }];
    return otherFormats.has(type) || text !== format ? [] : [{ mimeType: undefined, schema: format }];
  });
}

const otherFormats = new Set<unknown>(['image', 'audio', 'video']);

function mimeTypeIn(holder: unknown): unknown[] {
  const mimeType = fieldOf(holder, 'responseMimeType') ?? fieldOf(holder, 'mimeType');
  return typeof mimeType === 'string' ? [mimeType.toLowerCase().replace(/;.*/, '').trim()] : [];
}

/** @throws NoValueError - If no value of the schema is found. */
export function formattedText({ mimeType, schema }: AskedFormat, prompt: string, seed: number): string {
  if (mimeType === 'text/x.enum') return String(schemaValue(schema, { prompt, seed }));
  const hasSchema = schema !== undefined && Object.keys(schemaOf(schema)).length > 0;
  const value = hasSchema ? schemaValue(schema, { prompt, seed }) : someObject(prompt);
  return JSON.stringify(value, null, 2);
}

/** An object for a prompt that asks for JSON without a schema. */
function someObject(prompt: string): object {
  const topic = topicOf(prompt);
  if (topic.noun === '')
    return { prompt: prompt.slice(0, 400), answer: 'This JSON comes from a local emulator, not from a model.' };
  const list = Array.from({ length: topic.count ?? 3 }, (_, at) => ({ name: itemName(topic, at) }));
  return { [topic.noun]: list };
}
