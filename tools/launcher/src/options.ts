import { SERVICE_NAMES, type ServiceName } from './services.ts';

/** What `npm start -- …` may be given. */
export interface StartOptions {
  demo: boolean;
  reset: boolean;
  only: readonly ServiceName[];
  basePort: number;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const DEFAULT_BASE_PORT = 4000;
/** The highest offset is 12. */
const HIGHEST_BASE_PORT = 65_500;

export const START_USAGE = `npm start -- [options]
  --no-demo        without the simulated brokerage
  --reset          throw away all data under .hub/ first
  --only <names>   only these services, separated by commas: ${SERVICE_NAMES.join(', ')}
  --port <base>    page on this port, the rest above it; default ${DEFAULT_BASE_PORT}`;

/** @throws UsageError naming the option and the valid ones. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const options: StartOptions = { demo: true, reset: false, only: SERVICE_NAMES, basePort: DEFAULT_BASE_PORT };
  const rest = args.flatMap((arg) =>
    /^--\w+=/.test(arg) ? [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)] : [arg],
  );
  for (let option = rest.shift(); option !== undefined; option = rest.shift()) {
    switch (option) {
      case '--no-demo':
        options.demo = false;
        break;
      case '--reset':
        options.reset = true;
        break;
      case '--only':
        options.only = parseServices(rest.shift());
        break;
      case '--port':
        options.basePort = parsePort(rest.shift());
        break;
      default:
        throw new UsageError(`unknown option ${option}\n${START_USAGE}`);
    }
  }
  return options;
}

function parseServices(text: string | undefined): ServiceName[] {
  const names = (text ?? '').split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !SERVICE_NAMES.includes(name as ServiceName));
  if (unknown.length > 0) throw new UsageError(`--only: no service ${unknown.join(', ')}\n${START_USAGE}`);
  if (names.length === 0) throw new UsageError(`--only needs names of services\n${START_USAGE}`);
  return names as ServiceName[];
}

function parsePort(text: string | undefined): number {
  const port = /^\d+$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (port >= 1024 && port <= HIGHEST_BASE_PORT) return port;
  throw new UsageError(`--port needs a number from 1024 to ${HIGHEST_BASE_PORT}\n${START_USAGE}`);
}
