import { describe, expect, it } from '@jest/globals';
import { natsPing, postgresStartup, type Question, redisPing } from './probe.ts';

function postgresError(code: string): string {
  const fields = `SFATAL\0C${code}\0Mthe database system is starting up\0\0`;
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + fields.length);
  return `E${length.toString('latin1')}${fields}`;
}

describe('what a server says', () => {
  it.each<[string, Question, string, string]>([
    ['NATS greeting alone', natsPing, 'INFO {"server_id":"x"}\r\n', 'more'],
    ['NATS pong', natsPing, 'INFO {}\r\nPONG\r\n', 'ready'],
    ['NATS wanting credentials', natsPing, "INFO {}\r\n-ERR 'Authorization Violation'\r\n", 'ready'],
    ['half a Redis answer', redisPing, '+PO', 'more'],
    ['Redis pong', redisPing, '+PONG\r\n', 'ready'],
    ['Redis loading its data', redisPing, '-LOADING Redis is loading the dataset in memory\r\n', 'notYet'],
    ['Redis wanting a password', redisPing, '-NOAUTH Authentication required.\r\n', 'ready'],
    ['Postgres asking for a password', postgresStartup, 'R\0\0\0\x17\0\0\0\nSCRAM', 'ready'],
    ['Postgres starting up', postgresStartup, postgresError('57P03'), 'notYet'],
    ['half of that', postgresStartup, postgresError('57P03').slice(0, 20), 'more'],
    ['Postgres refusing this user', postgresStartup, postgresError('28000'), 'ready'],
  ])('%s', (_, question, received, reading) => {
    expect(question.read(Buffer.from(received, 'latin1'))).toBe(reading);
  });
});
