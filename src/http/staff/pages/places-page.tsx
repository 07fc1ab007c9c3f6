import type { PickupPlace, PlaceFacts } from '../../../flows/manage-places.ts';
import type { StaffFrame } from '../layout.tsx';
import { SETTINGS_WORDS } from '../words/settings-words.ts';
import type { Notice } from './account-parts.tsx';
import { SettingsLayout } from './settings-parts.tsx';

type Facts = { frame: StaffFrame; places: PickupPlace[]; notice?: Notice };

const NEW_PLACE: PlaceFacts = { name: '', address: '', hours: '' };

/** Where orders are fetched. */
export function placesPage({ frame, places, notice }: Facts) {
  const words = SETTINGS_WORDS[frame.locale];
  return (
    <SettingsLayout frame={frame} section="places" notice={notice}>
      <p>{words.placesHint}</p>
      {places.map((place) => (
        <Place key={place.id} frame={frame} place={place} />
      ))}
      <section class="card">
        <h2>{words.place.add}</h2>
        <PlaceForm frame={frame} action="/staff/settings/places" facts={NEW_PLACE} submit={words.place.add} />
      </section>
    </SettingsLayout>
  );
}

function Place({ frame, place }: { frame: StaffFrame; place: PickupPlace }) {
  const words = SETTINGS_WORDS[frame.locale];
  const path = `/staff/settings/places/${place.id}`;
  return (
    <details class="card fold">
      <summary>
        {place.name} {!place.active && <span class="tag tone-grey">{words.place.closed}</span>}
      </summary>
      <PlaceForm frame={frame} action={path} facts={place} submit={words.save} />
      <form method="post" action={`${path}/${place.active ? 'close' : 'open'}`}>
        <input type="hidden" name="csrf" value={frame.csrfToken} />
        <button type="submit" class="button secondary">
          {place.active ? words.place.close : words.place.open}
        </button>
      </form>
    </details>
  );
}

function PlaceForm(props: { frame: StaffFrame; action: string; facts: PlaceFacts; submit: string }) {
  const { frame, action, facts, submit } = props;
  const { place: words, hoursHint } = SETTINGS_WORDS[frame.locale];
  return (
    <form method="post" action={action} class="fields">
      <input type="hidden" name="csrf" value={frame.csrfToken} />
      <label>
        {words.name}
        <input type="text" name="name" value={facts.name} maxLength={80} required />
      </label>
      <label>
        {words.address}
        <input type="text" name="address" value={facts.address} maxLength={200} required />
      </label>
      <label>
        {words.hours}
        <input type="text" name="hours" value={facts.hours} maxLength={300} />
        <small class="soft">{hoursHint}</small>
      </label>
      <button type="submit" class="button primary">
        {submit}
      </button>
    </form>
  );
}
