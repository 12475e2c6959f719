import { ServiceMetrics } from '@aml/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ServerController } from './server.controller';
import { ServerState } from './server-state';

/** The five services in one process, each below its own name. */
@Module({})
export class StandaloneModule {
  static compose(
    services: Readonly<Record<string, DynamicModule>>,
    state: ServerState,
    metrics: ServiceMetrics,
  ): DynamicModule {
    const routes = Object.entries(services).map(([name, { module }]) => ({ path: name, module }));
    return {
      module: StandaloneModule,
      imports: [...Object.values(services), RouterModule.register(routes)],
      controllers: [ServerController],
      providers: [
        { provide: ServerState, useValue: state },
        { provide: ServiceMetrics, useValue: metrics },
      ],
    };
  }
}
