import type { Express, Request, Response } from 'express';
import { reminderTextProblem } from '../../domain/reminder-text.ts';
import type { Reminder, SavedSettings } from '../../domain/shop-settings.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { SettingsShown, SettingsWish } from '../../flows/change-settings.ts';
import { single } from '../identifiers.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { readLongStaffForm, readStaffForm } from '../staff/frame.ts';
import { requireForm, requireRole } from '../staff/gate.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import type { Notice } from '../staff/pages/account-parts.tsx';
import { placesPage } from '../staff/pages/places-page.tsx';
import { remindersPage } from '../staff/pages/reminders-page.tsx';
import { settingsPage } from '../staff/pages/settings-page.tsx';
import { readPlaceForm, readRemindersForm, readShopForm } from '../staff/settings-form.ts';
import { SETTINGS_WORDS, type SettingsOutcome } from '../staff/words/settings-words.ts';

type Needs = Pick<WebNeeds, 'accounts' | 'badge' | 'shop' | 'csrfSecret' | 'publicUrl' | 'settings'>;

const SHOP = '/staff/settings';
const REMINDERS = '/staff/settings/reminders';
const PLACES = '/staff/settings/places';
const NO_SHOP_SETTINGS: SettingsWish = {
  ...{ name: null, address: null, hours: null, closedDays: null, locale: null, locales: null, tone: null },
};

const fieldsOf = (req: Request) => (req.body ?? {}) as Record<string, unknown>;
const versionOf = (req: Request) =>
  /^\d{1,9}$/.test(single(fieldsOf(req).version)) ? Number(fieldsOf(req).version) : -1;
const noticeOf = (frame: StaffFrame, outcome: SettingsOutcome): Notice => ({
  isGood: outcome === 'saved',
  text: SETTINGS_WORDS[frame.locale].outcomes[outcome],
});

/** What the shop changes itself: managers only. */
export function addStaffSettingsRoutes(app: Express, needs: Needs): void {
  addShopRoutes(app, needs);
  addReminderRoutes(app, needs);
  addPlaceRoutes(app, needs);
}

/** Carries a wish out: the notice for the page, and whether the page shows what was typed instead of what holds. */
async function change(needs: Needs, req: Request, frame: StaffFrame, wish: SettingsWish) {
  const result = await needs.settings.change({ change: wish, seenVersion: versionOf(req), staffId: frame.staff.id });
  if (result.kind !== 'wrong') {
    const status = result.kind === 'stale' ? 409 : 200;
    return { status, notice: noticeOf(frame, result.kind), keepsTyped: result.kind === 'stale' };
  }
  const words = SETTINGS_WORDS[frame.locale];
  const names = result.fields.map((field) => words.fields[field as keyof SavedSettings] ?? field).join(', ');
  const problem = problemIn(wish.reminders ?? []);
  const text = problem ? `${words.wrong(names)} ${words.textProblem(problem)}` : words.wrong(names);
  return { status: 400, notice: { isGood: false, text }, keepsTyped: true };
}

const problemIn = (reminders: readonly Reminder[]) =>
  reminders
    .flatMap(({ texts, textsB }) => [...Object.values(texts ?? {}), ...Object.values(textsB ?? {})])
    .map(reminderTextProblem)
    .find((problem) => problem !== undefined);

/** What holds, with what was typed in its place, so that nothing is typed twice. */
const withTyped = (settings: SettingsShown, { reminders, quietHours, ...typed }: SettingsWish): SettingsShown => ({
  ...settings,
  shop: {
    ...settings.shop,
    ...defined({ name: typed.name, address: typed.address, hours: typed.hours, locale: typed.locale }),
  },
  rules: {
    ...settings.rules,
    ...defined({ closedDays: typed.closedDays, locales: typed.locales, tone: typed.tone, reminders }),
  },
  quietHours: quietHours ?? settings.quietHours,
});

type Defined<Of> = { [Key in keyof Of]?: NonNullable<Of[Key]> };
const defined = <Of extends object>(values: Of): Defined<Of> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ) as Defined<Of>;

function addShopRoutes(app: Express, needs: Needs): void {
  app.get(SHOP, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (frame) sendPage(res, 200, settingsPage({ frame, settings: await needs.settings.show() }));
  });

  app.post(SHOP, readStaffForm, async (req, res) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: SHOP });
    if (!frame) return;
    const isReset = fieldsOf(req).reset === 'yes';
    const wish = isReset ? NO_SHOP_SETTINGS : readShopForm(fieldsOf(req));
    const { status, notice, keepsTyped } = await change(needs, req, frame, wish);
    const now = await needs.settings.show();
    sendPage(res, status, settingsPage({ frame, notice, settings: keepsTyped ? withTyped(now, wish) : now }));
  });
}

function addReminderRoutes(app: Express, needs: Needs): void {
  const send = (
    res: Response,
    status: number,
    page: { frame: StaffFrame; settings: SettingsShown; notice?: Notice },
  ) => {
    const { reminders, locales } = page.settings.rules;
    const previews = reminders.flatMap(({ texts, textsB }, index) =>
      locales.flatMap((locale) => {
        const [a, b] = [texts?.[locale], textsB?.[locale]];
        const read = (ownText: string | undefined, variant: 'A' | 'B' | null) => ({
          ...{ step: index + 1, locale, variant },
          body: needs.settings.previewReminder({ locale, ownText }),
        });
        return b === undefined ? [read(a, null)] : [read(a, 'A'), read(b, 'B')];
      }),
    );
    sendPage(res, status, remindersPage({ ...page, previews }));
  };

  app.get(REMINDERS, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (frame) send(res, 200, { frame, settings: await needs.settings.show() });
  });

  app.post(REMINDERS, readLongStaffForm, async (req, res) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: REMINDERS });
    if (!frame) return;
    const fields = fieldsOf(req);
    const wish = fields.reset === 'yes' ? { reminders: null, quietHours: null } : readRemindersForm(fields);
    if (fields.preview === 'yes') {
      const problem = problemIn(wish.reminders ?? []);
      const notice = problem && { isGood: false, text: SETTINGS_WORDS[frame.locale].textProblem(problem) };
      const settings = withTyped(await needs.settings.show(), wish);
      return send(res, 200, { frame, settings, ...(notice && { notice }) });
    }
    const { status, notice, keepsTyped } = await change(needs, req, frame, wish);
    const now = await needs.settings.show();
    send(res, status, { frame, notice, settings: keepsTyped ? withTyped(now, wish) : now });
  });
}

function addPlaceRoutes(app: Express, needs: Needs): void {
  const show = async (res: Response, frame: StaffFrame, outcome?: SettingsOutcome) => {
    const isGood = outcome === undefined || outcome === 'saved';
    const notice = outcome && noticeOf(frame, outcome);
    const places = await needs.settings.showPlaces();
    sendPage(res, isGood ? 200 : 409, placesPage({ frame, places, ...(notice && { notice }) }));
  };

  app.get(PLACES, async (req, res) => {
    const frame = await requireRole(needs, req, res, { role: 'manager' });
    if (frame) await show(res, frame);
  });

  app.post(PLACES, readStaffForm, async (req, res) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: PLACES });
    if (!frame) return;
    const facts = readPlaceForm(fieldsOf(req));
    const result = facts && (await needs.settings.addPlace({ facts, staffId: frame.staff.id }));
    await show(res, frame, result?.kind ?? 'not_filled');
  });

  app.post(`${PLACES}/:id`, readStaffForm, async (req, res) => {
    const frame = await requireForm(needs, req, res, { role: 'manager', path: PLACES });
    if (!frame) return;
    const facts = readPlaceForm(fieldsOf(req));
    const placeId = String(req.params.id);
    if (!facts) return show(res, frame, 'not_filled');
    if (!isUuid(placeId)) return show(res, frame, 'unknown');
    await show(res, frame, (await needs.settings.editPlace({ placeId, facts, staffId: frame.staff.id })).kind);
  });

  for (const [deed, active] of [
    ['open', true],
    ['close', false],
  ] as const) {
    app.post(`${PLACES}/:id/${deed}`, readStaffForm, async (req, res) => {
      const frame = await requireForm(needs, req, res, { role: 'manager', path: PLACES });
      if (!frame) return;
      const placeId = String(req.params.id);
      if (!isUuid(placeId)) return show(res, frame, 'unknown');
      const wish = { placeId, active, staffId: frame.staff.id };
      await show(res, frame, (await needs.settings.openOrClosePlace(wish)).kind);
    });
  }
}
