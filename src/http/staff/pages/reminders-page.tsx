import type { Locale } from '../../../domain/locale.ts';
import { MAX_REMINDER_CHARS, REMINDER_VARIABLES } from '../../../domain/reminder-text.ts';
import { MAX_REMINDERS, type Reminder } from '../../../domain/shop-settings.ts';
import type { SettingsShown } from '../../../flows/change-settings.ts';
import type { StaffFrame } from '../layout.tsx';
import { SETTINGS_WORDS } from '../words/settings-words.ts';
import type { Notice } from './account-parts.tsx';
import { ResetForm, SettingsLayout, WhatsAppBubble } from './settings-parts.tsx';

type Facts = {
  frame: StaffFrame;
  settings: SettingsShown;
  notice?: Notice;
  /** A customer's view of each step in each language. */
  previews: { step: number; variant: 'A' | 'B' | null; locale: Locale; body: string }[];
};

const PATH = '/staff/settings/reminders';

/** When customers who have not paid are reminded, in which words, and when nobody is disturbed. */
export function remindersPage(facts: Facts) {
  const { frame, settings, notice, previews } = facts;
  const words = SETTINGS_WORDS[frame.locale];
  const { rules, version, changed } = settings;
  const { reminders } = rules;
  return (
    <SettingsLayout frame={frame} section="reminders" notice={notice}>
      <form method="post" action={PATH} class="fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <input type="hidden" name="version" value={String(version)} />
        <p>{words.remindersHint}</p>
        {reminders.map((reminder, row) => (
          <Step key={row} {...{ frame, settings, row, reminder }} title={words.step(row + 1)} />
        ))}
        {reminders.length < MAX_REMINDERS && (
          <Step {...{ frame, settings }} row={reminders.length} reminder={undefined} title={words.newStep} />
        )}
        <QuietHoursFields {...{ frame, settings }} />
        <div class="acts">
          <button type="submit" class="button primary">
            {words.save}
          </button>
          <button type="submit" name="preview" value="yes" class="button secondary">
            {words.preview}
          </button>
        </div>
      </form>
      {(changed.includes('reminders') || changed.includes('quietHours')) && (
        <ResetForm frame={frame} section="reminders" version={version} />
      )}
      <Previews {...facts} previews={previews} />
    </SettingsLayout>
  );
}

type StepProps = Pick<Facts, 'frame' | 'settings'> & { row: number; reminder: Reminder | undefined; title: string };

function Step({ frame, settings, row, reminder, title }: StepProps) {
  const words = SETTINGS_WORDS[frame.locale];
  const delay = reminder?.delayMinutes;
  const field = (name: 'hours' | 'minutes', value: number | undefined, max: number) => (
    <label>
      {words[name]}
      <input type="number" name={`${name}${row}`} value={value} min={0} max={max} inputMode="numeric" />
    </label>
  );
  const textFields = (name: 'text' | 'textB', typed: Reminder['texts'], hint: string) =>
    settings.rules.locales.map((locale) => (
      <label key={locale}>
        {words.textIn(words.languageNames[locale])}
        <textarea name={`${name}${row}${locale}`} rows={5} maxLength={MAX_REMINDER_CHARS} lang={locale}>
          {typed?.[locale] ?? ''}
        </textarea>
        <small class="soft">{hint}</small>
      </label>
    ));
  return (
    <fieldset class="card">
      <legend>{title}</legend>
      <p class="small soft">{words.after}</p>
      <div class="pair">
        {field('hours', delay === undefined ? undefined : Math.floor(delay / 60), 23)}
        {field('minutes', delay === undefined ? undefined : delay % 60, 59)}
      </div>
      <details class="fold" open={reminder?.texts !== undefined}>
        <summary class="button secondary">{words.ownTexts}</summary>
        <div class="small">
          {words.variablesIntro}
          <ul>
            {REMINDER_VARIABLES.map((name) => (
              <li key={name}>
                <code>{`{${name}}`}</code> {words.variables[name]}
              </li>
            ))}
          </ul>
        </div>
        {textFields('text', reminder?.texts, words.emptyIsOurs)}
      </details>
      <details class="fold" open={reminder?.textsB !== undefined}>
        <summary class="button secondary">{words.secondTexts}</summary>
        <p class="small">{words.secondTextsHint}</p>
        {textFields('textB', reminder?.textsB, words.emptyIsNone)}
      </details>
    </fieldset>
  );
}

function QuietHoursFields({ frame, settings: { quietHours } }: Pick<Facts, 'frame' | 'settings'>) {
  const words = SETTINGS_WORDS[frame.locale];
  const select = (name: 'beginHour' | 'endHour', label: string) => (
    <label>
      {label}
      <select name={name}>
        {[...Array(24).keys()].map((hour) => (
          <option key={hour} value={String(hour)} selected={hour === quietHours[name]}>
            {`${hour}:00`}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <fieldset class="card">
      <legend>{words.fields.quietHours}</legend>
      <div class="pair">
        {select('beginHour', words.from)}
        {select('endHour', words.to)}
      </div>
      <small class="soft">{words.quietHint}</small>
    </fieldset>
  );
}

function Previews({ frame, previews }: Facts) {
  const words = SETTINGS_WORDS[frame.locale];
  if (previews.length === 0) return null;
  return (
    <section class="card" id="preview">
      <h2>{words.previewTitle}</h2>
      <p class="small soft">{words.outsideWindow}</p>
      {previews.map(({ step, variant, locale, body }) => (
        <figure key={`${step}${variant}${locale}`} class="phone">
          <figcaption class="small">
            {[words.step(step), variant, words.languageNames[locale]].filter(Boolean).join(' · ')}
          </figcaption>
          <WhatsAppBubble text={body} locale={locale} />
        </figure>
      ))}
    </section>
  );
}
