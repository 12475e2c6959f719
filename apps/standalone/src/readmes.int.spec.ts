import * as contracts from '@aml/contracts';
import { EVENT_CATALOGUE, type EventDefinition } from '@aml/contracts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_SETTINGS } from './settings';

const apps = join(import.meta.dirname, '../..');
const SERVICES = Object.keys(ALL_SETTINGS).filter((app) => app !== 'standalone');

/** The text of all sources of an app, tests and their fixtures aside. */
async function sources(app: string): Promise<string> {
  const files = await readdir(join(apps, app, 'src'), { recursive: true });
  const code = files.filter((name) => /\.ts$/.test(name) && !/\.(spec|fixture)\.ts$/.test(name));
  return (await Promise.all(code.map((name) => readFile(join(apps, app, 'src', name), 'utf8')))).join('\n');
}

async function section(app: string, heading: string): Promise<string> {
  const text = await readFile(join(apps, app, 'README.md'), 'utf8');
  const found = new RegExp(`^## ${heading}\\n([^]*?)(?=^## |(?![^]))`, 'm').exec(text);
  if (!found) throw new Error(`${app}/README.md has no heading "${heading}"`);
  return found[1] ?? '';
}

function eventsIn(text: string): string[] {
  return [...text.matchAll(/`([a-z-]+\.[a-z-]+\.v\d+)`/g)].map(([, type]) => type ?? '').sort();
}

/** The types of the events that stand after `call` in the source, such as `publish(runFinishedV1`. */
function eventsAfter(source: string, call: RegExp): string[] {
  const named = contracts as unknown as Readonly<Record<string, EventDefinition>>;
  const names = [...source.matchAll(call)].map(([, name]) => name ?? '');
  return [...new Set(names)].map((name) => named[name]?.type ?? `no event ${name}`).sort();
}

describe.each(SERVICES)('the README of %s', (app) => {
  it('names the events that it reads, and no others', async () => {
    const read = eventsAfter(await sources(app), /\.on\(\s*(\w+V\d+)/g);
    expect(eventsIn(await section(app, 'Events in'))).toEqual(read);
  });

  it('names the events that it publishes, and no others', async () => {
    const published = eventsAfter(await sources(app), /\.publish\(\s*(\w+V\d+)/g);
    expect(eventsIn(await section(app, 'Events out'))).toEqual(published);
  });

  it('names its tables, and no others', async () => {
    const made = [...(await sources(app)).matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name ?? '');
    const words = [...(await section(app, 'Tables')).matchAll(/`([a-z_]+)`/g)].map(([, name]) => name ?? '');
    const schema = app.replaceAll('-', '_');
    expect(words.filter((name) => name !== schema).sort()).toEqual(made.sort());
  });
});

describe('the catalogue of events', () => {
  it('has every event that some service publishes, and each of them is published by some service', async () => {
    const all = (await Promise.all(SERVICES.map(sources))).join('\n');
    expect(eventsAfter(all, /\.publish\(\s*(\w+V\d+)/g)).toEqual([...EVENT_CATALOGUE.keys()].sort());
  });

  it('is said to be sent by those who publish it', async () => {
    const folder = join(apps, '../libs/contracts/src/events');
    for (const app of SERVICES) {
      for (const type of eventsAfter(await sources(app), /\.publish\(\s*(\w+V\d+)/g)) {
        const files = await readdir(folder);
        const texts = await Promise.all(
          files
            .filter((name) => /\.v\d+\.ts$/.test(name))
            .map((name) => readFile(join(folder, name), 'utf8')),
        );
        const definition = texts.find((text) => text.includes(`type: '${type}'`)) ?? '';
        const sender = /\/\*\* Sent by ([^]*?)\*\//.exec(definition)?.[1] ?? '';
        expect(sender, `${type} is published by ${app}`).toContain(app);
      }
    }
  });
});

describe('docs/settings.md', () => {
  it('says of every setting of every app what it is', async () => {
    const text = await readFile(join(apps, '../docs/settings.md'), 'utf8');
    for (const [app, schema] of Object.entries(ALL_SETTINGS)) {
      expect(text).toContain(`## ${app}`);
      for (const name of Object.keys(schema.shape)) {
        const [, what] = new RegExp(`^\\| \`${name}\` .*\\| (.*?) *\\|$`, 'm').exec(text) ?? [];
        expect(what, `${name} says what it is`).toMatch(/\w+ \w+/);
      }
    }
  });
});
