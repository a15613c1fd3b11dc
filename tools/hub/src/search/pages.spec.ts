import { describe, expect, it } from '@jest/globals';
import { HubApi } from '../hub-api.ts';
import { find, limitOf, moreText } from './pages.ts';

const LIST = { path: '/api/letters', field: 'letters' };

/** An API whose pages come in turn, and what it was asked. */
class Pages extends HubApi {
  readonly asked: string[] = [];
  readonly #pages: readonly object[];

  constructor(...pages: readonly object[]) {
    super('http://nowhere', () => 'nobody');
    this.#pages = pages;
  }

  override async json<T>(_method: string, path: string): Promise<T> {
    this.asked.push(path);
    return this.#pages[this.asked.length - 1] as T;
  }
}

describe('a search', () => {
  it('goes on over pages that come short or empty', async () => {
    const api = new Pages(
      { letters: [1], nextCursor: 'a' },
      { letters: [], nextCursor: 'b' },
      { letters: [2], nextCursor: null },
    );
    expect(await find(api, LIST, { tenant: 'maple' }, 10)).toEqual({ rows: [1, 2], nextCursor: null });
    expect(api.asked).toEqual([
      '/api/letters?tenant=maple&limit=10',
      '/api/letters?tenant=maple&cursor=a&limit=9',
      '/api/letters?tenant=maple&cursor=b&limit=9',
    ]);
  });

  it('stops when it has enough, and says where to go on', async () => {
    const api = new Pages({ letters: [1, 2], nextCursor: 'a' });
    const found = await find(api, LIST, { cursor: 'z' }, 2);
    expect(found).toEqual({ rows: [1, 2], nextCursor: 'a' });
    expect(api.asked).toEqual(['/api/letters?cursor=z&limit=2']);
    expect(moreText(found.nextCursor)).toContain('--cursor a');
    expect(moreText(null)).toBe('');
  });

  it.each(['0', '-1', 'all', '1.5', ''])('has no limit of %j', (text) => {
    expect(() => limitOf(text)).toThrow('--limit');
  });
});
