import { sayDay } from '../../../domain/closed-days.ts';
import { LOCALES } from '../../../domain/locale.ts';
import { hoursIn } from '../../../domain/opening-hours.ts';
import type { SettingsShown } from '../../../flows/change-settings.ts';
import type { StaffFrame } from '../layout.tsx';
import { SETTINGS_WORDS } from '../words/settings-words.ts';
import type { Notice } from './account-parts.tsx';
import { ResetForm, SettingsLayout } from './settings-parts.tsx';

type Facts = { frame: StaffFrame; settings: SettingsShown; notice?: Notice };

/** Who the shop is, as it says itself. */
export function settingsPage({ frame, settings, notice }: Facts) {
  const words = SETTINGS_WORDS[frame.locale];
  const { shop, rules, version, changed } = settings;
  const isChanged = changed.some((key) => key !== 'reminders' && key !== 'quietHours');
  return (
    <SettingsLayout frame={frame} section="shop" notice={notice}>
      <form method="post" action="/staff/settings" class="card fields">
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <input type="hidden" name="version" value={String(version)} />
        <label>
          {words.fields.name}
          <input type="text" name="name" value={shop.name} maxLength={80} required />
        </label>
        <label>
          {words.fields.address}
          <input type="text" name="address" value={shop.address} maxLength={200} />
        </label>
        <label>
          {words.fields.hours}
          <input type="text" name="hours" value={shop.hours} maxLength={300} />
          <small class="soft">{words.hoursHint}</small>
        </label>
        {shop.hours && <HoursRead {...{ frame, settings }} />}
        <ClosedDays {...{ frame, settings }} />
        <Languages {...{ frame, settings }} />
        <label>
          {words.fields.tone}
          <textarea name="tone" rows={3} maxLength={500}>
            {rules.tone}
          </textarea>
          <small class="soft">{words.toneHint}</small>
        </label>
        <p class="soft small">{words.fixed(shop.currency, shop.timezone)}</p>
        <button type="submit" class="button primary">
          {words.save}
        </button>
      </form>
      {isChanged && <ResetForm frame={frame} section="shop" version={version} />}
    </SettingsLayout>
  );
}

/** The hours as each customer reads them. */
function HoursRead({ frame, settings: { shop, rules } }: Facts) {
  const words = SETTINGS_WORDS[frame.locale];
  return (
    <div class="small soft">
      {words.readAs}
      <ul>
        {rules.locales.map((locale) => (
          <li key={locale} lang={locale}>
            {hoursIn(shop.hours, locale)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function ClosedDays({ frame, settings: { rules } }: Facts) {
  const words = SETTINGS_WORDS[frame.locale];
  return (
    <fieldset class="stack">
      <legend>{words.fields.closedDays}</legend>
      {rules.closedDays.map((day) => (
        <label key={day} class="check">
          <input type="checkbox" name="closedDay" value={day} checked />
          <span>
            {sayDay(day, frame.locale)} {day.slice(0, 4)}
          </span>
        </label>
      ))}
      <label>
        {words.addDay}
        <input type="date" name="closedDay" />
        <small class="soft">{words.closedDaysHint}</small>
      </label>
    </fieldset>
  );
}

function Languages({ frame, settings: { shop, rules } }: Facts) {
  const words = SETTINGS_WORDS[frame.locale];
  return (
    <>
      <label>
        {words.fields.locale}
        <select name="locale">
          {LOCALES.map((locale) => (
            <option key={locale} value={locale} selected={locale === shop.locale}>
              {words.languageNames[locale]}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="stack">
        <legend>{words.fields.locales}</legend>
        {LOCALES.map((locale) => (
          <label key={locale} class="check">
            <input type="checkbox" name="locales" value={locale} checked={rules.locales.includes(locale)} />
            <span>{words.languageNames[locale]}</span>
          </label>
        ))}
        <small class="soft">{words.localesHint}</small>
      </fieldset>
    </>
  );
}
