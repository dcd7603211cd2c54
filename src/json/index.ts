export { jsonAt, type JsonAtOptions } from '../../operators/jsonAt.js';
export { jsonTextAt, type JsonTextAtOptions } from '../../operators/jsonTextAt.js';
export { parseJson, type JsonSnapshot, type ParseJsonOptions } from '../../operators/parseJson.js';
export type { DeepPartial } from './deepPartial.js';
export { SchemaError } from './schemaError.js';
export type { StandardIssue, StandardResult, StandardSchema } from './standardSchema.js';
