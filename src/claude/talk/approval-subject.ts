/** What a tool call asks of a person, beyond leave: questions with options, or whether to begin with a plan. Pure. */
import { z } from 'zod';
import type { ApprovalSubject } from '../../../machines/session-record.ts';

/** AskUserQuestion's input, as far as people need it (the SDK's `sdk-tools.d.ts`). Answers go by the question's words. */
const questionsSchema = z.object({
  questions: z
    .array(
      z.object({
        question: z.string().min(1),
        options: z
          .array(z.object({ label: z.string().min(1), description: z.string().default('') }))
          .min(1)
          .max(10),
        multiSelect: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(10)
    .refine((questions) => new Set(questions.map(({ question }) => question)).size === questions.length),
});

/** @param input untrusted: a model wrote it. What is of no such shape is asked about as any other tool call. */
export function subjectOf(toolName: string, input: Record<string, unknown>): ApprovalSubject {
  if (toolName === 'ExitPlanMode') return { type: 'plan' };
  if (toolName !== 'AskUserQuestion') return { type: 'tool' };
  const { data } = questionsSchema.safeParse(input);
  return data ? { type: 'questions', questions: data.questions, answers: [], chosen: [] } : { type: 'tool' };
}
