/** Which libraries a library may use at run time; design, section 2. A library that is not listed may use none. */
export const LIBRARY_USES: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  telemetry: [],
  session: [],
  'local-servers': [],
  testkit: ['local-servers'],
  resilience: ['telemetry'],
  service: ['telemetry'],
  messaging: ['contracts', 'resilience', 'telemetry'],
  database: ['contracts', 'resilience', 'session', 'telemetry'],
  'cache-tiers': ['contracts', 'database', 'resilience', 'telemetry'],
  'crm-ghl': ['contracts', 'resilience'],
  sources: ['contracts', 'crm-ghl'],
  intelligence: ['contracts'],
};

/** Apps that may use less than every library: what runs in a browser cannot hold servers. */
export const APP_USES: Readonly<Record<string, readonly string[]>> = { web: ['contracts', 'intelligence'] };

/** Libraries for specs and tools, never for what is shipped. */
export const NEVER_SHIPPED: readonly string[] = ['testkit', 'local-servers'];

/** Clients that one library wraps, so that everyone else keeps its promises. */
export const WRAPPED_CLIENTS: readonly { readonly package: RegExp; readonly by: string }[] = [
  { package: /^(@nats-io\/|nats$)/, by: 'messaging' },
  { package: /^opossum$/, by: 'resilience' },
];
