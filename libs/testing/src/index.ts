export { createTestDatabase } from './test-database';
export type { TestDatabase } from './test-database';
export { ProjectArchive } from './executor/project-archive';
export type { ProjectEntry } from './executor/project-archive';
export { aRunSpecification } from './executor/run-specification.builder';
