import { render } from 'preact-render-to-string';
import { formatMoney } from '../domain/money.ts';
import { hoursIn } from '../domain/opening-hours.ts';
import type { MailWords, Receipt } from '../domain/receipt.ts';
import type { Texts } from '../domain/texts.ts';

type Context = { shopName: string; timezone: string };

function formatDay(at: Date, { locale }: Receipt, { timezone }: Context): string {
  const language = locale === 'en' ? 'en-GB' : locale;
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: timezone }).format(at);
}

/** Every phrase of the mail, which its text and its HTML share. */
function phrasesOf(texts: Texts, receipt: Receipt, context: Context) {
  const { locale, orderNumber, currency, location } = receipt;
  const say = (key: string, values = {}) => texts(locale, key, values);
  const money = (amountMinor: number) => formatMoney(amountMinor, currency, locale);
  const total = money(receipt.totalMinor);
  return {
    subject: say('mail_subject', { orderNumber, shopName: context.shopName }),
    hello: say('mail_hello', { firstName: receipt.firstName || 'none' }),
    paid: say('mail_paid', { total, orderNumber, paidOn: formatDay(receipt.paidAt, receipt, context) }),
    order: say('mail_order', { orderNumber }),
    lines: receipt.lines.map(({ label, quantity, unitPriceMinor, subtotalMinor }) => ({
      label,
      quantity: say('mail_quantity', { quantity, unitPrice: money(unitPriceMinor) }),
      subtotal: money(subtotalMinor),
    })),
    totalLabel: say('mail_total'),
    totalLine: say('mail_total_line', { total }),
    total,
    pickup: say('mail_pickup'),
    place: [location.name, location.address, hoursIn(location.hours, locale)].filter((line) => line !== ''),
    next: say('mail_next'),
    receiptLabel: say('mail_stripe_receipt'),
    // It becomes a link: an address of the web and nothing else.
    receiptUrl: /^https?:\/\//.test(receipt.receiptUrl ?? '') ? receipt.receiptUrl : null,
    footer: say('mail_footer'),
    shopName: context.shopName,
  };
}
type Phrases = ReturnType<typeof phrasesOf>;

function textOf(phrases: Phrases): string {
  const items = phrases.lines.map(({ label, quantity, subtotal }) => `${label}\n  ${quantity} = ${subtotal}`);
  const paragraphs = [
    phrases.hello,
    phrases.paid,
    [phrases.order, ...items, phrases.totalLine].join('\n'),
    [phrases.pickup, ...phrases.place].join('\n'),
    phrases.next,
    ...(phrases.receiptUrl ? [`${phrases.receiptLabel}\n${phrases.receiptUrl}`] : []),
    phrases.footer,
    phrases.shopName,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

// Styles stand at their elements: many mail clients drop <style>, and none of these loads anything from elsewhere.
const FONT = 'font-family:-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5';
const SOFT = 'color:#5b6b64;font-size:14px';
const RULE = 'border-top:1px solid #dfe6e2';
const CELL = 'padding:8px 0;vertical-align:top';
const NUMBER = `${CELL};padding-left:12px;text-align:right;white-space:nowrap`;
const HEADING = 'margin:24px 0 4px;font-size:17px';

function ItemsTable({ phrases }: { phrases: Phrases }) {
  return (
    <table role="presentation" style="width:100%;border-collapse:collapse">
      {phrases.lines.map(({ label, quantity, subtotal }) => (
        <tr key={label} style={RULE}>
          <td style={CELL}>
            {label}
            <br />
            <span style={SOFT}>{quantity}</span>
          </td>
          <td style={NUMBER}>{subtotal}</td>
        </tr>
      ))}
      <tr style={RULE}>
        <td style={`${CELL};font-weight:bold`}>{phrases.totalLabel}</td>
        <td style={`${NUMBER};font-weight:bold`}>{phrases.total}</td>
      </tr>
    </table>
  );
}

function ReceiptMail({ phrases, locale }: { phrases: Phrases; locale: string }) {
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{phrases.subject}</title>
      </head>
      <body style={`margin:0;padding:0;background:#f3f6f4;color:#12241d;${FONT}`}>
        <div style="max-width:560px;margin:0 auto;padding:16px">
          <p style="margin:8px 0 16px;font-weight:bold;color:#12372a">{phrases.shopName}</p>
          <div style="background:#ffffff;border-radius:8px;padding:20px">
            <h1 style="margin:0 0 8px;font-size:22px">{phrases.hello}</h1>
            <p style="margin:0">{phrases.paid}</p>
            <h2 style={HEADING}>{phrases.order}</h2>
            <ItemsTable phrases={phrases} />
            <h2 style={HEADING}>{phrases.pickup}</h2>
            {phrases.place.map((line, index) => (
              <div key={line} style={index === 0 ? 'font-weight:bold' : ''}>
                {line}
              </div>
            ))}
            <p style="margin:12px 0 0">{phrases.next}</p>
            {phrases.receiptUrl && (
              <p style="margin:20px 0 0">
                <a href={phrases.receiptUrl} style="color:#0b6b45">
                  {phrases.receiptLabel}
                </a>
              </p>
            )}
          </div>
          <p style={`margin:16px 0;${SOFT}`}>{phrases.footer}</p>
        </div>
      </body>
    </html>
  );
}

/** The confirmation of a paid order as a mail. Holds no code that collects the goods: mailboxes are read by others. */
export function renderReceipt(texts: Texts, receipt: Receipt, context: Context): MailWords {
  const phrases = phrasesOf(texts, receipt, context);
  const html = `<!doctype html>${render(<ReceiptMail phrases={phrases} locale={receipt.locale} />)}`;
  return { subject: phrases.subject, text: textOf(phrases), html };
}
