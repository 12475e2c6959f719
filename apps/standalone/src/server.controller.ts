import { SERVICE_APIS } from '@aml/contracts';
import { AppError } from '@aml/errors';
import { openApiDocument, ServiceMetrics } from '@aml/service-kit';
import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ServerState, type ServerStatus } from './server-state';

/** The routes of the process itself: health, status, stop, metrics, the documents of its services. */
@Controller()
export class ServerController {
  constructor(
    private readonly state: ServerState,
    private readonly metrics: ServiceMetrics,
  ) {}

  @Get('health')
  health(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<{ status: string }> {
    await this.state.checkDatabase();
    return { status: 'ready' };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4')
  async prometheus(): Promise<string> {
    this.metrics.activeRuns.set((await this.state.active()).activeRuns);
    return this.metrics.registry.metrics();
  }

  @Get('status')
  status(): Promise<ServerStatus> {
    return this.state.status();
  }

  @Post('stop')
  @HttpCode(202)
  async stop(
    @Query('force') query?: string,
    @Body() body?: { force?: unknown } | null,
  ): Promise<{ stopping: boolean; activeRuns: number; activeBuilds: number }> {
    const active = await this.state.active();
    const { activeRuns, activeBuilds } = active;
    const forced = query === 'true' || query === '' || query === '1' || body?.force === true;
    if (activeRuns + activeBuilds > 0 && !forced) {
      throw new AppError({
        code: 'runs-active',
        message: `${[...counted(activeRuns, 'run'), ...counted(activeBuilds, 'environment build')].join(' and ')} going on`,
        hint: 'Runs go on without the services and are found again at the next start, builds are made again: aml server stop --force',
        blame: 'user',
      });
    }
    setTimeout(() => this.state.stop(), 20);
    return { stopping: true, ...active };
  }

  @Get(':service/openapi.json')
  openApi(@Param('service') service: string): unknown {
    const api = SERVICE_APIS.find((each) => each.service === service);
    if (api) return openApiDocument(api, this.state.version);
    throw new AppError({
      code: 'service-unknown',
      message: `there is no service ${JSON.stringify(service)}`,
      blame: 'user',
    });
  }
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? ' is' : 's are'}`];
}
