import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry };

/** A registry with Node's own metrics in it, every line labelled with the service. */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

interface Named<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly Label[];
}

/** The counter of that name, made when the registry has none: several breakers or caches share one. */
export function counterIn<Label extends string>(registry: Registry, named: Named<Label>): Counter<Label> {
  const existing = registry.getSingleMetric(named.name);
  return existing instanceof Counter ? existing : new Counter({ ...configOf(named), registers: [registry] });
}

/** The gauge of that name, made when the registry has none. */
export function gaugeIn<Label extends string>(registry: Registry, named: Named<Label>): Gauge<Label> {
  const existing = registry.getSingleMetric(named.name);
  return existing instanceof Gauge ? existing : new Gauge({ ...configOf(named), registers: [registry] });
}

/**
 * The histogram of that name, made when the registry has none.
 * @param buckets Upper bounds, in the unit the name says.
 */
export function histogramIn<Label extends string>(
  registry: Registry,
  named: Named<Label>,
  buckets: readonly number[],
): Histogram<Label> {
  const existing = registry.getSingleMetric(named.name);
  if (existing instanceof Histogram) return existing;
  return new Histogram({ ...configOf(named), buckets: [...buckets], registers: [registry] });
}

function configOf<Label extends string>({ name, help, labelNames }: Named<Label>) {
  return { name, help, labelNames: labelNames ?? [] };
}
