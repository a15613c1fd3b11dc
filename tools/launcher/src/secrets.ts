import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Made once for a folder of state, readable by its owner only. Never print. */
export interface Secrets {
  readonly sessionSecret: string;
  readonly serviceDatabasePassword: string;
  /** Base64 of 32 bytes: seals the secrets of webhook sources. */
  readonly secretsKey: string;
  /** Signs what the simulated brokerage sends; only this installation accepts it. */
  readonly signingKeyFile: string;
  /** SPKI DER in base64, as the gateway's key ring takes it. */
  readonly publicKey: string;
}

export async function loadSecrets(stateDir: string): Promise<Secrets> {
  await mkdir(stateDir, { recursive: true });
  const sessionSecret = await keep(join(stateDir, 'session-secret'), newPassword);
  const serviceDatabasePassword = await keep(join(stateDir, 'service-database-password'), newPassword);
  const secretsKey = await keep(join(stateDir, 'secrets-key'), () => randomBytes(32).toString('base64'));
  const signingKeyFile = join(stateDir, 'local-signing-key.pem');
  const pem = await keep(signingKeyFile, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const publicKey = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' }).toString('base64');
  return { sessionSecret, serviceDatabasePassword, secretsKey, signingKeyFile, publicKey };
}

function newPassword(): string {
  return randomBytes(32).toString('base64url');
}

/** What the file holds; made where it is missing, whole or not at all. */
async function keep(path: string, make: () => string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept !== null) return kept.trim();
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, `${make()}\n`, { mode: 0o600 });
  await rename(fresh, path);
  return keep(path, make);
}
