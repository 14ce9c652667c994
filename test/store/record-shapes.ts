/** The fields of all records as one JSON document, so that a change of them can be told from what an older version wrote. */
import { z } from 'zod';
import {
  accessRecordSchema,
  chatRecordSchema,
  epochRecordSchema,
  sessionRecordSchema,
  trustRecordSchema,
} from '../../src/store/schema.ts';

export function shapesOfRecords(): Record<string, unknown> {
  return {
    session: z.toJSONSchema(sessionRecordSchema),
    chat: z.toJSONSchema(chatRecordSchema),
    access: z.toJSONSchema(accessRecordSchema),
    trust: z.toJSONSchema(trustRecordSchema),
    epoch: z.toJSONSchema(epochRecordSchema),
  };
}
