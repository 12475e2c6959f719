import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectServices, unwrap, type ServiceClients } from './service-clients';

describe('the client of the services', () => {
  let server: Server;
  let requests: IncomingMessage[];
  let answer: (response: ServerResponse) => void;
  let clients: ServiceClients;
  let url: string;

  beforeEach(async () => {
    requests = [];
    answer = (response) => response.end('{}');
    server = createServer((request, response) => {
      requests.push(request);
      response.setHeader('content-type', 'application/json');
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    clients = connectServices({ urlOf: (service) => `${url}/${service}`, token: 'abc' });
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('sends the token, and with each read how far the writes before have got', async () => {
    answer = (response) => response.setHeader('x-aml-position', 'run/1/5,run/2/7').end('{}');
    await clients.configService.GET('/account');
    answer = (response) => response.setHeader('x-aml-position', 'run/1/4,run/2/10').end('{}');
    await clients.runHistory.GET('/runs/{runId}', { params: { path: { runId: 'a b' } } });
    await clients.raw('dispatcher', '/runs');
    expect(requests.map((request) => request.url)).toEqual([
      '/config-service/account',
      '/run-history/runs/a%20b',
      '/dispatcher/runs',
    ]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer abc'));
    expect(requests.map(({ headers }) => headers['x-aml-position'])).toEqual([
      undefined,
      'run/1/5,run/2/7',
      'run/1/5,run/2/10',
    ]);
  });

  it('throws the error of a problem body with its findings and the name of the request', async () => {
    const error = { code: 'x-wrong', message: 'm', hint: 'h', retryable: false, blame: 'user' };
    const finding = { severity: 'error', code: 'c', message: 'm', file: 'f', line: 1, column: 2 };
    const body = JSON.stringify({ error, findings: [finding], operationId: 'op1' });
    answer = (response) => response.writeHead(400).end(body);
    const expected = { ...error, findings: [finding], operationId: 'op1', status: 400 };
    await expect(unwrap(clients.configService.GET('/account'))).rejects.toMatchObject(expected);
    await expect(clients.raw('config-service', '/account')).rejects.toMatchObject(expected);
  });

  it('says where no answer came from, and what answered without a reason', async () => {
    answer = (response) => response.writeHead(502).end('oops');
    await expect(clients.raw('dispatcher', '/runs')).rejects.toMatchObject({
      code: 'service-answer-unreadable',
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(clients.raw('dispatcher', '/runs')).rejects.toMatchObject({
      code: 'service-unreachable',
      message: `no answer from ${url}`,
      retryable: true,
    });
  });
});
