import type { z } from 'zod';

/** Bytes in or out; the media type says which. */
export interface StreamBody {
  readonly stream: string;
}

/** One route: what it takes and answers. Controllers, OpenAPI and the typed client are all made from it. */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType | StreamBody = z.ZodType | StreamBody,
  Result extends z.ZodType | StreamBody = z.ZodType | StreamBody,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Nest's spelling, from the service's root: `/runs/:runId`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly result?: Result;
  /** Default: 200. */
  readonly status?: number;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined;

export interface InputOf<E> {
  readonly params: E extends { params: infer P } ? Parsed<P> : undefined;
  readonly query: E extends { query: infer Q } ? Parsed<Q> : undefined;
  readonly body: E extends { body: infer B } ? Parsed<B> : undefined;
}

export type ResultOf<E> = E extends { result: infer R } ? Parsed<R> : void;

/** The HTTP API of one service. */
export interface ServiceApi {
  readonly service: string;
  readonly description: string;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

export function defineApi<const Api extends ServiceApi>(api: Api): Api {
  return api;
}
