export { AppError, exitCodeOf, toAppError, toErrorData } from './app-error';
export type { AppErrorInput, Blame, ErrorData } from './app-error';
