import { Counter, Gauge, Histogram, type Registry } from '@hub/telemetry';

const TRANSPORTS = ['sse', 'ws'] as const;

/** What an operator asks of this service: how many screens, how much to them, how late, and who could not keep up. */
export class RealtimeMetrics {
  readonly screens: Gauge<'transport'>;
  readonly conflations: Counter;
  readonly departures: Counter<'reason'>;
  readonly resumes: Counter<'kind'>;
  readonly ageAtPush: Histogram;
  readonly unreadable: Counter;
  readonly #sent = { sse: { writes: 0, bytes: 0 }, ws: { writes: 0, bytes: 0 } };

  constructor(registry: Registry) {
    const registers = [registry];
    this.screens = new Gauge({
      name: 'hub_realtime_screens',
      help: 'Connected screens',
      labelNames: ['transport'],
      registers,
    });
    this.conflations = new Counter({
      name: 'hub_realtime_conflations_total',
      help: 'Times a slow screen went to the latest value per lead',
      registers,
    });
    this.departures = new Counter({
      name: 'hub_realtime_departures_total',
      help: 'Connections that ended, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.resumes = new Counter({
      name: 'hub_realtime_resumes_total',
      help: 'Screens that joined: new, from memory, from the stream, or reset',
      labelNames: ['kind'],
      registers,
    });
    this.ageAtPush = new Histogram({
      name: 'hub_realtime_age_at_push_seconds',
      help: 'Time from the decision to the write to the first screen (sampled)',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
      registers,
    });
    this.unreadable = new Counter({
      name: 'hub_realtime_unreadable_total',
      help: 'Messages of the stream that could not be passed on',
      registers,
    });
    const sent = this.#sent;
    registry.registerMetric(sentCounter('hub_realtime_writes_total', 'Writes to screens', (t) => sent[t].writes));
    registry.registerMetric(sentCounter('hub_realtime_sent_bytes_total', 'Bytes to screens', (t) => sent[t].bytes));
  }

  sent(transport: 'sse' | 'ws', bytes: number): void {
    this.#sent[transport].writes += 1;
    this.#sent[transport].bytes += bytes;
  }
}

/** Read when asked for: counting each write with a labelled counter would cost as much as the write. */
function sentCounter(name: string, help: string, total: (transport: 'sse' | 'ws') => number): Counter<'transport'> {
  return new Counter({
    name,
    help,
    labelNames: ['transport'],
    registers: [],
    collect() {
      this.reset();
      for (const transport of TRANSPORTS) this.inc({ transport }, total(transport));
    },
  });
}
