/** Durations as people write and read them. */
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/words/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['600', 600_000],
    ['90s', 90_000],
    ['10m', 600_000],
    ['36h', 129_600_000],
    ['7d', 604_800_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1 h 30 min', 5_400_000],
    ['1d1h1m1s', 90_061_000],
    ['90m', 5_400_000],
    ['10M', 600_000],
    [' 45 sec ', 45_000],
    ['1', 1_000],
    ['365d', 31_536_000_000],
    ['31536000', 31_536_000_000],
    ['007', 7_000],
  ])('reads %j as %d ms', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ms });
  });

  it.each(['off', 'OFF', ' Off '])('reads %j as never', (text) => {
    expect(parseDuration(text)).toEqual({ ms: null });
  });

  it.each([
    '-1',
    '-10m',
    '+5',
    'NaN',
    'Infinity',
    '-Infinity',
    'null',
    'undefined',
    'soon',
    'ten minutes',
    '',
    '   ',
    '1e9',
    '0x10',
    '1.5h',
    '1,5h',
    '10 10',
    '10ms',
    '5w',
    '1y',
    'm',
    'h30',
    '30m1h',
    '1m1m',
    '1h-30m',
    '1h30',
    '٣',
    '１０m',
    '½h',
    '10m!',
    '10\nm',
    '1_000',
    'off off',
    '10m; rm -rf /',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toEqual({ refused: 'unreadable' });
  });

  it.each(['0', '0s', '0h0m', '00'])('refuses %j as too short', (text) => {
    expect(parseDuration(text)).toEqual({ refused: 'tooShort' });
  });

  it.each(['366d', '365d1s', '31536001', '9'.repeat(40)])('refuses %j as too long', (text) => {
    expect(parseDuration(text)).toEqual({ refused: 'tooLong' });
  });
});

describe('formatDuration', () => {
  it.each([
    [45_000, '45 s'],
    [600_000, '10 min'],
    [5_400_000, '1 h 30 min'],
    [3_630_000, '1 h 30 s'],
    [90_061_000, '1 d 1 h'],
    [129_600_000, '1 d 12 h'],
    [604_800_000, '7 d'],
    [59_500, '1 min'],
    [1_499, '1 s'],
    [0, '0 s'],
    [400, '0 s'],
    [-5_000, '0 s'],
  ])('shows %d ms as %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('shows never as off', () => {
    expect(formatDuration(null)).toBe('off');
  });
});
