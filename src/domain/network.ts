import { isIPv6, SocketAddress } from 'node:net';

const FIRST_GROUPS = 4;

/**
 * Who is counted as one: an IPv4 address, or the /64 an IPv6 address is of, which is what one customer of a provider is given, with
 * all its addresses. Whatever is no address stays as it is.
 */
export function networkOf(ip: string): string {
  const bare = ip.replace(/%.*$/, '');
  if (!isIPv6(bare)) return ip;
  // One spelling for each: a socket of both families writes ::ffff:192.0.2.1 for an IPv4 address.
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  const ipv4 = /^::ffff:(\d+(?:\.\d+){3})$/.exec(address)?.[1];
  if (ipv4) return ipv4;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = address.includes('::') ? 8 - head.length - tail.length : 0;
  const groups = [...head, ...Array<string>(Math.max(0, zeros)).fill('0'), ...tail];
  return `${groups.slice(0, FIRST_GROUPS).join(':')}::/64`;
}
