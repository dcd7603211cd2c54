/** The failure of Node's `fetch` for a connection that is closed (FIN) or reset (RST) before the answer is whole. */
export function brokenConnection(reset: boolean, hasHead: boolean): TypeError {
  const cause = reset
    ? withCode('read ECONNRESET', 'ECONNRESET')
    : withCode('other side closed', 'UND_ERR_SOCKET', 'SocketError');
  return new TypeError(hasHead ? 'terminated' : 'fetch failed', { cause });
}

/** The failure of Node's `fetch` where no server listens. */
export function refusedConnection(): TypeError {
  return new TypeError('fetch failed', { cause: withCode('connect ECONNREFUSED', 'ECONNREFUSED') });
}

function withCode(message: string, code: string, name = 'Error'): Error {
  return Object.assign(new Error(message), { name, code });
}
