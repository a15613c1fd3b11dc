import { histogramIn, type Registry } from '@hub/telemetry';
import type { FastifyInstance } from 'fastify';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Times every request by its route's pattern, never by its URL: ids would make a series each. */
export function measureRequests(http: FastifyInstance, registry: Registry): void {
  const seconds = histogramIn(
    registry,
    { name: 'http_request_duration_seconds', help: 'Time to answer', labelNames: ['method', 'route', 'status'] },
    BUCKETS_SECONDS,
  );
  http.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
