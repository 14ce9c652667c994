import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNameFor } from '../../../../src/daemon/messages/arrivals/file-names.ts';
import { hostileText } from '../../../helpers/arbitraries/text.ts';

const nameOf = (name: string | null) => fileNameFor({ messageId: 5, kind: 'document', name });

describe('the name of a received file', () => {
  it.each([
    ['report.pdf', '5-report.pdf'],
    ['Grüße aus 東京.txt', '5-Grüße_aus_東京.txt'],
    ['../../etc/passwd', '5-etc_passwd'],
    ['C:\\Windows\\x.dll', '5-C_Windows_x.dll'],
    ['.bashrc', '5-bashrc'],
    ['-rf', '5-rf'],
    ['CON', '5-CON'],
    ['a\u202Efdp.exe', '5-afdp.exe'],
    ['a\nb"c<d>.txt', '5-ab_c_d_.txt'],
    ['...', '5-file'],
    ['', '5-file'],
    [null, '5-file'],
  ])('of %j is %s', (given, name) => {
    expect(nameOf(given)).toBe(name);
  });

  it('keeps its extension when it is too long', () => {
    const name = nameOf(`${'ü'.repeat(500)}.tar.gz`);
    expect(name.endsWith('ü.gz')).toBe(true);
    expect(Buffer.byteLength(name)).toBeLessThan(130);
  });

  it('is the kind of a file without one', () => {
    expect(fileNameFor({ messageId: 5, kind: 'voice', name: null })).toBe('5-voice.ogg');
  });

  it('is never more than one plain name, whatever the uploader chose', () => {
    fc.assert(
      fc.property(hostileText, (given) => {
        const name = nameOf(given);
        expect(name).toMatch(/^5-[\p{L}\p{M}\p{N}()+@=][\p{L}\p{M}\p{N}._()+@=-]*$/u);
        expect(Buffer.byteLength(name)).toBeLessThan(200);
      }),
    );
  });
});
