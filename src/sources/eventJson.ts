import { brokenOff, notTheProtocol } from './brokenStream.js';
import type { WireEvent } from './eventReader.js';
import { parseJson } from './parseJson.js';

/** What an event says. The last one may be half of one. */
export function eventJson({ data, isLast }: WireEvent): unknown {
  const json = parseJson(data);
  if (json === undefined) throw isLast ? brokenOff() : notTheProtocol(data);
  return json;
}
