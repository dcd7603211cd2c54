import { isObject } from '../../rx/isObject.js';
import { randomId } from '../randomId.js';

/** An ephemeral token, with which a page opens sessions without the key. */
export interface AuthToken {
  readonly name: string;
  /** The number of sessions that it still opens; `Infinity` without a limit. */
  uses: number;
  /** The time until which it opens sessions, in ms since 1970. */
  readonly newSessionExpireTime: number;
  /** The time at which its sessions end, in ms since 1970. */
  readonly expireTime: number;
  /** The fields of the setup that a client cannot change. */
  readonly setup: Readonly<Record<string, unknown>>;
}

const newSessionMs = 60_000;
const sessionMs = 1_800_000;

/** The ephemeral tokens of an emulator: `POST /v1alpha/auth_tokens`. */
export class AuthTokens {
  readonly #tokens = new Map<string, AuthToken>();

  /** Makes a token from the body of a request; returns the answer. */
  create(body: Readonly<Record<string, unknown>>): { readonly name: string } {
    const name = `auth_tokens/${randomId()}`;
    const { uses = 1, newSessionExpireTime, expireTime, bidiGenerateContentSetup: setup } = body;
    const now = Date.now();
    this.#tokens.set(name, {
      name,
      // 0 is no limit, as for the service.
      uses: Number(uses) || Infinity,
      newSessionExpireTime: timeOf(newSessionExpireTime, now + newSessionMs),
      expireTime: timeOf(expireTime, now + sessionMs),
      setup: isObject(setup) ? setup : {},
    });
    return { name };
  }

  /** The token of a name. */
  get(name: string): AuthToken | undefined {
    return this.#tokens.get(name);
  }
}

function timeOf(value: unknown, absent: number): number {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? absent : time;
}
