export { jsonAt, type JsonAtOptions } from '../operators/shape/jsonAt.js';
export { jsonTextAt, type JsonTextAtOptions } from '../operators/shape/jsonTextAt.js';
export { parseJson, type ParseJsonOptions } from '../operators/shape/parseJson.js';
export type { JsonSnapshot } from '../operators/shape/jsonSnapshot.js';
export type { DeepPartial } from '../operators/shape/deepPartial.js';
export { SchemaError } from '../operators/shape/schemaError.js';
export type { StandardIssue, StandardResult, StandardSchema } from '../operators/shape/standardSchema.js';
