import { expect, test } from '@jest/globals';
import { render } from 'preact-render-to-string';
import { LOCALES } from '../../src/domain/locale.ts';
import type { StaffRole } from '../../src/domain/staff-role.ts';
import type { StaffFrame } from '../../src/http/staff/layout.tsx';
import { linkOf, NAV_LINKS, Navigation } from '../../src/http/staff/navigation.tsx';

const frameOf = (path: string, role: StaffRole = 'manager'): StaffFrame => ({
  shop: { name: 'Comptoir', address: '', hours: '', timezone: 'UTC', locale: 'fr', currency: 'EUR' },
  locale: 'en',
  staff: { id: 'staff-1', name: 'Léa', email: 'lea@shop.example', role },
  csrfToken: 'token',
  path,
  needsYou: 0,
});
const hrefs = (html: string) => [...html.matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href);

test.each([
  ['/staff', '/staff'],
  ['/staff/orders/1/refund', '/staff'],
  ['/staff/pick-list', '/staff'],
  ['/staff/scan', '/staff/scan'],
  ['/pickup/abc', '/staff/scan'],
  ['/staff/conversations/1', '/staff/conversations'],
  ['/staff/catalogue/import', '/staff/catalogue'],
  ['/staff/scanner', undefined],
])('%s belongs to %s', (address, expected) => {
  expect(linkOf(address)?.path).toBe(expected);
});

test('every link leads where only one link leads, and has words in each language', () => {
  for (const link of NAV_LINKS) {
    expect(linkOf(link.path)).toBe(link);
    for (const locale of LOCALES) expect(link.words(locale)).toMatch(/\S/);
  }
});

test('the bar holds four links at most, the menu the others; staff see none that are for managers', () => {
  expect(NAV_LINKS.filter(({ icon }) => icon).length).toBeLessThanOrEqual(4);
  const forStaff = NAV_LINKS.filter((link) => link.for === 'staff').map(({ path }) => path);
  expect(hrefs(render(<Navigation frame={frameOf('/staff', 'staff')} />)).sort()).toEqual(forStaff.sort());
  expect(hrefs(render(<Navigation frame={frameOf('/staff')} />))).toHaveLength(NAV_LINKS.length);
});

test('the page one is on says so, the part of the app it belongs to too, also through the closed menu', () => {
  const current = (path: string) => render(<Navigation frame={frameOf(path)} />).match(/aria-current="\w+"/g);
  expect(current('/staff')).toEqual(['aria-current="page"']);
  expect(current('/staff/orders/1')).toEqual(['aria-current="true"']);
  expect(render(<Navigation frame={frameOf('/staff')} />)).not.toContain('<summary class="current"');
  expect(render(<Navigation frame={frameOf('/staff/team')} />)).toContain('<summary class="current"');
});

test('what waits somewhere is counted at its link, and at the menu that hides it', () => {
  const waiting = (count: number, icon?: 'orders') =>
    render(
      <Navigation
        frame={frameOf('/staff')}
        links={[{ path: '/staff/x', words: () => 'X', for: 'staff', count: () => count, ...(icon && { icon }) }]}
      />,
    ).match(/<b class="badge">[^<]+/g);
  expect(waiting(0)).toBeNull();
  expect(waiting(3, 'orders')).toEqual(['<b class="badge">3']);
  expect(waiting(120)).toEqual(['<b class="badge">99+', '<b class="badge">99+']);
});
