/** Secrets are found wherever they stand, and nothing else is. */
import { expect, it } from 'vitest';
import { redact } from '../../src/log/redact.ts';

const SECRET = 'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';

it.each([
  [`123456789:${SECRET}`, '[redacted]'],
  [`https://api.telegram.org/bot123456789:${SECRET}/getMe`, 'https://api.telegram.org/bot[redacted]/getMe'],
  [`bot123456789%3A${SECRET}%2FgetMe`, 'bot[redacted]%2FgetMe'],
  [`a 1234567:${SECRET} b 7654321:${SECRET} c`, 'a [redacted] b [redacted] c'],
  ['x-api-key: sk-ant-api03-abc_DEF-123', 'x-api-key: [redacted]'],
])('%j becomes %j', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

it.each([
  '2026-11-24T08:25:46.915Z',
  '{"chatId":-1001234567890,"messageId":42}',
  '00000000-0000-4000-8000-000000000001',
  '127.0.0.1:4747',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '"at":1795521600000,"code":1',
])('%j stays as it is', (text) => {
  expect(redact(text)).toBe(text);
});
