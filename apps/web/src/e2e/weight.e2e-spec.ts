import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';

const DIST = join(import.meta.dirname, '..', '..', 'dist');
const KIB = 1024;

/** Size of what the page asks for at its start, as it goes over the wire. */
function gzipBytesAtStart(extension: 'js' | 'css'): number {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
  return files
    .filter((file) => file.endsWith(`.${extension}`))
    .reduce((sum, file) => sum + readFileSync(join(DIST, `${file}.gz`)).length, 0);
}

describe('the built page', () => {
  it('weighs at most 110 KiB of JavaScript and 15 KiB of CSS, gzipped', () => {
    expect(gzipBytesAtStart('js')).toBeGreaterThan(0);
    expect(gzipBytesAtStart('js')).toBeLessThanOrEqual(110 * KIB);
    expect(gzipBytesAtStart('css')).toBeGreaterThan(0);
    expect(gzipBytesAtStart('css')).toBeLessThanOrEqual(15 * KIB);
  });

  it('has every text file compressed beside it', () => {
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(js|css|html|svg)$/.test(file),
    );
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const bytes = readFileSync(join(DIST, file));
      expect(gunzipSync(readFileSync(join(DIST, `${file}.gz`)))).toEqual(bytes);
      expect(brotliDecompressSync(readFileSync(join(DIST, `${file}.br`)))).toEqual(bytes);
    }
  });

  it('names its code by its content and holds none inline', () => {
    const html = readFileSync(join(DIST, 'index.html'), 'utf8');
    expect(html).toMatch(/src="\/assets\/index-[\w-]{8}\.js"/);
    expect(html).not.toMatch(/<script[^>]*>[^<]|<style|style="|data:/);
  });
});
