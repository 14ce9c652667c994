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
      "Claude has said nothing for 30 min in this turn. It may be at something long, or stuck. Interrupt ends the turn; Restart starts Claude anew and lets it take the turn up again.",
      "Claude's turn for this was cut off a second time. Continue lets Claude take it up again where it stopped; Drop leaves it as it is.",
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
      "Claude said nothing for long. You wait on; I ask again if it stays so.",
      "Claude said nothing for long. You interrupted it.",
      "Claude said nothing for long. You had it started again; it takes the turn up where it stopped.",
      "Claude said nothing for long. That is over.",
      "Claude's turn for this was cut off a second time. You let it continue.",
      "Claude's turn for this was cut off a second time. You dropped it.",
      "Claude's turn for this was cut off a second time. It was not continued, because the session ended.",
    ]
  `);
});
