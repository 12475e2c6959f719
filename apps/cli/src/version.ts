import { version } from '../../../package.json';

/** Version of the command line; the services of the same installation have the same. */
export const CLI_VERSION: string = version;
