import { STAFF } from './running-shop.ts';

/** A member of staff with a cookie jar and plain HTML forms: what a browser without JavaScript can do. */
export function staffAt(publicUrl: string, reachedAt = publicUrl) {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  async function request(path: string, form?: Record<string, string>) {
    const response = await fetch(new URL(path, reachedAt), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        cookie: cookie(),
        origin: publicUrl,
        // What the proxy before an https address adds.
        ...(reachedAt !== publicUrl && { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form && { body: new URLSearchParams(form).toString() }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return { status: response.status, location: response.headers.get('location'), body: await response.text() };
  }

  /** The hidden fields of the page's form with this action. */
  function hiddenFields(html: string): Record<string, string> {
    const inputs = html.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
    const value = (input: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? '';
    return Object.fromEntries(inputs.map((input) => [value(input, 'name'), value(input, 'value')]));
  }

  return {
    request,
    hiddenFields,
    cookie,
    async logIn(next?: string, { email, password }: { email: string; password: string } = STAFF) {
      const page = await request(next ? `/staff/login?next=${encodeURIComponent(next)}` : '/staff/login');
      return request('/staff/login', { ...hiddenFields(page.body), email, password });
    },
    /** Opens what a QR code holds and presses the button. */
    async collect(pickupUrl: string) {
      const { pathname } = new URL(pickupUrl);
      const page = await request(pathname);
      return { page, result: await request(`${pathname}/collect`, hiddenFields(page.body)) };
    },
  };
}
