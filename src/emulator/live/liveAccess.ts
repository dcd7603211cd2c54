import type { LiveClose } from '../../live/script/liveAnswer.js';
import type { LivePlayer } from '../../live/script/livePlayer.js';
import type { LiveSetup } from '../../live/script/liveSetup.js';
import { maxTimerDelay } from '../../rx/maxTimerDelay.js';
import type { AuthToken, AuthTokens } from './authTokens.js';
import type { LiveRoute } from './liveRoute.js';

type Headers = Readonly<Record<string, string>>;

/** The judgement of one connection. */
export interface LiveVisit {
  /** Whether the upgrade is refused with the status 401, as by Vertex AI without a right key. */
  readonly isUnauthorized: boolean;
  /** Returns the close with which a setup is refused, as by the service; `undefined` if the session may begin. */
  refusalOf(setup: LiveSetup, player: LivePlayer): LiveClose | undefined;
}

/** The options `apiKey` and `models` of an emulator, and its ephemeral tokens, for the Live API. */
export class LiveAccess {
  readonly #apiKey: string | undefined;
  readonly #models: readonly string[] | undefined;
  readonly #tokens: AuthTokens;

  constructor(apiKey: string | undefined, models: readonly string[] | undefined, tokens: AuthTokens) {
    this.#apiKey = apiKey;
    this.#models = models;
    this.#tokens = tokens;
  }

  /** Judges the connection of a client. */
  visit(route: LiveRoute, headers: Headers): LiveVisit {
    const keyRefusal = route.isConstrained ? undefined : this.#keyRefusal(route, headers);
    return {
      isUnauthorized: route.isVertex && keyRefusal !== undefined,
      refusalOf: (setup, player) =>
        keyRefusal ??
        (route.isConstrained ? this.#tokenRefusal(tokenIn(route, headers), setup, player) : undefined) ??
        this.#modelRefusal(route, setup),
    };
  }

  #keyRefusal({ query }: LiveRoute, headers: Headers): LiveClose | undefined {
    if (this.#apiKey === undefined) return undefined;
    const key = query.get('key') ?? headers['x-goog-api-key'] ?? bearerOf(headers) ?? '';
    if (key === this.#apiKey) return undefined;
    return key === '' ? noKey : wrongKey;
  }

  #tokenRefusal(name: string, setup: LiveSetup, player: LivePlayer): LiveClose | undefined {
    const token = this.#tokens.get(name);
    const now = Date.now();
    if (!token) return refused('The ephemeral token is not valid.');
    if (now >= token.expireTime) return refused('The ephemeral token has expired.');
    if (setup.sessionResumption?.handle === undefined) {
      if (now >= token.newSessionExpireTime) return refused('The ephemeral token has expired for new sessions.');
      if (token.uses <= 0) return refused('The ephemeral token has no uses left.');
      token.uses -= 1;
    }
    lockSetup(player, token);
    player.schedule(Math.min(token.expireTime - now, maxTimerDelay), () => {
      player.close(1008, 'The ephemeral token has expired.');
    });
    return undefined;
  }

  #modelRefusal({ version, isVertex }: LiveRoute, { model = '' }: LiveSetup): LiveClose | undefined {
    const name = model.split('/').at(-1) ?? '';
    if (this.#models === undefined || this.#models.includes(name)) return undefined;
    const reason = isVertex
      ? `Publisher Model \`${model}\` was not found or your project does not have access to it.`
      : `${model} is not found for API version ${version}, or is not supported for bidiGenerateContent.`;
    return refused(reason);
  }
}

/** A token locks the fields with which it was made: they replace those of the client. */
function lockSetup({ record }: LivePlayer, { setup }: AuthToken): void {
  record.setup = { ...record.setup, ...setup };
}

function tokenIn({ query }: LiveRoute, headers: Headers): string {
  return query.get('access_token') ?? /^Token\s+(.*)$/i.exec(headers['authorization'] ?? '')?.[1] ?? '';
}

function bearerOf(headers: Headers): string | undefined {
  return /^Bearer\s+(.*)$/i.exec(headers['authorization'] ?? '')?.[1];
}

const refused = (reason: string): LiveClose => ({ code: 1008, reason });

const wrongKey: LiveClose = { code: 1007, reason: 'API key not valid. Please pass a valid API key.' };

const noKey: LiveClose = {
  code: 1008,
  reason: "Method doesn't allow unregistered callers (callers without established identity).",
};
