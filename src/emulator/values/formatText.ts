import type { SeededRandom } from './seededRandom.js';

/** Writes a text of a format of JSON Schema; undefined for an unknown format. */
export function formatText(format: string, random: SeededRandom): string | undefined {
  return Object.hasOwn(writers, format) ? writers[format]?.(random) : undefined;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** A day of 2026; every month has 28 days. */
const day = (random: SeededRandom): string => `2026-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;

const clock = (random: SeededRandom): string =>
  `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}Z`;

const hexadecimal = (random: SeededRandom, length: number): string =>
  Array.from({ length }, () => random.integer(0, 15).toString(16)).join('');

const word = (random: SeededRandom): string => random.pick(['alder', 'birch', 'cedar', 'hazel', 'maple', 'rowan']);

/** Version 4, variant 1. */
const uuid = (random: SeededRandom): string =>
  [
    hexadecimal(random, 8),
    hexadecimal(random, 4),
    `4${hexadecimal(random, 3)}`,
    `${random.pick(['8', '9', 'a', 'b'])}${hexadecimal(random, 3)}`,
    hexadecimal(random, 12),
  ].join('-');

const writers: Readonly<Record<string, (random: SeededRandom) => string>> = {
  'date-time': (random) => `${day(random)}T${clock(random)}`,
  date: day,
  time: clock,
  duration: (random) => `PT${String(random.integer(1, 12))}H${String(random.integer(0, 59))}M`,
  email: (random) => `${word(random)}@example.com`,
  'idn-email': (random) => `${word(random)}@example.com`,
  hostname: (random) => `${word(random)}.example.com`,
  'idn-hostname': (random) => `${word(random)}.example.com`,
  uri: (random) => `https://example.com/${word(random)}`,
  url: (random) => `https://example.com/${word(random)}`,
  iri: (random) => `https://example.com/${word(random)}`,
  'uri-reference': (random) => `/${word(random)}`,
  'iri-reference': (random) => `/${word(random)}`,
  'uri-template': (random) => `/${word(random)}/{id}`,
  uuid,
  guid: uuid,
  ipv4: (random) => `192.0.2.${String(random.integer(1, 254))}`,
  ipv6: (random) => `2001:db8::${hexadecimal(random, 4)}`,
  'json-pointer': (random) => `/${word(random)}`,
  'relative-json-pointer': (random) => `0/${word(random)}`,
  regex: () => '^[a-z]+$',
  byte: (random) => btoa(word(random)),
  base64: (random) => btoa(word(random)),
  phone: (random) => `+1555010${two(random.integer(0, 99))}`,
};
