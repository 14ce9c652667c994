/** Pictures as they begin. */
import { describe, expect, it } from 'vitest';
import { imageSize } from '../src/image-size.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const riff = (chunk: string, rest: string) =>
  Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${chunk}`, 'latin1'), hex(rest), Buffer.alloc(16)]);

describe('the size of a picture', () => {
  it.each([
    ['a PNG', hex('89504e470d0a1a0a 0000000d49484452 00000320 00000258'), 800, 600],
    ['a JPEG', hex('ffd8 ffe00004 0000 ffc2 0011 08 0258 0320 03'), 800, 600],
    ['a lossy WebP', riff('VP8 ', '00000000 000000 9d012a 2003 5802'), 800, 600],
    ['a lossless WebP', riff('VP8L', '00000000 2f 1fc39500'), 800, 600],
    ['an extended WebP', riff('VP8X', '0a000000 00000000 1f0300 570200'), 800, 600],
  ])('is in the head of %s', (_what, bytes, width, height) => {
    expect(imageSize(bytes)).toEqual({ width, height });
  });

  it.each([
    ['text', Buffer.from('text')],
    ['nothing', Buffer.alloc(0)],
    ['a JPEG that is cut off', hex('ffd8 ffe00004')],
    ['another RIFF', riff('AVI ', '')],
  ])('is not in %s', (_what, bytes) => {
    expect(imageSize(bytes)).toBeNull();
  });
});
