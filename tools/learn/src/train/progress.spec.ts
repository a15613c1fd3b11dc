import { describe, expect, it } from '@jest/globals';
import { progressOn } from './progress.ts';

function told(isTTY: boolean): {
  text: () => string;
  progress: ReturnType<typeof progressOn>;
  wait: (ms: number) => void;
} {
  let nowMs = 0;
  let written = '';
  const stream = { isTTY, write: (chunk: string | Uint8Array) => ((written += String(chunk)), true) };
  return { text: () => written, progress: progressOn(stream, () => nowMs), wait: (ms) => (nowMs += ms) };
}

describe('progress', () => {
  it('moves one line on a terminal, and gives way to lines that stay', () => {
    const { text, progress, wait } = told(true);
    progress.at('reading', 0.5);
    progress.at('too soon', 0.6);
    wait(200);
    progress.at('learning', null);
    progress.say('done');
    progress.say('more');
    expect(text()).toBe('\r\u001B[K[############            ] reading\r\u001B[K… learning\r\u001B[Kdone\nmore\n');
  });

  it('writes a line every other second elsewhere', () => {
    const { text, progress, wait } = told(false);
    progress.at('reading', 0.256);
    wait(1_000);
    progress.at('too soon', 0.6);
    wait(1_000);
    progress.at('learning', null);
    progress.say('done');
    expect(text()).toBe('  26 % reading\n  learning\ndone\n');
  });
});
