import {
  type Counter,
  counterIn,
  type Gauge,
  gaugeIn,
  type Histogram,
  histogramIn,
  type Registry,
} from '@hub/telemetry';

/** What every consumer of a process reports, labelled by its durable name. */
export interface ConsumerMetrics {
  readonly batchSize: Histogram<'consumer'>;
  readonly handlerSeconds: Histogram<'consumer'>;
  readonly outcomes: Counter<'consumer' | 'kind'>;
  readonly redeliveries: Counter<'consumer'>;
  readonly lag: Gauge<'consumer'>;
}

const labelNames = ['consumer'] as const;

export function consumerMetrics(registry: Registry): ConsumerMetrics {
  return {
    batchSize: histogramIn(
      registry,
      { name: 'consumer_batch_messages', help: 'Messages per call of a handler', labelNames },
      [1, 2, 4, 8, 16, 32, 64, 128, 256],
    ),
    handlerSeconds: histogramIn(
      registry,
      { name: 'consumer_handler_seconds', help: 'Time a handler took for a batch', labelNames },
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    ),
    outcomes: counterIn(registry, {
      name: 'consumer_outcomes_total',
      help: 'Messages settled, by outcome',
      labelNames: ['consumer', 'kind'],
    }),
    redeliveries: counterIn(registry, {
      name: 'consumer_redeliveries_total',
      help: 'Deliveries after the first of a message',
      labelNames,
    }),
    lag: gaugeIn(registry, {
      name: 'consumer_lag_messages',
      help: 'Messages behind the latest delivered one at its delivery',
      labelNames,
    }),
  };
}
