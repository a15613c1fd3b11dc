// Loaded into services by `node --import`: their wall clock runs ahead of the true one, or behind, by what a file says.
// Timers and `performance.now()` keep true time, as they do when a machine's clock is set.
import { readFileSync } from 'node:fs';

const POLL_MS = 50;
const TrueDate = Date;
let offsetMs = 0;

const now = () => TrueDate.now() + offsetMs;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new TrueDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

function look() {
  try {
    const read = Number(readFileSync(process.env['DRILL_CLOCK_FILE'] ?? '', 'utf8'));
    if (Number.isFinite(read)) offsetMs = read;
  } catch {
    // Not written yet: true time.
  }
}

look();
setInterval(look, POLL_MS).unref();
