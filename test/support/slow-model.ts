import type { Model } from '../../src/ports.ts';
import { deferred } from './deferred.ts';

/** A model that says when it is asked, and answers only when it is let. */
export function slowModel(text = 'le robot répond') {
  const [asking, answering] = [deferred(), deferred()];
  const model: Model = {
    name: 'slow',
    async respond() {
      asking.resolve();
      await answering.promise;
      const usage = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 };
      return { text, toolCalls: [], outputItems: [], usage };
    },
  };
  return { model, asked: asking.promise, letGo: answering.resolve };
}
