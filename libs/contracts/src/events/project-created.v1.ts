import { z } from 'zod';
import { defineEvent } from './event-envelope';

/** Sent by config-service when a project is seen for the first time. */
export const projectCreatedV1 = defineEvent({
  type: 'project.created.v1',
  topic: 'project',
  schema: z
    .object({ projectId: z.uuid(), name: z.string(), workspaceId: z.uuid(), at: z.iso.datetime() })
    .meta({ id: 'ProjectCreatedV1' }),
  key: (data) => data.projectId,
});
