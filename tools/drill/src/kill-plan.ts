import { Random } from '@hub/brokerage';
import type { UnitName } from '@hub/launcher/stack';

/** Kills that happen at one moment, in s since the drill began. */
export interface Blow {
  readonly atS: number;
  readonly units: readonly UnitName[];
}

export interface KillPlanOptions {
  readonly seed: number;
  readonly seconds: number;
  /** One blow in each stretch of this many seconds, at a random moment of it. */
  readonly everyS: number;
  readonly units: readonly UnitName[];
}

const TWO_AT_ONCE = 0.25;

/** Who is killed when: each unit once before any comes again, now and then two at once. */
export function planKills({ seed, seconds, everyS, units }: KillPlanOptions): readonly Blow[] {
  const random = new Random(`kill ${seed}`);
  const blows = Math.max(1, Math.floor(seconds / everyS));
  let hat: UnitName[] = [];
  const draw = (): UnitName => {
    if (hat.length === 0) hat = [...units];
    return hat.splice(random.int(hat.length), 1)[0] ?? random.pick(units);
  };
  return Array.from({ length: blows }, (_, at) => {
    const atS = (at + random.unit()) * everyS;
    const first = draw();
    const second = units.length > 1 && random.chance(TWO_AT_ONCE) ? draw() : first;
    return { atS, units: first === second ? [first] : [first, second] };
  });
}
