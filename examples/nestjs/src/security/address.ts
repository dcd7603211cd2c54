import type { IncomingMessage } from 'node:http';

/** The number of proxies of your own in front of this server; each adds the address of its client at the end. */
const proxies = Number(process.env['TRUSTED_PROXIES'] ?? 0);

/**
 * The address of a client, for its limits: an IPv4 address, or the network of an IPv6 address, whose owner has all its
 * addresses. Without `TRUSTED_PROXIES`, `X-Forwarded-For` is ignored: anybody can send it.
 */
export function addressOf({ headers, socket }: IncomingMessage): string {
  const forwarded = headers['x-forwarded-for']?.toString().split(',') ?? [];
  const addresses = [...forwarded.map((address) => address.trim()), socket.remoteAddress ?? ''];
  return networkOf(addresses[Math.max(0, addresses.length - 1 - proxies)] ?? '');
}

/** The first 64 bits of an IPv6 address; an IPv4 address as it is. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [head = [], tail = []] = plain.split('::').map((part) => part.split(':'));
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
