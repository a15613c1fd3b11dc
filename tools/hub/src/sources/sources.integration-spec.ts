import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HubApi } from '../hub-api.ts';
import { UsageError } from '../usage-error.ts';
import type { KeyAdded } from './source-view.ts';
import { sources } from './sources.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

const answer: KeyAdded = {
  source: {
    sourceId: 'src1',
    kind: 'events',
    name: 'Importer',
    state: 'active',
    url: '/v1/events',
    hmac: null,
    keys: [],
  },
  announced: true,
  keyId: 'key1',
  secret: 'hub_src1_0123',
  urlWithSecret: null,
};

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: unknown;
}

/** Stands for the API: what it says of input is held by its own specs. */
let api: Server;
let asked: Asked[] = [];
let answering: { readonly status: number; readonly body: object } = { status: 200, body: answer };

beforeAll(async () => {
  api = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, body: text === '' ? null : JSON.parse(text) });
      response.writeHead(answering.status, { 'content-type': 'application/json' }).end(JSON.stringify(answering.body));
    });
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  api.close();
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function origin(): string {
  return `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
}

/** As people run it. */
function run(args: readonly string[], input = ''): Promise<Ran> {
  asked = [];
  const env = { PATH: process.env['PATH'], HUB_URL: origin(), HUB_SESSION: 'a session' };
  const command = ['--conditions=source', MAIN, 'sources', ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

/** The same without a process of its own. */
async function within(args: readonly string[]): Promise<number> {
  asked = [];
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    return await sources(new HubApi(origin(), () => 'a session'), args);
  } finally {
    stdout.mockRestore();
  }
}

describe('npm run hub -- sources', () => {
  it('adds a source with a secret from the standard input, which stands in no list of processes', async () => {
    answering = { status: 201, body: { ...answer, secret: null } };
    const { code } = await run(
      ['add', 'hmac', '--tenant', 'maple', '--name', 'Portal', '--signature-header', 'x-s', '--secret-file', '-'],
      'a secret of theirs\n',
    );
    const body = { kind: 'hmac', name: 'Portal', secret: 'a secret of theirs', hmac: { signatureHeader: 'x-s' } };
    expect([code, asked]).toEqual([0, [{ method: 'POST', url: '/api/tenants/maple/sources', body }]]);
  });

  it('prints what the API answered where JSON is asked for, and warns where gateways do not know yet', async () => {
    answering = { status: 201, body: { ...answer, announced: false } };
    const { code, stdout, stderr } = await run(['rotate', 'src1', '--tenant', 'maple', '--overlap', '1h', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, answering.body]);
    expect(stderr).toContain('gateways could not be told yet');
    expect(asked).toEqual([
      { method: 'POST', url: '/api/tenants/maple/sources/src1/keys', body: { overlapMs: 3_600_000 } },
    ]);
  });

  it('ends with 1 and the words of the API where it refuses', async () => {
    answering = { status: 409, body: { error: { code: 'tooManyKeys', message: 'there are 8 already' } } };
    const { code, stderr } = await run(['rotate', 'src1', '--tenant', 'maple']);
    expect([code, stderr]).toEqual([1, 'there are 8 already (tooManyKeys, HTTP 409)\n']);
  });

  it('ends with 2 and asks nothing where the command line is wrong', async () => {
    const { code, stderr } = await run(['rotate', '--tenant', 'maple']);
    expect([code, asked, stderr]).toEqual([2, [], 'SOURCE missing, in front of the options\n']);
  });
});

describe('sources', () => {
  it.each([
    [['list', '--tenant', 'a/b'], 'GET', '/api/tenants/a%2Fb/sources', { sources: [answer.source] }],
    [['list'], 'GET', '/api/sources/ghl/keys', { sources: [] }],
    [['show', 'src1', '--tenant', 'maple'], 'GET', '/api/tenants/maple/sources', { sources: [answer.source] }],
    [['revoke', 'src1', 'key1', '--tenant', 'maple'], 'DELETE', '/api/tenants/maple/sources/src1/keys/key1', answer],
    [['revoke', 'ghl', 'key1'], 'DELETE', '/api/sources/ghl/keys/key1', answer],
    [['remove', 'src1', '--tenant', 'maple'], 'DELETE', '/api/tenants/maple/sources/src1', answer],
  ])('asks for what it was told: %j', async (args, method, url, body) => {
    answering = { status: 200, body };
    expect([await within(args), asked]).toEqual([0, [{ method, url, body: null }]]);
  });

  it('says so where the tenant has no such source', async () => {
    answering = { status: 200, body: { sources: [] } };
    await expect(within(['show', 'src9', '--tenant', 'maple'])).rejects.toThrow('has no source src9');
  });

  it.each([
    [[], /^sources list .*\n  sources show SOURCE/],
    [['drop'], /^sources drop is not known:\n  sources list/],
    [['add', 'probe'], /no kind probe: there are ghl, ghl-workflow, standard-webhooks, hmac, events/],
    [['add', 'events', '--tenant', 'maple', '--name', 'x', '--prefix', 'y'], /--prefix/],
    [['add', 'events', '--name', 'x'], /--tenant is missing/],
    [['revoke', 'src1', '--tenant', 'maple'], /KEY missing/],
    [['remove', 'ghl', '--tenant', 'maple'], /ghl is built in/],
  ])('says what is wrong and asks nothing: %j', async (args, message) => {
    await expect(within(args)).rejects.toThrow(UsageError);
    await expect(within(args)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });
});
