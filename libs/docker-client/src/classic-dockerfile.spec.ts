import { describe, expect, it } from 'vitest';
import { toClassicDockerfile } from './classic-dockerfile';

describe('a Dockerfile for the classic builder', () => {
  it('copies what BuildKit would mount and leaves caches out', () => {
    const { text, secretFiles } = toClassicDockerfile(
      [
        'FROM tool AS tool',
        'FROM base AS install',
        'RUN --mount=type=bind,from=tool,source=/opt/t,target=/opt/t --mount=type=cache,id=c,target=/c,sharing=locked \\',
        '    --mount=type=secret,id=ca,target=/run/secrets/ca --mount=type=secret,id=none,target=/run/secrets/none \\',
        '    --mount=type=bind,source=src,target=/src,rw install /src --mount-point',
        '',
      ].join('\n'),
      new Set(['ca']),
    );
    expect(text.split('\n')).toEqual([
      'FROM tool AS tool',
      'FROM base AS install',
      'COPY --from=tool /opt/t /opt/t',
      'COPY .aml-secrets/ca /run/secrets/ca',
      'COPY src /src',
      'RUN install /src --mount-point',
      '',
    ]);
    expect([...secretFiles]).toEqual([['.aml-secrets/ca', 'ca']]);
  });
});
