import type { GeminiContentPart } from '../../chunk/contentsOf.js';
import type { Fields } from '../../rx/isObject.js';
import { isDataUrl, parseDataUrl } from '../formats/parseDataUrl.js';
import { wrongRequest } from '../formats/wrongRequest.js';
import {
  listAt,
  objectAt,
  objectsAt,
  optionalStringAt,
  stringAt,
  type PlacedFields,
} from '../formats/requestFields.js';

/** Returns the parts of the content of a message: a text, or a list of parts. An empty text is omitted. */
export function partsOfMessage(content: unknown, place: string): GeminiContentPart[] {
  if (content == null) return [];
  if (typeof content === 'string') return textPart(content);
  return objectsAt(listAt(content, place), place).flatMap(partOfContent);
}

function textPart(text: string): GeminiContentPart[] {
  return text === '' ? [] : [{ text }];
}

function partOfContent({ place, fields }: PlacedFields): GeminiContentPart[] {
  switch (fields['type']) {
    case 'text':
      return textPart(stringAt(fields['text'], `${place}.text`));
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
      return [mediumFrom(objectAt(fields['source'], `${place}.source`), `${place}.source`)];
    case 'binary':
      return [binary(fields, place)];
    default:
      throw wrongRequest(`${place}.type`, "'text', 'image', 'audio', 'video', 'document' or 'binary'");
  }
}

function mediumFrom({ type, value, mimeType }: Fields, place: string): GeminiContentPart {
  const data = stringAt(value, `${place}.value`);
  switch (type) {
    case 'data':
      return { inlineData: { data, mimeType: stringAt(mimeType, `${place}.mimeType`) } };
    case 'url':
      return fileAt(data, mimeType, place, 'value');
    case 'file':
      return uploadAt(data, mimeType, place, 'value');
    default:
      throw wrongRequest(`${place}.type`, "'data', 'url' or 'file'");
  }
}

/** A medium of a client before 1.0. */
function binary({ mimeType, data, url, id }: Fields, place: string): GeminiContentPart {
  if (data != null) return mediumFrom({ type: 'data', value: data, mimeType }, place);
  if (url != null) return fileAt(stringAt(url, `${place}.url`), mimeType, place, 'url');
  if (id != null) return uploadAt(stringAt(id, `${place}.id`), mimeType, place, 'id');
  throw wrongRequest(place, 'an object with `data`, `url` or `id`');
}

/** The bytes of a data URL, or a file by its URL. */
function fileAt(url: string, mimeType: unknown, place: string, field: string): GeminiContentPart {
  const inlineData = isDataUrl(url) ? parseDataUrl(url) : undefined;
  if (inlineData) {
    const type = optionalStringAt(mimeType, `${place}.mimeType`) ?? inlineData.mimeType ?? 'text/plain';
    return { inlineData: { ...inlineData, mimeType: type } };
  }
  if (!/^https?:/i.test(url)) throw wrongRequest(`${place}.${field}`, 'an http(s) URL or a valid data URL');
  return fileOf(url, mimeType, place);
}

/** A file of the Files API, by its name or its URI. A bucket would be read with the rights of the server. */
function uploadAt(uri: string, mimeType: unknown, place: string, field: string): GeminiContentPart {
  if (!/^(https?:|files\/)/i.test(uri)) {
    throw wrongRequest(`${place}.${field}`, 'the name or the http(s) URI of a file of the Files API');
  }
  return fileOf(uri, mimeType, place);
}

function fileOf(fileUri: string, mimeType: unknown, place: string): GeminiContentPart {
  const type = optionalStringAt(mimeType, `${place}.mimeType`);
  return { fileData: { fileUri, ...(type !== undefined && { mimeType: type }) } };
}
