import type { NumbersWords } from './numbers-words.ts';

export const NUMBERS_ES: NumbersWords = {
  numbers: 'Cifras',
  by: 'Por',
  grains: { day: 'Día', week: 'Semana', month: 'Mes' },
  starts: { day: 'Día', week: 'Semana', month: 'Mes' },
  weekOf: 'del',
  countedAt: 'Contadas el',
  isCounted: 'Se cuentan de nuevo cada cinco minutos, según los días de la tienda.',
  isBeingCounted: 'Las cifras se están contando por primera vez: tarda cinco minutos como mucho.',
  nothing: 'Todavía no hay nada que contar. Desde el primer pedido verá aquí cómo va la tienda.',
  nothingHere: 'Nada en este período.',
  older: 'Antes',
  newer: 'Después',
  csv: 'Estas cifras en CSV',
  table: 'Las cifras',
  total: 'En total',
  product: 'Producto',
  step: 'Recordatorio',
  variant: 'texto',
  code: 'Código de Twilio',
  unknownCode: 'ninguno',
  more: (count) => `${count} más en el CSV.`,
  sections: {
    sales: {
      title: 'Ventas',
      meaning: 'Los pedidos pagados y su importe, el día en que llegó el dinero. Los reembolsos no se descuentan.',
    },
    products: { title: 'Ventas por producto', meaning: 'Lo que contenían los pedidos pagados de este período.' },
    outcomes: {
      title: 'Pedidos caducados',
      meaning:
        'Qué fue de los pedidos hechos cada día. La tasa se calcula sobre los ya decididos: los caducados entre todos los que no esperan su pago.',
    },
    steps: {
      title: 'Pagado tras un recordatorio, por paso',
      meaning:
        'De los pedidos hechos en este período. Pagado tras un recordatorio: después de su envío y antes del envío del siguiente recordatorio del pedido.',
    },
    reminders: {
      title: 'Pagado tras un recordatorio',
      meaning: 'Todos los recordatorios enviados, el día en que se hizo su pedido.',
    },
    again: {
      title: 'Vuelve a comprar tras el agradecimiento',
      meaning:
        'De los agradecimientos enviados, el día en que se pagó su pedido: aquellos cuyo cliente pagó otro pedido, hecho después, en 30 días. Los últimos 30 días aún pueden subir.',
    },
    link: {
      title: 'Del enlace al pago',
      meaning:
        'Lo que tardaron los clientes desde la creación del enlace de pago hasta la llegada del dinero: la mitad menos que la mediana, nueve de cada diez menos que el percentil 90.',
    },
    webhook: {
      title: 'De la sesión al webhook',
      meaning:
        'Desde la creación de la sesión de pago hasta el webhook de Stripe que la da por completa, incluido el tiempo del cliente; y cuánto de ello fue solo el camino del webhook, del evento en Stripe a su llegada aquí.',
    },
    pending: {
      title: 'Pendientes más de 30 s',
      meaning:
        'Sesiones cuyo dinero Stripe tenía desde hacía más de 30 segundos mientras aquí seguían pendientes: sus clientes veían una página que espera.',
    },
    failures: {
      title: 'Mensajes fallidos',
      meaning: 'Mensajes a clientes abandonados o no entregados, el día en que fallaron.',
    },
    codes: { title: 'Mensajes fallidos, por código', meaning: 'Lo que Twilio dijo de ellos.' },
    model: {
      title: 'Coste del modelo por pedido',
      meaning:
        'Todas las llamadas al modelo, también las de conversaciones sin resultado, entre los pedidos pagados en el mismo tiempo.',
    },
  },
  columns: {
    orders: 'Pedidos',
    amount: 'Importe',
    pieces: 'Piezas',
    placed: 'Hechos',
    paid: 'Pagados',
    expired: 'Caducados',
    cancelled: 'Cancelados',
    open: 'En espera',
    expiredShare: 'Tasa de caducidad',
    sent: 'Enviados',
    paidAfter: 'Pagado después',
    paidShare: 'Tasa de pago',
    thanked: 'Agradecimientos',
    again: 'Nuevas compras',
    againShare: 'Tasa',
    median: 'Mediana',
    p90: 'Percentil 90',
    delayMedian: 'Webhook, mediana',
    delayP90: 'Webhook, percentil 90',
    sessions: 'Sesiones pagadas',
    pending: 'Más de 30 s',
    pendingShare: 'Tasa',
    messages: 'Mensajes',
    tokens: 'Tokens',
    cost: 'Coste',
    tokensPerOrder: 'Tokens por pedido',
    costPerOrder: 'Coste por pedido',
  },
};
