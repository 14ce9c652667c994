/** Claude's input as the SDK reads it: prompts on their way to the process, in order. */
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

interface Item {
  message: SDKUserMessage;
  markWritten: () => void;
}

export class PromptQueue implements AsyncIterable<SDKUserMessage> {
  readonly #waiting: Item[] = [];
  #wake: () => void = () => undefined;
  #isEnded = false;

  /** Resolves once the SDK has written it to the process; never if the process went away before. */
  push(message: SDKUserMessage): Promise<void> {
    const { promise, resolve: markWritten } = Promise.withResolvers<void>();
    this.#waiting.push({ message, markWritten });
    this.#wake();
    return promise;
  }

  /** Nothing follows; what was not read yet is dropped. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage, void> {
    while (!this.#isEnded) {
      const item = this.#waiting.shift();
      if (item) {
        yield item.message;
        // The SDK asks for the next one when it has written this one.
        item.markWritten();
      } else {
        await new Promise<void>((wake) => (this.#wake = wake));
      }
    }
  }
}
