import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers for Prometheus, one registry per process. */
export class ServiceMetrics {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'aml_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['service', 'method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.registry],
  });
  readonly eventProblems = new Counter({
    name: 'aml_event_problems_total',
    help: 'Events whose handling failed, retries included',
    labelNames: ['service'],
    registers: [this.registry],
  });
  readonly activeRuns = new Gauge({
    name: 'aml_active_runs',
    help: 'Runs that are not final',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
