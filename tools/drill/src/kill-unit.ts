import type { UnitName } from '@hub/launcher/stack';
import type { Hub } from './hub.ts';
import { accepts, signalTree } from './processes.ts';
import { waitFor } from './wait-for.ts';

const BACK_WITHIN_MS = 120_000;

/**
 * SIGKILLs a unit and everything it started. Waits first until it runs, where an earlier kill has just ended it.
 * @returns `back` resolves once the supervisor has brought it back and its port takes connections.
 */
export async function killUnit(hub: Hub, unit: UnitName): Promise<{ readonly back: Promise<void> }> {
  const { stack, signal } = hub;
  const running = () => stack.pid(unit) !== null;
  await waitFor(running, { what: `a ${unit} to kill`, timeoutMs: BACK_WITHIN_MS, signal });
  const pid = stack.pid(unit);
  const killedMs = performance.now();
  const end = unit === 'gateway' ? hub.gatewayDown.begin(killedMs) : () => undefined;
  if (pid !== null) signalTree(pid, 'SIGKILL');
  hub.say(`killed ${unit} (pid ${pid})`);
  const back = comeBack(hub, unit, pid, killedMs, end);
  back.catch(() => undefined); // whoever awaits it hears of it, perhaps later
  return { back };
}

async function comeBack(
  hub: Hub,
  unit: UnitName,
  killed: number | null,
  killedMs: number,
  end: (nowMs: number) => void,
): Promise<void> {
  const { stack, signal } = hub;
  const port = await hub.portOf(unit);
  const isBack = async () => {
    const pid = stack.pid(unit);
    return pid !== null && pid !== killed && (await accepts(port));
  };
  await waitFor(isBack, { what: `${unit} to come back`, timeoutMs: BACK_WITHIN_MS, signal });
  const nowMs = performance.now();
  end(nowMs);
  hub.say(`${unit} is back after ${((nowMs - killedMs) / 1_000).toFixed(1)} s`);
}
