// For rooms that take only types from the chunks.
export { annotationNames } from '../chunk/annotationSorts.js';
