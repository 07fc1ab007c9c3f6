import type { ConcernWords } from './concern-words.ts';

export const es: ConcernWords = {
  needsYou: 'Por atender',
  nothing: 'Nada le espera. Todo va bien.',
  since: 'desde el',
  kinds: {
    dispute: {
      title: 'Disputas por responder',
      todo: 'Responda en el panel de Stripe antes de la fecha: sin respuesta, el dinero se pierde. La página del pedido dice qué se vendió.',
    },
    person_waiting: {
      title: 'Clientes que esperan a alguien',
      todo: 'Abra la conversación y responda. El bot calla mientras tanto.',
    },
    review: { title: 'Pedidos por revisar', todo: 'La página del pedido dice qué pasó y qué puede hacer.' },
    event_failed: {
      title: 'Mensajes de Stripe que no se pudieron tratar',
      todo: 'Haga corregir la causa (está junto a cada uno) y haga que se traten de nuevo: nada ocurre dos veces. Si alguno nunca podrá tratarse, mire el pago en el Dashboard de Stripe y quítelo de la lista.',
    },
    refund_stuck: {
      title: 'Reembolsos que Stripe aún no ha tomado',
      todo: 'Seguimos intentándolo. A menudo el saldo en Stripe es demasiado bajo o hay una disputa abierta: véalo en el panel de Stripe.',
    },
    checkout_stuck: {
      title: 'Clientes sin su enlace de pago',
      todo: 'Seguimos intentándolo. Si continúa, pida a quien lleva el servidor que mire la clave y la cuenta de Stripe.',
    },
    checkout_given_up: {
      title: 'Pedidos abandonados: no se pudo crear su enlace de pago',
      todo: 'El cliente lo sabe y puede pedir de nuevo con un toque. Primero pida a quien lleva el servidor que corrija la causa («npm run doctor» consulta a Stripe); luego abra la conversación e invítelo. Quien pide de nuevo sale de la lista, y todos tras una semana.',
    },
    link_stuck: {
      title: 'Enlaces de pago vencidos que no se pudieron cerrar',
      todo: 'Stripe no pudo decir si se pagaron. No entregue nada mientras tanto; si continúa, pregunte a quien lleva el servidor.',
    },
    work_stuck: {
      title: 'Trabajo atascado',
      todo: 'Pregunte a quien lleva el servidor: docs/operations.md dice qué hacer en cada caso.',
    },
    ledger_differs: {
      title: 'Días en que Stripe y la tienda difieren',
      todo: 'Quien lleva el servidor sabrá más con «npm run payments:reconcile -- --days 30».',
    },
    message_failed: {
      title: 'Mensajes que no llegaron',
      todo: 'Envíelos de nuevo cuando se haya corregido la causa, o contacte al cliente de otro modo y quítelos de la lista. Tras una semana salen de ella solos.',
    },
    model_paused: {
      title: 'El modelo no responde',
      todo: 'Unas reglas responden a los clientes: la tienda vende, pero entiende menos. Se vuelve a intentar solo; si continúa, pida a quien lleva el servidor que mire su clave y su cuenta.',
    },
    model_budget_spent: {
      title: 'El presupuesto del modelo para hoy se agotó',
      todo: 'Hasta medianoche responden unas reglas. Quien lleva el servidor puede subir OPENAI_DAILY_BUDGET_USD.',
    },
    notification_failed: {
      title: 'Avisos y correos que no pudieron salir',
      todo: 'Cuando se haya corregido la contraseña del servidor de correo o la dirección de Slack, envíelos de nuevo. Un recibo a una dirección que no existe: quítelo de la lista.',
    },
    template: {
      title: 'Textos que WhatsApp no ha aprobado',
      todo: 'Sin ellos no se puede contactar así a quien escribió hace más de 24 horas. La consola de Twilio (Content Template Builder) dice por qué; corrija el texto y luego «npm run twilio:setup».',
    },
    stock_low: {
      title: 'Se vende y se está agotando',
      todo: 'Pida más y anote lo que llegue, o retire el producto de la venta. La lista muestra lo que le quedan dos o menos en un lugar y se vendió allí en 30 días.',
    },
  },
  shownOf: (shown, count) => `Se muestran los primeros ${shown} de ${count}.`,
  messages: {
    'thank-you': 'Gracias con el código QR',
    'code-again': 'Código QR, enviado de nuevo',
    ready: '«Su pedido está listo»',
    'payment-link': 'Enlace de pago',
    'payment-link-again': 'Enlace de pago, enviado de nuevo',
    'payment-failed': 'Pago rechazado',
    'payment-failed-final': 'Pago rechazado por el banco',
    'action-required': 'El banco pide una comprobación',
    processing: 'Pago en curso',
    'checkout-unavailable': 'No se pudo crear el enlace de pago',
    reminder: 'Recordatorio',
    expired: 'El enlace de pago venció',
    cancelled: 'Pedido cancelado',
    refunded: 'Reembolso hecho',
    'refund-late': 'Pagado demasiado tarde: el dinero vuelve',
    'refund-duplicate': 'Pagado dos veces: el dinero vuelve',
    disputed: 'Disputa abierta',
    'dispute-over': 'Disputa terminada',
    'review-request': 'Petición de opinión',
    review: 'Petición de opinión',
    collected: 'Confirmación de la entrega',
    slowed: '«Respondemos un poco más tarde»',
    'person-here': '«Una persona toma el relevo»',
    'bot-back': '«Vuelve el bot»',
    'invite-back': '«Escríbanos de nuevo»',
    turn: 'Respuesta del bot',
    staff: 'Respuesta del equipo',
  },
  otherMessage: 'Mensaje',
  noDueDate: 'sin fecha',
  works: {
    payment_events: 'No se tratan mensajes de Stripe',
    notifications: 'No salen avisos ni correos',
    leases: 'No se termina trabajo empezado',
  },
  notices: {
    slack_team: 'Aviso al equipo (Slack)',
    email_team: 'Aviso a los responsables (correo)',
    email_customer: 'Confirmación a un cliente (correo)',
    email_staff: 'Aviso a alguien del equipo sobre su cuenta (correo)',
  },
  approvals: {
    rejected: 'rechazado',
    paused: 'suspendido por WhatsApp',
    disabled: 'desactivado por WhatsApp',
    unsubmitted: 'sin presentar',
    received: 'aún en espera',
    pending: 'aún en espera',
  },
  modelPaused: 'El modelo falla o tarda',
  modelSpent: (amount) => `Gastado hoy: ${amount}`,
  differences: (count) => (count === 1 ? '1 diferencia' : `${count} diferencias`),
  left: (left, sold) =>
    `${left <= 0 ? 'no queda nada' : left === 1 ? 'queda 1' : `quedan ${left}`}, ${sold} ${sold === 1 ? 'vendido' : 'vendidos'} en 30 días`,
  sendAgain: 'Enviar de nuevo',
  sendAllAgain: 'Enviar de nuevo todos los de pedidos',
  settle: 'Quitar de la lista',
  replayAll: 'Tratar todo de nuevo',
  openConversation: 'Abrir la conversación',
  outcomes: {
    messages_sent: (count) => (count === 1 ? 'Un mensaje sale de nuevo.' : `${count} mensajes salen de nuevo.`),
    events_replayed: (count) =>
      count === 1 ? 'Un mensaje de Stripe se trata de nuevo.' : `${count} mensajes de Stripe se tratan de nuevo.`,
    settled: 'Ya no está en la lista.',
    notification_sent: 'Sale de nuevo.',
    gone: 'Alguien fue más rápido: ya no hay nada que hacer.',
  },
};
