import type { Request, Response } from 'express';
import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { LOCALES, type Locale } from '../domain/locale.ts';

/** The language a browser asks for, of those we speak; French otherwise. */
export const browserLocale = (req: Request): Locale => (req.acceptsLanguages(...LOCALES) || 'fr') as Locale;

type PageProps = {
  locale: Locale;
  title: string;
  shopName: string;
  /** For who is logged in: a bar of its own on phones, beside the shop's name elsewhere. */
  nav?: ComponentChildren;
  /** Scripts and refreshes this page needs. */
  head?: ComponentChildren;
  children: ComponentChildren;
};

/** The frame of every page we serve: no inline script or style, so that the CSP can forbid them all. */
export function Page({ locale, title, shopName, nav, head, children }: PageProps) {
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="theme-color" content="#12372a" />
        <title>{`${title} · ${shopName}`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/counter.css" />
        {head}
      </head>
      <body class={nav ? 'with-nav' : undefined}>
        <header class="bar">
          <span class="shop">
            <img src="/assets/icon.svg" alt="" width="28" height="28" />
            <span>{shopName}</span>
          </span>
          {nav}
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** Pages show what is true now and may be personal: no cache keeps them. */
export function sendPage(res: Response, status: number, page: VNode): void {
  res.status(status).setHeader('Cache-Control', 'no-store');
  res.type('html').send(`<!doctype html>${render(page)}`);
}

/** A part of a page, for its script to put in the place of the one it shows. */
export function sendFragment(res: Response, part: VNode): void {
  res.setHeader('Cache-Control', 'no-store');
  res.type('html').send(render(part));
}
