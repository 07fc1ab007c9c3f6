import type { SettingsWords } from './settings-words.ts';

export const es: SettingsWords = {
  settings: 'Ajustes',
  sections: { shop: 'La tienda', reminders: 'Recordatorios', places: 'Lugares de recogida' },
  fields: {
    name: 'Nombre de la tienda',
    address: 'Dirección',
    hours: 'Horario',
    closedDays: 'Días de cierre',
    locale: 'Idioma de la tienda',
    locales: 'Idiomas para los clientes',
    reminders: 'Recordatorios',
    quietHours: 'Horas de silencio',
    tone: 'Tono del vendedor',
  },
  save: 'Guardar',
  reset: 'Volver a los valores originales',
  fixed: (currency, timezone) =>
    `La moneda (${currency}) y la zona horaria (${timezone}) no se cambian aquí: los pedidos anteriores dependen de ellas.`,
  hoursHint: 'Por ejemplo: Lun-Vie 8:00-18:00, Sáb 8:00-12:00',
  readAs: 'Sus clientes leen:',
  closedDaysHint: 'Se anuncian dos semanas antes a quien pregunta por el horario. Desmarque un día para quitarlo.',
  addDay: 'Añadir un día',
  languageNames: { fr: 'francés', en: 'inglés', es: 'español' },
  localesHint: 'Quien escribe en otro idioma recibe respuesta en el de la tienda.',
  toneHint:
    'Unas palabras: «Tuteo, frases cortas, algo de humor.» El vendedor habla así; los precios, el stock y las reglas no cambian.',
  remindersHint:
    'Sale un recordatorio si el pedido no está pagado, nunca tras un pago, un STOP o el fin del enlace. Vacíe las dos casillas para quitar uno.',
  step: (number) => `Recordatorio ${number}`,
  newStep: 'Un recordatorio más',
  after: 'Tras el pedido',
  hours: 'horas',
  minutes: 'minutos',
  ownTexts: 'Mis propios textos',
  variables: {
    firstName: 'el nombre',
    orderNumber: 'el número',
    lines: 'los artículos',
    total: 'el total',
    url: 'el enlace (obligatorio)',
    timeLeft: 'el tiempo que queda',
  },
  variablesIntro: 'Lo que está entre llaves se reemplaza:',
  textIn: (language) => `Texto en ${language}`,
  emptyIsOurs: 'Vacío: nuestro texto.',
  secondTexts: 'Comparar con un segundo texto (A/B)',
  secondTextsHint: 'Uno de cada dos pedidos recibe el texto B. La página «Cifras» dice cuál trae más pagos.',
  emptyIsNone: 'Vacío: sin segundo texto.',
  outsideWindow:
    'Pasadas 24 horas del último mensaje del cliente, WhatsApp solo acepta la plantilla aprobada por Meta: sale en lugar de su texto.',
  preview: 'Vista previa',
  previewTitle: 'Lo que leería un cliente',
  quietHint: 'Entre estas horas no salen recordatorios ni peticiones de opinión. La misma hora dos veces: sin pausa.',
  from: 'de',
  to: 'a',
  place: {
    name: 'Nombre',
    address: 'Dirección',
    hours: 'Horario',
    closed: 'cerrado',
    open: 'Reabrir',
    close: 'Cerrar este lugar',
    add: 'Añadir un lugar',
  },
  placesHint: 'Un lugar cerrado ya no se ofrece y su stock ya no se vende. Sus pedidos anteriores conservan su nombre.',
  outcomes: {
    saved: 'Guardado, y ya en vigor.',
    unchanged: 'Nada que cambiar: ya era así.',
    stale: 'Alguien acaba de cambiar los ajustes. Sus palabras están abajo: reléalas y guarde de nuevo.',
    unknown: 'Ese lugar no existe.',
    open_orders: 'Todavía hay pedidos que esperan allí: entréguelos, cancélelos o reembólselos primero.',
    last_place: 'Es el último lugar abierto: sin él no se podría pedir nada.',
    not_filled: 'Hacen falta un nombre y una dirección.',
  },
  wrong: (fields) => `Por corregir: ${fields}. No se guardó nada.`,
  textProblem(problem) {
    if (problem.kind === 'unknown_variable') return `Nadie rellena {${problem.name}} en el texto de un recordatorio.`;
    return problem.kind === 'too_long'
      ? 'El texto de un recordatorio pasa de 900 caracteres.'
      : 'Falta {url} en el texto de un recordatorio: sin el enlace nadie puede pagar.';
  },
};
