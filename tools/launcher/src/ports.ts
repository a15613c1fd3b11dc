import { freePort, requireFree, type ServerName } from '@hub/local-servers';
import { SERVER_PORT_OFFSETS, SERVICES, type ServiceName } from './services.ts';

export type Ports = Readonly<Record<ServiceName | ServerName, number>>;

const OFFSETS: readonly (readonly [ServiceName | ServerName, number])[] = [
  ...SERVICES.map(({ name, portOffset }) => [name, portOffset] as const),
  ...(Object.entries(SERVER_PORT_OFFSETS) as [ServerName, number][]),
];

/** A port for each service and server: above a base, or whatever is free. */
export async function choosePorts(wanted: 'free' | number): Promise<Ports> {
  if (wanted !== 'free') return Object.fromEntries(OFFSETS.map(([name, offset]) => [name, wanted + offset])) as Ports;
  const taken = new Set<number>();
  while (taken.size < OFFSETS.length) taken.add(await freePort());
  const ports = [...taken];
  return Object.fromEntries(OFFSETS.map(([name], at) => [name, ports[at]])) as Ports;
}

/** @throws Error naming every busy port of these, with its owner. */
export async function requirePorts(ports: Ports, names: readonly (ServiceName | ServerName)[]): Promise<void> {
  const results = await Promise.allSettled(names.map((name) => requireFree(ports[name], name)));
  const busy = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  if (busy.length > 0) throw new Error(`${busy.join('\n')}\nEnd it, or choose others: npm start -- --port <base>`);
}
