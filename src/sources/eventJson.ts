import { parseServerError } from '../errors/parseServerError.js';
import { brokenOff, notTheProtocol } from './brokenStream.js';
import type { WireEvent } from './eventReader.js';
import { parseJson } from './parseJson.js';

/** What an event says. The last one may be half of one. */
export function eventJson({ data, isLast }: WireEvent): unknown {
  const json = parseJson(data);
  // A proxy's sentence may quote the error that it received.
  if (json === undefined) throw isLast ? brokenOff() : (parseServerError(data) ?? notTheProtocol(data));
  return json;
}
