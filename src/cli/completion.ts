/** `hibernaut completion`: what makes a shell complete our commands, and `complete`, which the shell then asks. */
import { Argument, type Command } from 'commander';
import { withExamples, type CommandContext } from './command.ts';
import { suggest } from './suggest.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/**
 * Before the library's script for bash: it is sourced once, as it has constants, and it may do without the Debian
 * package bash-completion, of which it uses this one function.
 */
const BASH_PRELUDE = `
declare -F __hibernaut_complete >/dev/null && return 0
declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    cword=$COMP_CWORD
    words=("\${COMP_WORDS[@]}")
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD - 1]}
}
`;

export function registerCompletion(program: Command, { host }: CommandContext): void {
  const command = program
    .command('completion')
    .summary('completion for bash, zsh and fish')
    .description(
      'Prints a script that makes the shell complete commands, options and the ids of sessions. A new shell has it.',
    )
    .addArgument(new Argument('<shell>', 'which one it is for').choices(SHELLS))
    .action(async (shell: string) => {
      const { script } = await import('@bomb.sh/tab');
      if (shell === 'bash') host.out(BASH_PRELUDE);
      script(shell, program.name(), program.name());
    });
  withExamples(command, [
    ["echo 'source <(hibernaut completion bash)' >> ~/.bashrc", 'bash'],
    ["echo 'source <(hibernaut completion zsh)' >> ~/.zshrc", 'zsh, after the line with compinit'],
    ['hibernaut completion fish > ~/.config/fish/completions/hibernaut.fish', 'fish'],
  ]);
  program
    .command('complete', { hidden: true })
    .summary('what may come next on a command line')
    .description('Prints what may come next on a command line. For the scripts of "hibernaut completion".')
    .argument('[words...]', 'after "--": the words so far, the last of which is being written')
    .action((words: string[]) => suggest(program, words, host));
}
