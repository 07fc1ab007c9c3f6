import { AUDIT_ACTIONS, type AuditAction, type AuditGroup } from '../../../domain/audit.ts';
import type { AuditLogEntry, AuditView } from '../../../flows/show-audit.ts';
import { type StaffFrame, StaffLayout } from '../layout.tsx';
import { AUDIT_WORDS, wordOfDeed } from '../words/audit-words.ts';
import { TEAM_WORDS } from '../words/team-words.ts';
import { TimelineLine } from './timeline-line.tsx';

/** What the page's form holds. */
export type AuditQuery = { person?: string; action?: string; order?: string };
type Facts = { frame: StaffFrame; view: AuditView; query: AuditQuery; isFirst: boolean };

const address = (query: AuditQuery & { before?: string }) => {
  const text = new URLSearchParams(query).toString();
  return text ? `/staff/audit?${text}` : '/staff/audit';
};

/** Who did what in the shop, newest first. */
export function auditPage({ frame, view, query, isFirst }: Facts) {
  const words = AUDIT_WORDS[frame.locale];
  return (
    <StaffLayout frame={frame} title={words.title}>
      <h1>{words.title}</h1>
      <FilterForm frame={frame} view={view} query={query} />
      <section class="card">
        {view.entries.length === 0 && <p class="soft">{words.none}</p>}
        <ol class="timeline">
          {view.entries.map((entry) => (
            <Entry key={String(entry.seq)} frame={frame} entry={entry} />
          ))}
        </ol>
      </section>
      <nav class="acts">
        {!isFirst && (
          <a class="button secondary" href={address(query)}>
            {words.newest}
          </a>
        )}
        {view.before !== null && (
          <a class="button secondary" rel="next" href={address({ ...query, before: String(view.before) })}>
            {words.older}
          </a>
        )}
      </nav>
    </StaffLayout>
  );
}

function FilterForm({ frame, view, query }: Omit<Facts, 'isFirst'>) {
  const words = AUDIT_WORDS[frame.locale];
  return (
    <form method="get" action="/staff/audit" class="card fields">
      <label>
        {words.person}
        <select name="person">
          <option value="">{words.everybody}</option>
          {view.people.map(({ id, name, isGone }) => (
            <option key={id} value={id} selected={id === query.person}>
              {isGone ? `${name} (${words.gone})` : name}
            </option>
          ))}
        </select>
      </label>
      <ActionField frame={frame} chosen={query.action} />
      <label>
        {words.order}
        <input type="search" name="order" value={query.order} autocomplete="off" maxLength={20} />
      </label>
      <button type="submit" class="button secondary">
        {words.show}
      </button>
    </form>
  );
}

function ActionField({ frame: { locale }, chosen }: { frame: StaffFrame; chosen?: string | undefined }) {
  const words = AUDIT_WORDS[locale];
  const groups = Object.entries(AUDIT_ACTIONS) as [AuditGroup, readonly AuditAction[]][];
  return (
    <label>
      {words.action}
      <select name="action">
        <option value="">{words.everything}</option>
        {groups.map(([group, actions]) => (
          <optgroup key={group} label={words.groups[group]}>
            {actions.map((action) => (
              <option key={action} value={action} selected={action === chosen}>
                {wordOfDeed(locale, action)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function Entry({ frame, entry }: { frame: StaffFrame; entry: AuditLogEntry }) {
  const { locale, shop } = frame;
  const currency = (entry.about.kind === 'order' && entry.about.order?.currency) || shop.currency;
  const role = entry.role === null ? undefined : TEAM_WORDS[locale].roles[entry.role];
  return (
    <TimelineLine frame={frame} entry={entry} currency={currency} detail={role}>
      {wordOfDeed(locale, entry.what)} <About frame={frame} entry={entry} />
    </TimelineLine>
  );
}

function About({ frame, entry: { about, who } }: { frame: StaffFrame; entry: AuditLogEntry }) {
  const words = AUDIT_WORDS[frame.locale];
  if (about.kind === 'order') {
    return (
      <a class="whole" href={`/staff/orders/${about.id}`}>
        {about.order?.number ?? words.aboutOrder}
      </a>
    );
  }
  if (about.kind === 'conversation') return <a href={`/staff/conversations/${about.id}`}>{words.aboutConversation}</a>;
  if (about.kind === 'product') {
    return <a href={`/staff/catalogue/${about.id}`}>{about.label ?? words.aboutProduct}</a>;
  }
  if (about.kind === 'import') return <a href={`/staff/catalogue/imports/${about.id}`}>{words.aboutImport}</a>;
  if (about.kind === 'invitation') return <b>{about.name}</b>;
  const isTheirOwn = about.kind === 'staff' && who.kind === 'staff' && who.id === about.id;
  return about.kind === 'staff' && !isTheirOwn ? <b>{about.name}</b> : null;
}
