import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { closeGateways, startGateway } from './stub-gateway.ts';
import type { Truth } from './truth.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hub-brokerage-test-'));
const keyFile = join(folder, 'key.pem');
const truthFile = join(folder, 'truth.ndjson');
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }));

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await closeGateways();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `options`: as typed on a command line; no value holds a blank. */
function start(options: string): { child: ChildProcess; output: () => string; ended: Promise<unknown[]> } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...options.split(' ')], { env });
  running.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => lines.push(text.toString()));
  return { child, output: () => lines.join(''), ended: once(child, 'close') };
}

describe('the brokerage command', () => {
  it('posts the installs, then signed history, as many as asked for, and writes the truth beside it', async () => {
    const gateway = await startGateway(publicKey, [200]);
    const { output, ended } = start(
      `--url ${gateway.url.href} --key-file ${keyFile} --count 60 --leads 30 --truth-file ${truthFile}`,
    );
    expect(await ended).toEqual([0, null]);
    expect(gateway.received).toHaveLength(60);
    expect(gateway.received.every(({ signed }) => signed)).toBe(true);
    expect(gateway.received.slice(0, 3).map(({ payload }) => payload['type'])).toEqual([
      'INSTALL',
      'INSTALL',
      'INSTALL',
    ]);
    const truths = readFileSync(truthFile, 'utf8').trim().split('\n');
    expect(truths.map((line) => (JSON.parse(line) as Truth).kind)).toContain('lead');
    expect(output()).toContain('done: 60 accepted, 0 given up');
  });

  it('goes on where it stopped when it is started again', async () => {
    const gateway = await startGateway(publicKey, [200]);
    const options = `--url ${gateway.url.href} --key-file ${keyFile} --count 60 --state-file ${join(folder, 'state.json')}`;
    for (let times = 0; times < 2; times += 1) expect(await start(options).ended).toEqual([0, null]);
    const ids = gateway.received.map(({ payload }) => payload['webhookId']);
    expect(ids.slice(60, 63)).toEqual(ids.slice(0, 3));
    // Duplicates are part of the world; had it begun anew, there would be sixty of them.
    expect(new Set(ids).size).toBeGreaterThan(100);
    const { settled } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as { settled: number };
    expect(settled).toBeGreaterThan(100);
    expect(settled).toBeLessThan(118);
  });

  it('goes on live at the rate asked for, and ends at once on SIGTERM', async () => {
    const gateway = await startGateway(publicKey, [200]);
    const { child, output, ended } = start(
      `--url ${gateway.url.href} --key-file ${keyFile} --history-days 0 --rate 200`,
    );
    while (gateway.received.length < 100) await Promise.race([new Promise(setImmediate), ended]);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(output()).toContain('live from here on');
    const last = gateway.received.at(-1)?.payload['timestamp'];
    // Compressed as it is, the time of an event is the wall's.
    expect(Math.abs(Date.parse(String(last)) - Date.now())).toBeLessThan(60_000);
  });

  it('names every wrong option and a key that is none, and says how it is used', async () => {
    const wrong = start('--rate 0 --url nowhere');
    expect(await wrong.ended).toEqual([2, null]);
    expect(wrong.output()).toMatch(/--url.*--key-file.*--rate[^]*Usage:/);
    const keyless = start(`--url http://localhost:1/ --key-file ${MAIN}`);
    expect(await keyless.ended).toEqual([2, null]);
    expect(keyless.output()).toContain('--key-file cannot be read');
  });
});
