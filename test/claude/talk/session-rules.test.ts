/** The rules that "Allow for this session" grants. */
import { describe, expect, it } from 'vitest';
import { permissionModeOf, permissionsOf, sessionRulesOf } from '../../../src/claude/talk/session-rules.ts';

const SUGGESTIONS = [
  {
    type: 'addRules',
    rules: [{ toolName: 'Bash', ruleContent: 'node -e "f(\\n)"' }, { toolName: 'WebSearch' }],
    behavior: 'allow',
    destination: 'localSettings',
  },
  { type: 'addDirectories', directories: ['/tmp/a'], destination: 'session' },
  { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
];

describe('session rules', () => {
  it('are for the session, wherever Claude Code would have kept them', () => {
    expect(sessionRulesOf(SUGGESTIONS).map(({ destination }) => destination)).toEqual([
      'session',
      'session',
      'session',
    ]);
  });

  it('become permissions that a later process understands, with parentheses and backslashes escaped', () => {
    expect(permissionsOf(sessionRulesOf(SUGGESTIONS))).toEqual({
      allow: ['Bash(node -e "f\\(\\\\n\\)")', 'WebSearch'],
      deny: [],
      ask: [],
      additionalDirectories: ['/tmp/a'],
    });
    expect(permissionsOf([])).toBeNull();
  });

  it('may ease the mode that asks, and no other', () => {
    expect(permissionModeOf('default', SUGGESTIONS, true)).toBe('acceptEdits');
    expect(permissionModeOf('plan', SUGGESTIONS, true)).toBe('plan');
    expect(permissionModeOf('bypassPermissions', SUGGESTIONS, true)).toBe('bypassPermissions');
    expect(permissionModeOf('default', [], true)).toBe('default');
  });

  it('and no mode lets Claude do as it likes once the configuration forbids that', () => {
    expect(permissionModeOf('bypassPermissions', SUGGESTIONS, false)).toBe('default');
  });

  it('are never a way to allow everything, and never what is not understood', () => {
    const odd = [
      { type: 'setMode', mode: 'bypassPermissions' },
      { type: 'removeRules', rules: [] },
      null,
      7,
      {},
    ];
    expect(sessionRulesOf(odd)).toEqual([]);
  });
});
