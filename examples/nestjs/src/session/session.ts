import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const { SESSION_SECRET, PUBLIC_URL = '' } = process.env;
if (SESSION_SECRET && SESSION_SECRET.length < 32) throw new Error('SESSION_SECRET has fewer than 32 characters');

/** Signs the cookies. Without one of its own, a server forgets its visitors when it restarts; two servers need the same. */
const secret = SESSION_SECRET || randomBytes(32);
const isSecure = PUBLIC_URL.startsWith('https:');
const name = isSecure ? '__Host-chat-session' : 'chat-session';

/** A visitor: the tabs of one browser. */
export interface Session {
  /** A random id that only this server can issue. */
  readonly owner: string;
  /** The value of `Set-Cookie`, for a visitor who has no cookie yet. */
  readonly newCookie?: string;
}

const sessions = new WeakMap<IncomingMessage, Session>();

/**
 * The session of a request or an upgrade. It identifies a browser, not a person: your own authentication goes here, and
 * returns the id of the user as the owner.
 */
export function sessionOf(request: IncomingMessage): Session {
  let session = sessions.get(request);
  if (!session) {
    const owner = ownerIn(request.headers.cookie ?? '');
    session = owner === undefined ? newSession() : { owner };
    sessions.set(request, session);
  }
  return session;
}

function newSession(): Session {
  const owner = randomBytes(16).toString('base64url');
  const token = `${owner}.${signatureOf(owner)}`;
  // Not readable by scripts, and not sent along with the requests of other sites. It ends with the browser's session.
  return { owner, newCookie: `${name}=${token}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}` };
}

/** The owner in the first cookie whose signature is right. */
function ownerIn(cookies: string): string | undefined {
  return cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(`${name}=`))
    .map((cookie) => cookie.slice(name.length + 1).split('.'))
    .find(([owner = '', signature = '']) => owner !== '' && isEqual(signature, signatureOf(owner)))?.[0];
}

function signatureOf(owner: string): string {
  return createHmac('sha256', secret).update(owner).digest('base64url');
}

/** Takes the same time wherever the difference is. */
function isEqual(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
