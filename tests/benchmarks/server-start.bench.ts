import { startEmbeddedPostgres } from '@aml/database';
import { Journey } from '@aml/testing';
import { join } from 'node:path';
import { row, type Benchmark } from './benchmark';
import { interleave, timed, type Samples } from './measure';

/** `aml server start` where nothing is there yet, and where the database is: until the services answer. */
export const serverStart: Benchmark = {
  topic: 'server-start',
  run: async ({ repetitions }) => {
    const again: Samples<'ours' | 'bare'> = { ours: [], bare: [] };
    const first = await interleave(repetitions, {
      ours: async () => {
        const journey = Journey.begin('bench-start');
        try {
          const start = async (): Promise<number> => (await journey.succeed(['server', 'start'])).seconds;
          const seconds = await start();
          await journey.succeed(['server', 'stop']);
          again.ours.push(await start());
          return seconds;
        } finally {
          await journey.end();
        }
      },
      bare: async () => {
        const journey = Journey.begin('bench-start-bare');
        try {
          const folder = journey.makeFolder(join(journey.folder, 'postgres'));
          const startAndStop = async (): Promise<number> => {
            let stop = async (): Promise<void> => undefined;
            const milliseconds = await timed(async () => {
              ({ stop } = await startEmbeddedPostgres({ folder, note: () => undefined }));
            });
            await stop();
            return milliseconds / 1000;
          };
          const seconds = await startAndStop();
          again.bare.push(await startAndStop());
          return seconds;
        } finally {
          await journey.end();
        }
      },
    });
    return [
      row({
        what: '`aml server start`, the very first time',
        unit: 's',
        beside: 'the same Postgres alone, initialized and started',
        ...first,
        bar: { under: 8 },
      }),
      row({
        what: '`aml server start`, again',
        unit: 's',
        beside: 'the same Postgres alone, started',
        ours: again.ours.slice(-repetitions),
        bare: again.bare.slice(-repetitions),
        bar: { under: 4 },
      }),
    ];
  },
};
