/** What a shop's own reminder may say of an order, each as {name}. */
export const REMINDER_VARIABLES = ['firstName', 'orderNumber', 'lines', 'total', 'url', 'timeLeft'] as const;
export type ReminderVariable = (typeof REMINDER_VARIABLES)[number];

/** Leaves room for the lines of an order and its link in one message of WhatsApp's. */
export const MAX_REMINDER_CHARS = 900;

const VARIABLE = /\{(\w*)\}/g;
const isVariable = (name: string): name is ReminderVariable => (REMINDER_VARIABLES as readonly string[]).includes(name);

export type ReminderTextProblem =
  | { kind: 'no_link' | 'too_long' }
  /** What stands in braces and nobody fills. */
  | { kind: 'unknown_variable'; name: string };

/** Why a shop cannot use a text; undefined when it can. Without the link nobody can pay by it. */
export function reminderTextProblem(text: string): ReminderTextProblem | undefined {
  if (text.length > MAX_REMINDER_CHARS) return { kind: 'too_long' };
  const names = [...text.matchAll(VARIABLE)].map(([, name = '']) => name);
  const unknown = names.find((name) => !isVariable(name));
  if (unknown !== undefined) return { kind: 'unknown_variable', name: unknown };
  return names.includes('url') ? undefined : { kind: 'no_link' };
}

/** The text as a customer reads it. Without a first name its place closes up: "Bonjour {firstName}," -> "Bonjour,". */
export function renderReminderText(text: string, values: Record<ReminderVariable, string>): string {
  const named = values.firstName ? text : text.replaceAll(/ ?\{firstName\}/g, '');
  return named.replaceAll(VARIABLE, (whole, name: string) => (isVariable(name) ? values[name] : whole));
}
