import type { Locale } from '../domain/locale.ts';
import type { Shop } from './needs.ts';
import { Page } from './page.tsx';

const WORDS: Record<Locale, Record<'notFound' | 'bad' | 'failed' | 'later' | 'advice' | 'reference', string>> = {
  fr: {
    notFound: 'Cette page n’existe pas',
    bad: 'Cette adresse ou ce formulaire n’est pas valable',
    failed: 'Quelque chose n’a pas fonctionné',
    later: 'Le service est momentanément indisponible',
    advice: 'Réessayez dans un instant. Si cela continue, donnez cette référence à la boutique.',
    reference: 'Référence',
  },
  en: {
    notFound: 'This page does not exist',
    bad: 'This address or form is not valid',
    failed: 'Something went wrong',
    later: 'The service is unavailable for a moment',
    advice: 'Please try again shortly. If it goes on, give this reference to the shop.',
    reference: 'Reference',
  },
  es: {
    notFound: 'Esta página no existe',
    bad: 'Esta dirección o este formulario no es válido',
    failed: 'Algo no ha funcionado',
    later: 'El servicio no está disponible por un momento',
    advice: 'Inténtelo de nuevo en un momento. Si continúa, dé esta referencia a la tienda.',
    reference: 'Referencia',
  },
};

function titleOf(status: number) {
  if (status === 404) return 'notFound';
  if (status === 503) return 'later';
  return status < 500 ? 'bad' : 'failed';
}

/** What a browser sees of a fault: which one it was is in the log, under the reference. */
export function errorPage(facts: { shop: Shop; locale: Locale; status: number; requestId: string }) {
  const words = WORDS[facts.locale];
  const title = words[titleOf(facts.status)];
  return (
    <Page locale={facts.locale} title={title} shopName={facts.shop.name}>
      <section class="card tone-grey">
        <h1>{title}</h1>
        {facts.status >= 500 && (
          <>
            <p>{words.advice}</p>
            <p class="soft small">
              {words.reference} <code>{facts.requestId}</code>
            </p>
          </>
        )}
      </section>
    </Page>
  );
}
