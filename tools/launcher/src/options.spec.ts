import { describe, expect, it } from '@jest/globals';
import { parseStartOptions, UsageError } from './options.ts';

const ALL = ['gateway', 'scoring', 'cache', 'realtime', 'analytics'];

describe('options of npm start', () => {
  it.each([
    [[], { demo: true, reset: false, only: ALL, basePort: 4000 }],
    [['--no-demo', '--reset'], { demo: false, reset: true, only: ALL, basePort: 4000 }],
    [['--only', 'gateway,scoring'], { demo: true, reset: false, only: ['gateway', 'scoring'], basePort: 4000 }],
    [['--only=gateway', '--port=5000'], { demo: true, reset: false, only: ['gateway'], basePort: 5000 }],
  ])('%j', (args, expected) => {
    expect(parseStartOptions(args)).toEqual(expected);
  });

  it.each([
    [['--demo'], 'unknown option --demo'],
    [['now'], 'unknown option now'],
    [['--only', 'gateway,nats'], '--only: no service nats'],
    [['--only'], '--only needs names'],
    [['--port', '80'], '--port needs a number from 1024'],
    [['--port', '65535'], '--port needs a number'],
    [['--port', '4000x'], '--port needs a number'],
  ])('%j is refused, with the valid ones', (args, message) => {
    expect(() => parseStartOptions(args)).toThrow(UsageError);
    expect(() => parseStartOptions(args)).toThrow(message);
    expect(() => parseStartOptions(args)).toThrow('--no-demo');
  });
});
