/** From a worker: it serves. */
export const READY = 'ready';

/** To a worker: end, without a refused or cut connection. */
export const DRAIN = 'drain';

/** Set for a worker that is to take over from one that serves. */
export const REPLACES_VARIABLE = 'GATEWAY_REPLACES';
