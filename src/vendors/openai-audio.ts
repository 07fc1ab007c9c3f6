import { toFile } from 'openai';
import { AppError } from '../domain/errors.ts';
import type { Transcriber } from '../ports.ts';
import { type OpenAiSettings, openOpenAi, toModelError } from './openai.ts';

const MODEL = 'gpt-4o-mini-transcribe';
/** Five minutes of speech are understood in a few seconds. */
const TIMEOUT_MS = 30_000;
// OpenAI tells the format by the name's ending.
const ENDINGS: Record<string, string> = {
  'audio/ogg': 'ogg',
  'audio/amr': 'amr',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
};
// What these models are known to make of silence and noise: nobody said it.
const HEARD_IN_SILENCE = /amara\.org|sous-titr(?:es|age) (?:r[ée]alis|st)|^(?:thanks|thank you) for watching\W*$/i;

/** Voice notes to text by OpenAI's audio API. Throws AppError as the model does. */
export function createTranscriber(settings: Omit<OpenAiSettings, 'model'>): Transcriber {
  const client = openOpenAi({ ...settings, timeoutMs: settings.timeoutMs ?? TIMEOUT_MS });
  return {
    async transcribe({ bytes, contentType }) {
      const ending = ENDINGS[contentType];
      if (!ending) throw new AppError('model_refused_request', `no voice note comes as ${contentType}`);
      try {
        const file = await toFile(bytes, `voice.${ending}`, { type: contentType });
        const { text } = await client.audio.transcriptions.create(
          { model: MODEL, file, response_format: 'json' },
          { signal: AbortSignal.timeout(settings.timeoutMs ?? TIMEOUT_MS) },
        );
        const said = text.trim();
        return /[\p{L}\p{N}]/u.test(said) && !HEARD_IN_SILENCE.test(said) ? said : '';
      } catch (error) {
        throw toModelError(error);
      }
    },
  };
}
