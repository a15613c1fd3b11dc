/** From a worker: it serves. */
export const READY = 'ready';

/** From a worker that ends without having served: why. */
export interface CannotServe {
  readonly cannotServe: string;
}

export function isCannotServe(message: unknown): message is CannotServe {
  return typeof message === 'object' && message !== null && 'cannotServe' in message;
}

/** To a worker: end, without a refused or cut connection. */
export const DRAIN = 'drain';

/** Set for a worker that is to take over from one that serves. */
export const REPLACES_VARIABLE = 'GATEWAY_REPLACES';
