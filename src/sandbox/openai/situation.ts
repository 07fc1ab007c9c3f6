import type { Schema } from './arguments.ts';
import type { CounterState } from './counter-state.ts';
import type { Intent } from './intents.ts';
import type { Language } from './language.ts';
import type { Transcript } from './transcript.ts';

export type Tool = { name: string; description?: string; parameters: Schema };

/** What the stand-in knows when it has to do or say something. */
export type Situation = Transcript & { state: CounterState; intent: Intent; language: Language; tools: Tool[] };
