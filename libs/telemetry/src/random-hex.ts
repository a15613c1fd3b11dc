import { randomFillSync } from 'node:crypto';

/** Random bytes are had in stock: asking the system for each few of them costs more than all else that is done with them. */
const stock = Buffer.allocUnsafeSlow(4_096);
let used = stock.length;

/** @returns Two hex digits for each of `bytes` random bytes, at most 4,096. */
export function randomHex(bytes: number): string {
  if (used + bytes > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += bytes;
  return stock.toString('hex', used - bytes, used);
}
