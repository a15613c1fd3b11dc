import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { commandOf } from './process-identity.ts';

/** Below the range that systems take client ports from, so that an outgoing connection cannot take a port we chose. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** A port on 127.0.0.1 that nobody listens on. @throws Error when a hundred guesses were all taken. */
export async function freePort(random: () => number = Math.random): Promise<number> {
  for (let guess = 0; guess < 100; guess += 1) {
    const port = LOWEST + Math.floor(random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${LOWEST} and ${HIGHEST}`);
}

export class PortBusy extends Error {
  override readonly name = 'PortBusy';
}

/** @throws PortBusy naming the process that listens there. */
export async function requireFree(port: number, wantedFor: string): Promise<void> {
  if (await isFree(port)) return;
  const owner = await portOwner(port);
  const who = owner === null ? 'another process' : `pid ${owner.pid} (${owner.command})`;
  throw new PortBusy(`port ${port}, wanted for ${wantedFor}, is taken by ${who}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Who listens on a TCP port; null when nobody does, or a process of another user that we may not see. */
export async function portOwner(port: number): Promise<{ pid: number; command: string } | null> {
  const pid = process.platform === 'linux' ? await linuxOwner(port) : await lsofOwner(port);
  if (pid === null) return null;
  return { pid, command: (await commandOf(pid)).slice(0, 120) };
}

async function linuxOwner(port: number): Promise<number | null> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  );
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (inodes.size === 0) return null;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const descriptors = await readdir(`/proc/${name}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${name}/fd/${descriptor}`).catch(() => '');
      if (inodes.has(target)) return Number(name);
    }
  }
  return null;
}

/** Inodes of the sockets that listen on `port`, from the text of /proc/net/tcp or tcp6. */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && local?.endsWith(`:${wanted}`) === true && inode !== undefined ? [inode] : [];
  });
}

async function lsofOwner(port: number): Promise<number | null> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']);
    const pid = /^p(\d+)$/m.exec(stdout)?.[1];
    return pid === undefined ? null : Number(pid);
  } catch {
    // lsof is missing, or found nobody.
    return null;
  }
}
