import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { RunSignals } from '../record/run-signals';
import { MetricStore } from './metric-store';

const api = runHistoryApi.endpoints;

@Controller()
export class MetricsController {
  constructor(
    private readonly metrics: MetricStore,
    private readonly signals: RunSignals,
  ) {}

  @Route(api.appendMetrics)
  async append(
    @Input() { params, body }: InputOf<typeof api.appendMetrics>,
  ): Promise<ResultOf<typeof api.appendMetrics>> {
    const append = (): Promise<number> => this.metrics.append(params.runId, body, body.lines);
    return { offset: await this.signals.whenRecorded(params.runId, append) };
  }

  @Route(api.listMetrics)
  async list(
    @Input() { params, query }: InputOf<typeof api.listMetrics>,
  ): Promise<ResultOf<typeof api.listMetrics>> {
    return { items: await this.metrics.list(params.runId, query.name) };
  }
}
