import { sealSession, SESSION_COOKIE } from '@hub/session';

const SESSION_MS = 3_600_000;
const DEADLINE_MS = 30_000;

/** What the hub's API refused, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(`${message} (${code}, HTTP ${status})`);
    this.status = status;
  }
}

/** The REST API of a running hub, as an operator who may see every tenant. */
export class HubApi {
  readonly #url: string;
  readonly #session: () => string;

  /** @param session Asked for before each request: a job may be followed for longer than a session lasts. */
  constructor(url: string, session: () => string) {
    this.#url = url;
    this.#session = session;
  }

  /**
   * The hub that `HUB_URL` names, with a session sealed with `HUB_SESSION_SECRET`, or the one in `HUB_SESSION`.
   * @throws Error saying what is missing.
   */
  static fromEnv(env: NodeJS.ProcessEnv): HubApi {
    const { HUB_URL: url = '', HUB_SESSION: session = '', HUB_SESSION_SECRET: secret = '' } = env;
    if (url === '') throw new Error('EnterpriseHub is not running in this folder: npm start, or set HUB_URL');
    if (session !== '') return new HubApi(url, () => session);
    if (secret === '')
      throw new Error('HUB_URL is set: HUB_SESSION must hold the cookie hub_session of a signed-in user');
    const operator = { userId: 'operator', name: 'Operator', tenants: '*' } as const;
    return new HubApi(url, () => sealSession(secret, { ...operator, expiresAtMs: Date.now() + SESSION_MS }));
  }

  /** The parsed JSON of an answer. @throws ApiError; Error saying what to do when nobody answers. */
  async json<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return (await (await this.#send(method, path, body)).json()) as T;
  }

  /** The bytes of an answer. @throws as `json`. */
  async bytes(path: string): Promise<Buffer> {
    return Buffer.from(await (await this.#send('GET', path)).arrayBuffer());
  }

  async #send(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await this.#answer(path, {
      method,
      signal: AbortSignal.timeout(DEADLINE_MS),
      redirect: 'error',
      headers: {
        cookie: `${SESSION_COOKIE}=${this.#session()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    const answer = (await response.json().catch(() => null)) as { error?: { code: string; message: string } } | null;
    throw new ApiError(
      response.status,
      answer?.error?.code ?? 'unknown',
      answer?.error?.message ?? response.statusText,
    );
  }

  async #answer(path: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(new URL(path, this.#url), request);
    } catch (error) {
      const isLate = (error as { readonly name?: unknown }).name === 'TimeoutError';
      const what = isLate ? `no answer within ${DEADLINE_MS / 1_000} s` : 'nobody answers';
      throw new Error(`${what} at ${this.#url}: npm run status says how the hub is, npm start starts it`, {
        cause: error,
      });
    }
  }
}
