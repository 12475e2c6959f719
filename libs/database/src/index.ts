export { bigintAsNumber } from './bigint-column';
export { claimDatabase } from './claim-database';
export { describeDatabase, isConnectionError, isLockConflict, isUniqueViolation } from './database-error';
export { storableText, storableValue, toJsonb } from './jsonb';
export { openServiceDatabase } from './service-database';
export type { DataSource, EntityManager, ServiceDatabaseOptions } from './service-database';
export { startEmbeddedPostgres } from './embedded-postgres';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres';
