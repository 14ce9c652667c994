/** What is asked when only a person can decide, and what is left of the question. */
import { expect, it } from 'vitest';
import { CHOICE_OPTIONS } from '../../../machines/session-choices.ts';
import { choiceClosedText, choiceText } from '../../../src/telegram/texts/choices.ts';
import { checkEntities } from '../../helpers/tdlib.ts';
import { marked } from '../render/marked.ts';

it('says what each button would do', () => {
  const asked = [
    choiceText({ type: 'silence', silentForMs: 1_800_000 }),
    choiceText({ type: 'cutOff', uuid: 'u' }),
  ];
  expect(asked.map(marked)).toMatchInlineSnapshot(`
    [
      "Claude has said nothing for 30 min in this turn. It may be busy with something long, or stuck. Interrupt ends the turn. Restart Claude starts its process anew, and it goes on with the turn.",
      "Claude's turn for this was cut off a second time. Shall it continue where it stopped?",
    ]
  `);
  for (const { text, entities } of asked) expect(checkEntities(text, entities)).toBeNull();
});

it('says what became of each', () => {
  const left = (['silence', 'cutOff'] as const).flatMap((about) =>
    [...CHOICE_OPTIONS[about], 'overtaken' as const].map((outcome) =>
      marked(choiceClosedText(about, outcome)),
    ),
  );
  expect(left).toMatchInlineSnapshot(`
    [
      "Claude said nothing for a long time. You keep waiting; I ask again if it stays silent.",
      "Claude said nothing for a long time. You interrupted it.",
      "Claude said nothing for a long time. You restarted it; it goes on where it stopped.",
      "Claude said nothing for a long time. That is over.",
      "Claude's turn for this was cut off a second time. You let it continue.",
      "Claude's turn for this was cut off a second time. You left it unfinished.",
      "Claude's turn for this was cut off a second time. It was not continued, because the session ended.",
    ]
  `);
});
