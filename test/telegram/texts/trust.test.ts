/** What is asked about a folder that brings programs along. */
import { describe, expect, it } from 'vitest';
import { trustText } from '../../../src/telegram/texts/trust.ts';
import { anUntrustedFolder, aProgram } from '../../helpers/records.ts';

describe('the question', () => {
  it('names the folder, and says in plain words what it would run and where that stands', () => {
    const { whole, long } = trustText({
      folder: '/home/anna/work',
      programs: [
        aProgram(),
        aProgram({ kind: 'server', name: 'db', words: 'TOKEN=… node db.js', from: '.mcp.json' }),
        aProgram({ kind: 'environment', name: 'ANTHROPIC_BASE_URL', words: '' }),
        aProgram({ kind: 'permission', name: 'allow', words: 'Bash(ls:*)' }),
        aProgram({
          kind: 'skill',
          name: '.claude/skills/a/SKILL.md',
          words: '!`ls`',
          from: '.claude/skills/a/SKILL.md',
        }),
        aProgram({ kind: 'more', name: '7', words: '', from: '' }),
      ],
    });
    expect(long).toBeNull();
    expect(whole.map(({ text }) => text)).toMatchInlineSnapshot(`
      [
        "Trust this folder? /home/anna/work brings settings of its own. With them Claude Code does this as your user, before I can ask you:

      • Hook SessionStart: touch proof (.claude/settings.json)
      • MCP server db: TOKEN=… node db.js (.mcp.json)
      • Variable ANTHROPIC_BASE_URL (.claude/settings.json)
      • No asking for: Bash(ls:*) (.claude/settings.json)
      • Skill, command or agent: !\`ls\` (.claude/skills/a/SKILL.md)
      • And 7 more, too many to list: look into the folder

      Trust lets it, here and from now on; what is new is asked about again. Without its settings Claude works here with none of it, nor with its CLAUDE.md and skills. What you wrote waits for your tap; /stop takes it back.",
      ]
    `);
  });

  it('shows what is invisible, and has nothing to tap but code', () => {
    const words = 'rm \u202e-rf @anna https://example.com /end';
    const [{ text, entities } = { text: '', entities: [] }] = trustText(
      anUntrustedFolder({ programs: [aProgram({ words })] }),
    ).whole;
    expect(text).not.toContain('\u202e');
    const start = text.indexOf('rm ');
    expect(entities).toContainEqual(
      expect.objectContaining({ type: 'code', offset: start, length: text.indexOf('/end') + 4 - start }),
    );
  });

  it('is a file with all of it, and its beginning, where it does not fit into one message', () => {
    const programs = Array.from({ length: 100 }, (_, index) =>
      aProgram({ name: `Hook${String(index)}`, words: 'x'.repeat(100), key: String(index) }),
    );
    const { whole, long } = trustText(anUntrustedFolder({ programs }));
    expect(whole.length).toBeGreaterThan(1);
    expect(long?.file).toMatchObject({ fileName: 'folder.txt' });
    for (const { name } of programs) expect(long?.file.text).toContain(name);
    expect(long?.excerpt.text).toMatch(
      /^Trust this folder\?.*Hook0.*only the beginning.*\/stop takes it back\.$/s,
    );
    expect(long?.excerpt.text.length).toBeLessThan(4_000);
  });
});
